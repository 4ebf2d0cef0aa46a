package io.hive.election;

/**
 * The times and counts that an election works with, in nanoseconds of a monotonic clock.
 *
 * @param heartbeatNanos how often a heartbeat is sent
 * @param peerTimeoutNanos silence after which a peer is lost
 * @param deadlineNanos how long a candidate waits for members that do not answer
 * @param startGraceNanos before a DNS answer that names only oneself counts (rule 12)
 * @param coldStartNanos the one deadline for silent addresses on a cold start (rule 12)
 * @param fence whether a node that neither discovery nor a peer answers stops serving (rule 13)
 * @param discoveryProvesIsolation whether discovery must fail, too, before that; false where the
 *     list is static and cannot fail
 * @param isolationNanos for how long
 * @param acknowledge K, the replicas that must hold a write before it is acknowledged; 0 for none
 * @param salvage whether data that is given up is set aside first (rule 23)
 */
public record ElectionSettings(
        long heartbeatNanos,
        long peerTimeoutNanos,
        long deadlineNanos,
        long startGraceNanos,
        long coldStartNanos,
        boolean fence,
        boolean discoveryProvesIsolation,
        long isolationNanos,
        int acknowledge,
        boolean salvage) {
    private static final long MILLI = 1_000_000;

    /** Settings of a hive that sets nothing aside. */
    public ElectionSettings(
            long heartbeatNanos,
            long peerTimeoutNanos,
            long deadlineNanos,
            long startGraceNanos,
            long coldStartNanos,
            boolean fence,
            boolean discoveryProvesIsolation,
            long isolationNanos,
            int acknowledge) {
        this(
                heartbeatNanos,
                peerTimeoutNanos,
                deadlineNanos,
                startGraceNanos,
                coldStartNanos,
                fence,
                discoveryProvesIsolation,
                isolationNanos,
                acknowledge,
                false);
    }

    /** The defaults of the contract. */
    public static ElectionSettings defaults() {
        return new ElectionSettings(
                200 * MILLI,
                1000 * MILLI,
                500 * MILLI,
                2000 * MILLI,
                10_000 * MILLI,
                true,
                true,
                3000 * MILLI,
                0);
    }

    /** The same, with this decision about data that is given up. */
    public ElectionSettings salvaging(boolean on) {
        return new ElectionSettings(
                heartbeatNanos,
                peerTimeoutNanos,
                deadlineNanos,
                startGraceNanos,
                coldStartNanos,
                fence,
                discoveryProvesIsolation,
                isolationNanos,
                acknowledge,
                on);
    }

    /** How often the control loop must send a {@link Input.Tick}. */
    public long tickNanos() {
        return Math.max(MILLI, Math.min(heartbeatNanos / 8, 25 * MILLI));
    }
}

package io.hive.election.sim;

/** How long a Redis and its sidecar take for things, drawn anew each time. */
final class SimTimes {
    /** Both ends included, in nanoseconds. */
    record Range(long min, long max) {
        static Range millis(long min, long max) {
            return new Range(min * SimTime.MILLI, max * SimTime.MILLI);
        }
    }

    private final SimRandom random;
    private Range load;
    private final Range syncDelay;
    private final Range transfer;
    private final Range streamDelay;

    SimTimes(SimRandom random, Range load, Range syncDelay, Range transfer, Range streamDelay) {
        this.random = random;
        this.load = load;
        this.syncDelay = syncDelay;
        this.transfer = transfer;
        this.streamDelay = streamDelay;
    }

    /** From now on a dataset takes this long to be read into memory. */
    void load(Range taken) {
        load = taken;
    }

    /** To read a dataset into memory. */
    long loadNanos() {
        return draw(load);
    }

    /** From a full synchronisation's request to its snapshot ({@code repl-diskless-sync-delay}). */
    long syncDelayNanos() {
        return draw(syncDelay);
    }

    /** To send the snapshot. */
    long transferNanos() {
        return draw(transfer);
    }

    /** From the link being up to the first byte that streams on it (rule 3). */
    long streamDelayNanos() {
        return draw(streamDelay);
    }

    private long draw(Range range) {
        return random.between(range.min(), range.max());
    }
}

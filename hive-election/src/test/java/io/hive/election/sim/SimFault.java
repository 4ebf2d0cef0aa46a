package io.hive.election.sim;

/** What can go wrong. */
enum SimFault {
    REDIS_KILLED("Redis killed"),
    REDIS_RESTARTED_IN_PLACE("Redis restarted in place"),
    REDIS_RESTARTED_EMPTY("Redis restarted empty, in place"),
    REDIS_BUSY("Redis busy"),
    REDIS_SLOW("Redis slow to obey"),
    REDIS_REFUSING("Redis refuses role changes"),
    LOADS_FAIL("loads of snapshots fail"),
    SIDECAR_KILLED("sidecar killed"),
    ALL_SIDECARS_RESTARTED("all sidecars restarted"),
    SIDECAR_FROZEN("sidecar frozen"),
    SIDECAR_STARVED("control thread starved"),
    CLOCK_LEAPT("clock leapt forward"),
    POD_KILLED("pod killed"),
    POD_VANISHED("machine vanished"),
    POD_REPLACED("pod replaced, new address"),
    ALL_RESTARTED("all pods restarted"),
    DRAINED("pod drained"),
    CONNECTIONS_RESET("connections reset"),
    DIRECTION_CUT("one direction cut"),
    LINK_CUT("link cut"),
    POD_ISOLATED("pod isolated"),
    PARTITIONED("partitioned"),
    CUT_OFF("pod cut off, DNS silent"),
    FLICKERING("link flickers"),
    DIRECTION_SLOW("one direction slow"),
    DIRECTION_LOSSY("one direction loses packets"),
    MESSAGES_DROPPED("messages dropped at a full queue"),
    DNS_SILENT("DNS silent"),
    DNS_FLICKERING("DNS flickers"),
    DNS_EMPTY("DNS empty, for all"),
    DNS_LATE("DNS late"),
    DNS_NAMES_DEAD("DNS names dead pods"),
    DNS_PARTIAL("DNS partial"),
    DNS_STALE("DNS stale"),
    USERS_DELETED("replication user deleted"),
    HANDED_OVER("handover asked for");

    private final String label;

    SimFault(String label) {
        this.label = label;
    }

    /** Whether it ends or halts processes, or delays packets, but cuts nobody off. */
    boolean cutsNobodyOff() {
        return switch (this) {
            case REDIS_KILLED,
                    REDIS_RESTARTED_IN_PLACE,
                    REDIS_RESTARTED_EMPTY,
                    REDIS_BUSY,
                    SIDECAR_KILLED,
                    SIDECAR_FROZEN,
                    POD_KILLED,
                    POD_REPLACED,
                    DIRECTION_SLOW,
                    DIRECTION_LOSSY ->
                    true;
            case REDIS_SLOW,
                    REDIS_REFUSING,
                    LOADS_FAIL,
                    ALL_SIDECARS_RESTARTED,
                    SIDECAR_STARVED,
                    CLOCK_LEAPT,
                    POD_VANISHED,
                    ALL_RESTARTED,
                    DRAINED,
                    CONNECTIONS_RESET,
                    DIRECTION_CUT,
                    LINK_CUT,
                    POD_ISOLATED,
                    PARTITIONED,
                    CUT_OFF,
                    FLICKERING,
                    MESSAGES_DROPPED,
                    DNS_SILENT,
                    DNS_FLICKERING,
                    DNS_EMPTY,
                    DNS_LATE,
                    DNS_NAMES_DEAD,
                    DNS_PARTIAL,
                    DNS_STALE,
                    USERS_DELETED,
                    HANDED_OVER ->
                    false;
        };
    }

    String label() {
        return label;
    }
}

package io.hive.election.sim;

/** What can go wrong. */
enum SimFault {
    REDIS_KILLED("Redis killed"),
    REDIS_RESTARTED_IN_PLACE("Redis restarted in place"),
    REDIS_BUSY("Redis busy"),
    SIDECAR_KILLED("sidecar killed"),
    SIDECAR_FROZEN("sidecar frozen"),
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
    LINK_SLOW("link slow"),
    DNS_SILENT("DNS silent"),
    DNS_PARTIAL("DNS partial"),
    DNS_STALE("DNS stale"),
    USERS_DELETED("replication user deleted"),
    HANDED_OVER("handover asked for");

    private final String label;

    SimFault(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}

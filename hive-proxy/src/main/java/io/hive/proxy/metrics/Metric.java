package io.hive.proxy.metrics;

import java.util.Locale;

/** Every metric of Hive's own. The names are relied on by dashboards and alerts: change none. */
enum Metric {
    HIVE_BUILD_INFO(Kind.GAUGE, "version", "Always 1; the label says which version runs."),

    HIVE_STATE(
            Kind.GAUGE,
            "",
            "What this node does: 0 NOT_READY, 1 ALONE, 2 PROPOSING, 3 FOLLOWING, 4 LEADING,"
                    + " 5 LEAVING, 6 FENCED."),
    HIVE_LEADER(Kind.GAUGE, "", "1 while this node leads, else 0."),
    HIVE_READY(Kind.GAUGE, "", "1 while /readyz says so, else 0."),
    HIVE_EPOCH(Kind.GAUGE, "", "The highest epoch that this node has seen."),
    HIVE_MEMBERS(Kind.GAUGE, "", "Nodes that discovery names or that are connected, itself too."),
    HIVE_MEMBERS_LIVE(Kind.GAUGE, "", "Of those, the ones heard within the peer timeout."),
    HIVE_LEADER_INFO(
            Kind.GAUGE, "leader", "1 for who leads, as this node sees it; absent if nobody does."),
    HIVE_LEADER_SINCE_TIMESTAMP_SECONDS(
            Kind.GAUGE, "", "Since when that is so, in seconds since 1970; NaN if nobody leads."),
    HIVE_LEADER_CHANGES_TOTAL(
            Kind.COUNTER,
            "reason",
            "How often another node led, or the same one anew, by why the one before ended."),
    HIVE_LEADER_CHANGE_REASON(Kind.GAUGE, "reason", "1 for the last of these reasons, else 0."),
    HIVE_NO_MASTER_SECONDS_TOTAL(
            Kind.COUNTER, "", "Seconds in which commands had no master to go to from here."),
    HIVE_INTERRUPTION_SECONDS(
            Kind.HISTOGRAM,
            "",
            "How long times without a master lasted, the start of the sidecar left out."),
    HIVE_HANDOVER_PAUSE_SECONDS(
            Kind.HISTOGRAM,
            "outcome",
            "How long commands were held back here for handovers: done, undone (the same master"
                    + " went on), lost (no master at first)."),
    HIVE_ELECTION_SECONDS(
            Kind.HISTOGRAM,
            "outcome",
            "How long elections took that this node stood in, until it leads, follows, or has"
                    + " given up."),
    HIVE_MEMBER_STATE(
            Kind.GAUGE, "member", "What a member does, as this node heard: as hive_state."),
    HIVE_MEMBER_LIVE(
            Kind.GAUGE, "member", "1 for a member that was heard within the peer timeout, else 0."),
    HIVE_MEMBER_HEARD_SECONDS(
            Kind.GAUGE, "member", "Seconds since a member was heard; NaN if it never was."),
    HIVE_MEMBER_LAG_BYTES(
            Kind.GAUGE, "member", "Bytes that a member is behind the master; NaN if unknown."),
    HIVE_DECISIONS_TOTAL(
            Kind.COUNTER, "rule", "Decisions of the election, by the rule that decided."),
    HIVE_LOST_BYTES_TOTAL(
            Kind.COUNTER, "", "Bytes of the replication stream known to be lost by a decision."),
    HIVE_DROPPED_KEYS_TOTAL(
            Kind.COUNTER,
            "whose",
            "Keys in datasets that were given up for a history that lacks them: the node's own, or"
                    + " others' that were to follow it."),
    HIVE_DROPPED_WRITES_TOTAL(
            Kind.COUNTER,
            "whose",
            "Writes in them that the other side did not have, as far as a leader counted them."),
    HIVE_DROPPED_BYTES_TOTAL(
            Kind.COUNTER, "whose", "Bytes of the replication stream in them past the fork."),
    HIVE_SALVAGED_FILES_TOTAL(Kind.COUNTER, "", "Snapshots of such datasets that were set aside."),
    HIVE_SALVAGED_BYTES_TOTAL(Kind.COUNTER, "", "Bytes of those snapshots."),
    HIVE_SALVAGE_FAILURES_TOTAL(
            Kind.COUNTER,
            "",
            "Attempts to set a dataset aside that failed; until one succeeds, Redis stays out."),

    HIVE_REDIS_UP(Kind.GAUGE, "", "1 while the local Redis answers, else 0."),
    HIVE_REDIS_MASTER(Kind.GAUGE, "", "1 while the local Redis is a master, else 0."),
    HIVE_REDIS_LOADING(Kind.GAUGE, "", "1 while the local Redis loads a dataset, else 0."),
    HIVE_REDIS_OFFSET_BYTES(
            Kind.GAUGE, "", "Bytes of the replication stream that the local Redis has applied."),
    HIVE_REDIS_LAG_BYTES(
            Kind.GAUGE, "", "Bytes that the local Redis is behind the master; NaN if unknown."),
    HIVE_REDIS_KEYS(Kind.GAUGE, "", "Keys in all databases of the local Redis."),
    HIVE_REDIS_REPLICAS(Kind.GAUGE, "", "Replicas whose link to the local Redis is online."),

    HIVE_PEERS_CONNECTED(Kind.GAUGE, "", "Peers that have proved who they are."),
    HIVE_PEER_CONNECTIONS_TOTAL(Kind.COUNTER, "", "Connections to peers that were set up."),
    HIVE_PEER_DISCONNECTIONS_TOTAL(Kind.COUNTER, "", "Connections to peers that ended."),
    HIVE_PEER_REFUSED_TOTAL(
            Kind.COUNTER,
            "",
            "Connections refused: another cluster, a wrong secret, an unknown address."),
    HIVE_PEER_MALFORMED_TOTAL(
            Kind.COUNTER, "", "Connections closed over garbage or a message that is too large."),
    HIVE_PEER_MESSAGES_SENT_TOTAL(Kind.COUNTER, "", "Messages sent to peers."),
    HIVE_PEER_MESSAGES_RECEIVED_TOTAL(Kind.COUNTER, "", "Messages received from peers."),

    HIVE_RELAY_CLIENTS(Kind.GAUGE, "", "Clients that are connected."),
    HIVE_RELAY_LANES(Kind.GAUGE, "", "Shared connections to the master."),
    HIVE_RELAY_PINNED(Kind.GAUGE, "", "Sessions with a connection of their own."),
    HIVE_RELAY_IDLE(
            Kind.GAUGE, "", "Connections to the master kept for the next session that needs one."),
    HIVE_RELAY_PARKED(Kind.GAUGE, "", "Sessions that wait for a master."),
    HIVE_RELAY_PARKED_BYTES(Kind.GAUGE, "", "Bytes of the commands that wait for a master."),
    HIVE_RELAY_KEPT_BYTES(
            Kind.GAUGE, "", "Bytes of large commands that are kept until they are answered."),
    HIVE_RELAY_HELD(Kind.GAUGE, "", "Replies that wait for replicas."),
    HIVE_RELAY_HELD_BYTES(Kind.GAUGE, "", "Bytes of the replies that wait for replicas."),
    HIVE_RELAY_CLIENTS_ACCEPTED_TOTAL(Kind.COUNTER, "", "Clients that have connected."),
    HIVE_RELAY_CLIENTS_REFUSED_TOTAL(Kind.COUNTER, "", "Clients refused because of a limit."),
    HIVE_RELAY_COMMANDS_TOTAL(Kind.COUNTER, "", "Commands received from clients."),
    HIVE_RELAY_RECEIVED_BYTES_TOTAL(Kind.COUNTER, "", "Bytes received from clients."),
    HIVE_RELAY_SENT_BYTES_TOTAL(Kind.COUNTER, "", "Bytes sent to clients."),
    HIVE_RELAY_SENT_COMMANDS_TOTAL(
            Kind.COUNTER,
            "kind",
            "Commands sent to a master, by what they are to the relay; one that is sent again"
                    + " counts again."),
    HIVE_RELAY_LATENCY_SECONDS(
            Kind.HISTOGRAM,
            "lane",
            "From when a command was read until its reply was read: over the shared connections of"
                    + " a database, or a connection of its own."),
    HIVE_RELAY_PARKS_TOTAL(Kind.COUNTER, "", "Times that a session had to wait for a master."),
    HIVE_RELAY_PARKED_SECONDS_TOTAL(
            Kind.COUNTER, "", "How long sessions have waited for a master, added up."),
    HIVE_RELAY_RETRIED_TOTAL(
            Kind.COUNTER,
            "",
            "Commands taken back from a master that was lost, to be sent to the next."),
    HIVE_RELAY_CLIENTS_CUT_TOTAL(
            Kind.COUNTER, "", "Clients closed because the lost master had state of theirs."),
    HIVE_RELAY_PROTOCOL_ERRORS_TOTAL(Kind.COUNTER, "", "Clients that sent what is no command."),
    HIVE_RELAY_ERRORS_TOTAL(
            Kind.COUNTER, "code", "Errors that Hive itself gave to clients, by their code."),

    HIVE_READS_SOURCE(
            Kind.GAUGE,
            "",
            "What serves the port for reads: 0 nobody, 1 the local replica, 2 another replica, 3"
                    + " the master."),
    HIVE_READS_LAG_SECONDS(
            Kind.GAUGE,
            "",
            "For how long who serves reads is not known to have had all that the master had; NaN if"
                    + " nobody serves."),
    HIVE_READS_MOVES_TOTAL(Kind.COUNTER, "", "Times that another Redis was chosen to serve reads."),
    HIVE_READS_CLIENTS(Kind.GAUGE, "", "Clients that are connected to the port for reads."),
    HIVE_READS_CLIENTS_ACCEPTED_TOTAL(
            Kind.COUNTER, "", "Clients that have connected to the port for reads."),
    HIVE_READS_PARKED(
            Kind.GAUGE, "", "Sessions on the port for reads that wait for somebody to serve."),
    HIVE_READS_COMMANDS_TOTAL(
            Kind.COUNTER, "", "Commands received from clients on the port for reads."),
    HIVE_READS_RECEIVED_BYTES_TOTAL(
            Kind.COUNTER, "", "Bytes received from clients on the port for reads."),
    HIVE_READS_SENT_BYTES_TOTAL(Kind.COUNTER, "", "Bytes sent to clients on the port for reads."),
    HIVE_READS_WRITES_REFUSED_TOTAL(
            Kind.COUNTER, "", "Commands on the port for reads that were answered with READONLY."),

    HIVE_CONTROL_QUEUE(Kind.GAUGE, "", "Inputs that wait for the control thread."),
    HIVE_CONTROL_DROPPED_TOTAL(
            Kind.COUNTER, "", "Inputs that were dropped because the queue was full."),

    HIVE_EVENT_LOOP_LAG_SECONDS(
            Kind.HISTOGRAM,
            "loop",
            "How late an event loop did what was due, looked at 5 times/s."),
    HIVE_MEMORY_BYTES(
            Kind.GAUGE,
            "area",
            "Memory of this process: heap in use, direct buffers, rss, and rss_anon, which a"
                    + " container's limit counts."),
    HIVE_ADMIN_STREAMS(Kind.GAUGE, "", "Dashboards that are being told what happens."),
    HIVE_ADMIN_REJECTED_TOTAL(
            Kind.COUNTER,
            "reason",
            "Requests turned away: address, token, cross_site, busy; slow for answers that were"
                    + " not taken in time.");

    private static final String TOTAL = "_total";

    private final Kind kind;
    private final String label;
    private final String help;

    Metric(Kind kind, String label, String help) {
        this.kind = kind;
        this.label = label;
        this.help = help;
    }

    /** What a value of it means over time. */
    enum Kind {
        /** It goes up and down. */
        GAUGE,
        /** It only grows, until the process ends. */
        COUNTER,
        /** Counters of what took at most so long; with a sum and a count. */
        HISTOGRAM
    }

    Kind kind() {
        return kind;
    }

    /** Its label, or empty. */
    String label() {
        return label;
    }

    String help() {
        return help;
    }

    /** The name as Prometheus shows it. */
    String prometheusName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name without the ending of counters. */
    String familyName() {
        String name = prometheusName();
        return kind == Kind.COUNTER ? name.substring(0, name.length() - TOTAL.length()) : name;
    }

    /** The name that Micrometer makes that one of: it adds the ending of counters itself. */
    String meterName() {
        return familyName().replace('_', '.');
    }
}

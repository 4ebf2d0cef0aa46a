package io.hive.proxy.admin;

import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hive as one node sees it. The names of the components are those of {@code /api/status}, which
 * others rely on: add to them, and change none.
 *
 * @param self the node that answers
 * @param cluster the name of its hive
 * @param state what it does
 * @param leader who leads, or null
 * @param epoch the highest epoch it has seen
 * @param master where commands go, or null
 * @param members every node it knows of, itself among them
 * @param relay what its relay does
 * @param history the last changes, newest first
 * @param waitingFor why nobody leads yet, or why the node's Redis does not follow the leader, one
 *     line; empty while there is nothing to wait for
 * @param salvage what became of data that was given up; null where it is not set aside
 * @param reads what the port for reads does; null where it is off
 * @param reign since when the leader leads, and why; null while nobody does, or it is not known
 */
public record Status(
        NodeId self,
        String cluster,
        NodeState state,
        @Nullable NodeId leader,
        long epoch,
        @Nullable Master master,
        List<Node> members,
        Relay relay,
        List<Change> history,
        String waitingFor,
        @Nullable Salvage salvage,
        @Nullable Reads reads,
        @Nullable Reign reign) {
    public Status {
        members = List.copyOf(members);
        history = List.copyOf(history);
    }

    /** One that does not say since when there is a leader. */
    public Status(
            NodeId self,
            String cluster,
            NodeState state,
            @Nullable NodeId leader,
            long epoch,
            @Nullable Master master,
            List<Node> members,
            Relay relay,
            List<Change> history,
            String waitingFor,
            @Nullable Salvage salvage,
            @Nullable Reads reads) {
        this(
                self,
                cluster,
                state,
                leader,
                epoch,
                master,
                members,
                relay,
                history,
                waitingFor,
                salvage,
                reads,
                null);
    }

    /** One of a node that sets nothing aside. */
    public Status(
            NodeId self,
            String cluster,
            NodeState state,
            @Nullable NodeId leader,
            long epoch,
            @Nullable Master master,
            List<Node> members,
            Relay relay,
            List<Change> history,
            String waitingFor) {
        this(
                self,
                cluster,
                state,
                leader,
                epoch,
                master,
                members,
                relay,
                history,
                waitingFor,
                null,
                null);
    }

    /**
     * A leadership.
     *
     * @param since when the node that answers learned of it, on the wall clock
     * @param cause what the one before ended by: a word of those in docs/metrics.md
     */
    public record Reign(Instant since, String cause) {}

    /** The Redis that takes the writes. */
    public record Master(String host, int port) {}

    /**
     * A node and its Redis.
     *
     * @param address who it is
     * @param state what it does, or did when it was last heard
     * @param since since when, on the wall clock; null if that is not known
     * @param lastHeardMillis milliseconds since it was last heard, 0 for the node that answers;
     *     null if never
     * @param redis what it said of its Redis, or null if nothing
     * @param vitals what its relay did in the last second, or null if it has not said
     */
    public record Node(
            NodeId address,
            NodeState state,
            @Nullable Instant since,
            @Nullable Long lastHeardMillis,
            @Nullable Redis redis,
            @Nullable Vitals vitals) {
        /** One whose relay is not known. */
        public Node(
                NodeId address,
                NodeState state,
                @Nullable Instant since,
                @Nullable Long lastHeardMillis,
                @Nullable Redis redis) {
            this(address, state, since, lastHeardMillis, redis, null);
        }
    }

    /**
     * What a node's relay did in the last second.
     *
     * @param clients connected
     * @param parked sessions that wait for a master
     * @param commandsPerSecond from its clients
     * @param medianMicros that half of the commands took at most; 0 where none was answered
     * @param p99Micros the same for 99 of 100
     * @param adminPort its HTTP port, 0 where it has none
     */
    public record Vitals(
            int clients,
            int parked,
            int commandsPerSecond,
            int medianMicros,
            int p99Micros,
            int adminPort) {}

    /**
     * A Redis.
     *
     * @param host where its replicas reach it
     * @param port 1 to 65535
     * @param role what it is
     * @param link its link to its master; up on a master
     * @param offset bytes of the replication stream that it has applied
     * @param lagBytes how many bytes it is behind the master, 0 on a master; null if that is not
     *     known
     * @param loading whether it is loading a dataset
     * @param replicationId which history its data belongs to, or null if that is not known
     * @param keys keys in all databases
     */
    public record Redis(
            String host,
            int port,
            Role role,
            Link link,
            long offset,
            @Nullable Long lagBytes,
            boolean loading,
            @Nullable String replicationId,
            long keys) {}

    /** What a Redis is. */
    public enum Role {
        MASTER,
        REPLICA
    }

    /** A replica's link to its master. */
    public enum Link {
        UP,
        DOWN,
        /** A full synchronisation runs. */
        SYNC
    }

    /**
     * What the relay of the node that answers does.
     *
     * @param clients clients that are connected
     * @param lanes shared connections to the master
     * @param pinned sessions with a connection of their own
     * @param parked commands that wait for a master
     */
    public record Relay(int clients, int lanes, int pinned, long parked) {
        /** Nothing is relayed. */
        public static final Relay IDLE = new Relay(0, 0, 0, 0);
    }

    /**
     * What the port for reads of the node that answers does.
     *
     * @param port that it listens on
     * @param servedBy {@code local}, {@code replica}, {@code master} or {@code nobody}
     * @param redis where that Redis is, or null
     * @param lagMillis for how long it is not known to have had all that the master had; null where
     *     nobody serves
     * @param reason why it is this one, one line
     * @param clients clients that are connected
     * @param parked sessions that wait for somebody to serve
     */
    public record Reads(
            int port,
            String servedBy,
            @Nullable String redis,
            @Nullable Long lagMillis,
            String reason,
            int clients,
            long parked) {}

    /**
     * A change of state or of leader.
     *
     * @param at when, on the wall clock
     * @param from what was before: a state or a leader
     * @param to what is after
     * @param reason one line, with the numbers that decided
     * @param epoch the epoch it was decided in
     * @param lostBytes bytes of the replication stream that are known to be lost by it
     * @param dropped data that was given up by it, or null
     * @param cause the kind of it, in one of the words of docs/metrics.md, or null
     */
    public record Change(
            Instant at,
            @Nullable String from,
            @Nullable String to,
            String reason,
            long epoch,
            long lostBytes,
            @Nullable Dropped dropped,
            @Nullable String cause) {
        /** One of no particular kind. */
        public Change(
                Instant at,
                @Nullable String from,
                @Nullable String to,
                String reason,
                long epoch,
                long lostBytes,
                @Nullable Dropped dropped) {
            this(at, from, to, reason, epoch, lostBytes, dropped, null);
        }

        /** One that gives up nobody's data. */
        public Change(
                Instant at,
                @Nullable String from,
                @Nullable String to,
                String reason,
                long epoch,
                long lostBytes) {
            this(at, from, to, reason, epoch, lostBytes, null);
        }
    }

    /**
     * Data that was given up for a history that lacks it.
     *
     * @param by whose it was
     * @param keys keys in it
     * @param writes writes that the other side did not have; null where nobody counted them
     * @param bytes bytes of its replication stream past the fork; null where its lineage is unknown
     * @param file the snapshot that it was set aside in, on that node; null where it was not, or
     *     another node did it
     */
    public record Dropped(
            String by,
            long keys,
            @Nullable Long writes,
            @Nullable Long bytes,
            @Nullable String file) {}

    /**
     * What the node that answers has set aside since it started.
     *
     * @param directory where
     * @param files how many snapshots
     * @param failures attempts that failed
     * @param lastFile the newest, or null
     * @param lastFailure why the last attempt failed; null if it succeeded, or there was none
     */
    public record Salvage(
            String directory,
            long files,
            long failures,
            @Nullable String lastFile,
            @Nullable String lastFailure) {}
}

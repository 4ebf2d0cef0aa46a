package io.hive.proxy.relay;

/**
 * What the relay has done and holds. Those with "now" go up and down, the others only up.
 *
 * @param clients connected now
 * @param accepted connections taken, those turned away not counted
 * @param turnedAway connections over the limit
 * @param upstreams connections to the master now, those under way counted
 * @param lanes profiles that share connections now, on all event loops
 * @param pinned sessions with a connection of their own now
 * @param idle connections in the pools now, kept for the next session that needs one
 * @param commands received, whatever became of them
 * @param bytesIn from clients
 * @param bytesOut to clients, Hive's own answers not counted
 * @param parkedSessions sessions that wait for a master now
 * @param parkedBytes what they hold now
 * @param keptBytes of large commands that are kept now until they are answered
 * @param heldReplies that wait now until replicas hold the writes before or behind them
 * @param heldBytes of those
 * @param refused commands that would break the hive
 * @param protocolErrors clients that sent what is no command
 * @param noMaster commands answered with {@code NOMASTER}
 * @param overloaded commands answered with {@code OVERLOADED}
 * @param unknownOutcomes commands answered with {@code UNKNOWNOUTCOME}
 * @param notRun commands answered with {@code NOTRUN}
 * @param unconfirmed commands answered with {@code NOACK}
 * @param staleCursors commands answered with {@code STALECURSOR}
 * @param readOnly commands answered with {@code READONLY} by Hive
 * @param cutClients clients closed because their master was lost with state that only it had
 */
public record RelayCounts(
        int clients,
        long accepted,
        long turnedAway,
        int upstreams,
        int lanes,
        int pinned,
        int idle,
        long commands,
        long bytesIn,
        long bytesOut,
        int parkedSessions,
        long parkedBytes,
        long keptBytes,
        long heldReplies,
        long heldBytes,
        long refused,
        long protocolErrors,
        long noMaster,
        long overloaded,
        long unknownOutcomes,
        long notRun,
        long unconfirmed,
        long staleCursors,
        long readOnly,
        long cutClients) {}

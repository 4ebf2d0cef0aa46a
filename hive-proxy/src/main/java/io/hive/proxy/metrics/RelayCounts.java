package io.hive.proxy.metrics;

/** What the relay counts, summed over its event loops. Read on any thread. */
public interface RelayCounts {
    /** Clients that are connected. */
    int clients();

    /** Shared connections to the master. */
    int lanes();

    /** Sessions with a connection of their own. */
    int pinned();

    /** Connections to the master that are kept for the next session that needs one. */
    int idle();

    /** Sessions that wait for a master. */
    long parked();

    /** Bytes that those hold. */
    long parkedBytes();

    /** Bytes of large commands that are kept until they are answered. */
    long keptBytes();

    /** Replies that wait for replicas. */
    long held();

    /** Bytes of those. */
    long heldBytes();

    /** Clients that have connected; only grows. */
    long accepted();

    /** Clients that were refused because of a limit; only grows. */
    long refused();

    /** Commands received from clients; only grows. */
    long commands();

    /** Bytes received from clients; only grows. */
    long receivedBytes();

    /** Bytes sent to clients; only grows. */
    long sentBytes();

    /** How often Hive itself gave this error to a client; only grows. */
    long errors(ClientError code);
}

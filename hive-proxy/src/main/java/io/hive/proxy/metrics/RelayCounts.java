package io.hive.proxy.metrics;

/** What the relay counts, summed over its event loops. Read on any thread. */
public interface RelayCounts {
    /** Clients that are connected. */
    int clients();

    /** Shared connections to the master. */
    int lanes();

    /** Sessions with a connection of their own. */
    int pinned();

    /** Commands that wait for a master. */
    long parked();

    /** Bytes of those. */
    long parkedBytes();

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

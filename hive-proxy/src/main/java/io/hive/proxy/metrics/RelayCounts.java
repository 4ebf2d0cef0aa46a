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

    /** Commands of a kind that were sent to a master; only grows. */
    long sent(CommandClass kind);

    /** Times that a session had to wait for a master; only grows. */
    long parks();

    /** How long sessions have waited for a master; only grows. */
    double parkedSeconds();

    /** Commands taken back to be sent to the next master; only grows. */
    long retried();

    /** Clients closed because state of theirs was lost with the master; only grows. */
    long clientsCut();

    /** Clients that sent what is no command; only grows. */
    long protocolErrors();

    /** How often Hive itself gave this error to a client; only grows. */
    long errors(ClientError code);
}

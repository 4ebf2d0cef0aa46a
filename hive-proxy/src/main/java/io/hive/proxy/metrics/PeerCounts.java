package io.hive.proxy.metrics;

/** What the mesh counts. Read on any thread; all but the first only grow. */
public interface PeerCounts {
    /** Peers that have proved who they are and are connected. */
    int connected();

    /** Connections that were set up. */
    long connections();

    /** Connections that ended. */
    long disconnections();

    /** Connections that were refused: another cluster, a wrong secret, an unknown address. */
    long refused();

    /** Connections that were closed over garbage or a message that was too large. */
    long malformed();

    long messagesSent();

    long messagesReceived();
}

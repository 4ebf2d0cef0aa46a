package io.hive.proxy.admin;

/** What the HTTP port tells. Called by any number of threads at once; must not block. */
public interface StatusSource {
    /** The hive as this node sees it now. */
    Status status();

    /** The last minutes of the hive. */
    Graph graph();

    /** Whether this pod should get traffic. */
    Readiness readiness();

    /**
     * Whether this process works. It never depends on the master, on the peers or on Redis: to
     * restart a sidecar mends none of them.
     */
    Liveness liveness();
}

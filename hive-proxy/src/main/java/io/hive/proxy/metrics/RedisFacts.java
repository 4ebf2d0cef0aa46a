package io.hive.proxy.metrics;

import java.util.OptionalLong;

/** What the local Redis last said. Read on any thread. */
public interface RedisFacts {
    /** Whether it answers. */
    boolean up();

    boolean master();

    boolean loading();

    /** Bytes of the replication stream that it has applied. */
    long offsetBytes();

    /** Bytes that it is behind the master, where that is known. */
    OptionalLong lagBytes();

    /** Keys in all databases. */
    long keys();

    /** Replicas whose link to it is online. */
    int replicas();
}

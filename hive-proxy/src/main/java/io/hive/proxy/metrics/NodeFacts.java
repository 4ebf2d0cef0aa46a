package io.hive.proxy.metrics;

import io.hive.core.node.NodeState;

/** What the election says of this node. Read on any thread. */
public interface NodeFacts {
    NodeState state();

    /** Whether it says that it is ready. */
    boolean ready();

    /** The highest epoch it has seen. */
    long epoch();

    /** Nodes that discovery names or that are connected, itself among them. */
    int members();

    /** Of those, the ones heard within the peer timeout. */
    int membersLive();
}

package io.hive.proxy.metrics;

import io.hive.core.node.NodeState;
import java.util.List;

/** The nodes of the hive, as this one sees them. Read on any thread. */
public interface MemberFacts {
    /** All of them, itself too. */
    List<Fact> all();

    /**
     * One of them.
     *
     * @param member its address
     * @param state what it does, or did when it was heard last
     * @param live whether it was heard within the peer timeout
     * @param heardSeconds since when it is silent; NaN if it never was heard
     * @param lagBytes how far its Redis is behind the master; NaN if unknown
     */
    record Fact(
            String member, NodeState state, boolean live, double heardSeconds, double lagBytes) {}
}

package io.hive.proxy.reads;

import io.hive.core.lineage.Position;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * A replica that might serve reads, as it is seen now.
 *
 * @param node whose it is
 * @param redis where it is reached
 * @param local whether it is this pod's
 * @param position what it holds, or null where that is not known to be whole
 * @param objection why it cannot serve, whatever its age; empty if it can
 */
record Candidate(
        NodeId node,
        RedisEndpoint redis,
        boolean local,
        @Nullable Position position,
        String objection) {
    boolean fit() {
        return objection.isEmpty();
    }
}

package io.hive.proxy.sentinel;

import io.hive.core.node.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hive as a sentinel tells of it.
 *
 * @param cluster the hive's name
 * @param self who tells
 * @param redisVersion what its Redis runs, for {@code INFO}
 * @param epoch the highest epoch it has seen
 * @param master who leads, or led last; null before anybody did
 * @param masterUp whether commands go to that master now
 * @param replicas the others
 */
public record Topology(
        String cluster,
        NodeId self,
        String redisVersion,
        long epoch,
        @Nullable Pod master,
        boolean masterUp,
        List<Pod> replicas) {
    public Topology {
        replicas = List.copyOf(replicas);
    }

    /** How many sidecars answer, this one counted. */
    int sentinelsUp() {
        Pod leader = master;
        long others = replicas.stream().filter(p -> p.up() && !p.node().equals(self)).count();
        boolean leaderToo = leader != null && leader.up() && !leader.node().equals(self);
        return (int) others + (leaderToo ? 1 : 0) + 1;
    }
}

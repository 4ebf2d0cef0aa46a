package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.RedisReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An election as it stands, to be shown; nothing in it can be changed.
 *
 * @param self this node
 * @param state what it does
 * @param epoch the highest epoch it has seen; never goes back
 * @param leader the leadership it leads or follows, with what its followers need, or null
 * @param routed whether commands go to that leader's Redis from here
 * @param inSync whether the local Redis is master, or was seen to apply what the master wrote
 * @param standing what this node would bring to an election
 * @param redis what the local Redis last said, or null while it is not heard
 * @param peers everyone else that discovery names or that is connected, in order
 * @param waitingFor why nobody leads yet, or why the local Redis does not follow the leader, one
 *     line; empty while there is nothing to wait for
 */
public record ElectionView(
        Member self,
        NodeState state,
        long epoch,
        @Nullable LeaderNotice leader,
        boolean routed,
        boolean inSync,
        Standing standing,
        @Nullable RedisReport redis,
        List<PeerView> peers,
        String waitingFor) {
    public ElectionView {
        peers = List.copyOf(peers);
    }

    /** The leadership it leads or follows, or null. */
    public @Nullable Leadership leadership() {
        return leader == null ? null : leader.leadership();
    }

    /**
     * Another node, as it is seen from here.
     *
     * @param node who
     * @param connected whether it has proved who it is, and the connection stands
     * @param live whether it is connected and was heard within the peer timeout
     * @param state what it said it does; {@code NOT_READY} before its first heartbeat
     * @param heardNanos when it was last heard, on the clock of the steps; null if never
     * @param leadership whom it said it follows, or null
     * @param standing what it said it holds, or null
     */
    public record PeerView(
            NodeId node,
            boolean connected,
            boolean live,
            NodeState state,
            @Nullable Long heardNanos,
            @Nullable Leadership leadership,
            @Nullable Standing standing) {}
}

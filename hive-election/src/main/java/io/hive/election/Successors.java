package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whom a leader could hand over to (rule 20), and why not to the others. */
final class Successors {
    /** Heartbeats are this much apart at a high rate of writes: less says nothing. */
    private static final long SAME_LAG_BYTES = 1 << 20;

    private final Context context;

    Successors(Context context) {
        this.context = context;
    }

    /**
     * Whom.
     *
     * @param target or null, where nobody can
     * @param reason why nobody can
     */
    record Choice(@Nullable Member target, String reason) {}

    /** The one that was asked for, if it can. */
    Choice named(NodeId node) {
        if (node.equals(context.self.node())) {
            return new Choice(null, node + " leads already");
        }
        Peers.Peer peer = context.peers.live(node, context.now);
        if (peer == null) {
            return new Choice(null, node + " is not connected");
        }
        String obstacle = obstacle(peer);
        return obstacle == null
                ? new Choice(peer.member(), "")
                : new Choice(null, node + " " + obstacle);
    }

    /** The best of the others: least behind, then as between equals in an election (rule 9). */
    Choice best(Set<NodeId> excluded) {
        List<Peers.Peer> live = context.peers.live(context.now);
        if (live.isEmpty()) {
            return new Choice(null, "there is nobody else: no other sidecar is connected");
        }
        Peers.Peer best = null;
        List<String> obstacles = new ArrayList<>();
        for (Peers.Peer peer : live) {
            String obstacle =
                    excluded.contains(peer.node()) ? "could not take over before" : obstacle(peer);
            if (obstacle != null) {
                obstacles.add(peer.node() + " " + obstacle);
            } else if (best == null || order().compare(peer, best) < 0) {
                best = peer;
            }
        }
        return best == null
                ? new Choice(null, "nobody else can lead: " + String.join("; ", obstacles))
                : new Choice(best.member(), "");
    }

    /** Whether an election among the others would find somebody. */
    boolean anyEligible() {
        return context.peers.live(context.now).stream()
                .map(Peers.Peer::standing)
                .anyMatch(s ->
                        s != null && s.eligibility() == Eligibility.ELIGIBLE && s.priority() != 0);
    }

    private Comparator<Peers.Peer> order() {
        return Comparator.comparingLong((Peers.Peer peer) -> lag(peer) / SAME_LAG_BYTES)
                .thenComparingInt(peer -> standing(peer).priority())
                .thenComparing(peer -> standing(peer).version())
                .thenComparing(Peers.Peer::node);
    }

    private static Standing standing(Peers.Peer peer) {
        Standing standing = peer.standing();
        if (standing == null) {
            throw new IllegalStateException("a peer that said nothing is no successor");
        }
        return standing;
    }

    private long lag(Peers.Peer peer) {
        return context.dataset.holding() instanceof Holding.Lineage(Position own)
                        && standing(peer).holding() instanceof Holding.Lineage(Position theirs)
                ? Math.max(0, own.offset() - theirs.offset())
                : Long.MAX_VALUE;
    }

    /** What stands against a peer, or null. */
    private @Nullable String obstacle(Peers.Peer peer) {
        LeaderNotice own = context.leader;
        Standing standing = peer.standing();
        if (own == null || standing == null) {
            return "has not said what it holds";
        }
        Leadership leadership = own.leadership();
        if (peer.state() == NodeState.LEAVING || standing.eligibility() == Eligibility.DRAINING) {
            return "drains";
        }
        if (!leadership.equals(peer.leadership())) {
            return "does not follow " + leadership;
        }
        if (standing.eligibility() != Eligibility.ELIGIBLE) {
            return "is not fit: " + standing.eligibility();
        }
        if (standing.priority() == 0) {
            return "has replica-priority 0, and never leads";
        }
        if (!(standing.holding() instanceof Holding.Lineage(Position position))
                || !position.id().equals(own.lineages().getLast().id())
                || !leadership.equals(standing.served())) {
            return "is not in sync yet: it holds " + standing.holding();
        }
        return null;
    }
}

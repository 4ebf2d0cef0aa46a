package io.hive.proxy;

import io.hive.core.leader.Leadership;
import io.hive.core.message.HandoffResult;
import io.hive.core.message.Standing;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.election.ElectionView;
import io.hive.proxy.sentinel.Pod;
import io.hive.proxy.sentinel.SentinelSource;
import io.hive.proxy.sentinel.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The election's view in the words of Redis Sentinel. The master is told by the relay of the
 * leader's pod, the replicas by those of the others: so a client that is told late still reaches
 * the master. All pods are taken to have this one's ports.
 *
 * <p>The election may be looked at from any thread; only one may ask for the topology, since what
 * led last is remembered.
 */
final class SidecarSentinel implements SentinelSource {
    private final String cluster;
    private final int port;
    private final Supplier<ElectionView> views;
    private final Supplier<CompletionStage<String>> failover;
    private @Nullable NodeId lastLeader;

    /**
     * Looks through these.
     *
     * @param port of the relays
     * @param failover hands over, and tells why not, or an empty text
     */
    SidecarSentinel(
            String cluster,
            int port,
            Supplier<ElectionView> views,
            Supplier<CompletionStage<String>> failover) {
        this.cluster = cluster;
        this.port = port;
        this.views = views;
        this.failover = failover;
    }

    @Override
    public CompletionStage<String> failover() {
        return failover.get();
    }

    /** Why nobody else leads after a handover; empty if somebody does. */
    static String refusal(HandoffResult result) {
        return result.done()
                ? ""
                : "not handed over (" + result.outcome() + "): " + result.reason();
    }

    @Override
    public Topology topology() {
        ElectionView view = views.get();
        Leadership leadership = view.leadership();
        if (leadership != null && view.routed()) {
            lastLeader = leadership.leader().node();
        }
        NodeId leader = lastLeader;
        Pod master = null;
        List<Pod> replicas = new ArrayList<>();
        for (Pod pod : pods(view)) {
            if (pod.node().equals(leader)) {
                master = pod;
            } else {
                replicas.add(pod);
            }
        }
        if (master == null && leader != null) {
            // it is gone from discovery, too; clients go on asking for it until another one leads
            master = new Pod(leader, port, false, false, 0, 0, 0);
        }
        return new Topology(
                cluster,
                view.self().node(),
                view.standing().version().toString(),
                view.epoch(),
                master,
                view.routed(),
                replicas);
    }

    private List<Pod> pods(ElectionView view) {
        List<Pod> pods = new ArrayList<>();
        pods.add(pod(view.self().node(), true, view.inSync(), view.standing(), 0));
        long now = System.nanoTime();
        for (ElectionView.PeerView peer : view.peers()) {
            Long heard = peer.heardNanos();
            boolean follows =
                    peer.state() == NodeState.FOLLOWING || peer.state() == NodeState.LEADING;
            pods.add(
                    pod(
                            peer.node(),
                            peer.live(),
                            follows,
                            peer.standing(),
                            heard == null ? 0 : (now - heard) / 1_000_000));
        }
        return pods;
    }

    private Pod pod(
            NodeId node, boolean up, boolean inSync, @Nullable Standing standing, long heard) {
        long offset =
                standing != null && standing.holding() instanceof Holding.Lineage(var position)
                        ? position.offset()
                        : 0;
        return new Pod(
                node,
                port,
                up,
                inSync,
                offset,
                standing == null ? 100 : standing.priority(),
                heard);
    }
}

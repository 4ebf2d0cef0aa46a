package io.hive.election.sim;

import io.hive.core.lineage.ReplicationId;
import io.hive.core.message.PeerMessage;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.election.Effect;
import io.hive.election.ElectionView;
import io.hive.election.Step;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one node may do by itself: open and keep a route, answer an election, call itself in sync.
 */
final class SimRouteChecks implements SimWatcher {
    private static final long LOOK = 250 * SimTime.MILLI;

    /** The stated time of the fence, and the look-ups and ticks around it. */
    private static final long FENCE_LIMIT = 6 * SimTime.SECOND;

    /** How old the position may be that a node in sync has applied. */
    private static final long PROOF_AGE = 1200 * SimTime.MILLI;

    private static final long CALM = 4 * SimTime.SECOND;

    private record Past(long atNanos, ReplicationId id, long offset) {}

    private record Asked(Member member, long epoch) {}

    private final SimHive hive;
    private final Map<Integer, Long> cutOffSince = new HashMap<>();
    private final Map<Integer, ArrayDeque<Past>> history = new HashMap<>();
    private final Map<Asked, NodeId> answered = new HashMap<>();
    private final Set<Asked> promoted = new HashSet<>();

    SimRouteChecks(SimHive hive) {
        this.hive = hive;
    }

    void start() {
        for (SimPod pod : hive.pods()) {
            leaseHolds(pod);
            fenceHolds(pod);
            remember(pod);
        }
        hive.scheduler().after(LOOK, this::start);
    }

    private void leaseHolds(SimPod pod) {
        SimNode node = pod.sidecar;
        if (node == null || node.openRoute() == null) {
            return;
        }
        // a clock may run slow, by a little
        long limit = hive.settings().peerTimeoutNanos() * 11 / 10 + LOOK;
        long idle = hive.scheduler().now() - node.steppedNanos();
        if (idle > limit) {
            throw new SimViolation(
                    SimInvariant.ROUTE_ENDS_WITH_LEASE,
                    pod
                            + ": open, and its control thread has not run for "
                            + SimTime.seconds(idle));
        }
    }

    private void fenceHolds(SimPod pod) {
        SimNode node = pod.sidecar;
        boolean cutOff =
                node != null
                        && node.knewOthers()
                        && hive.dns().silentTo(pod)
                        && !hive.dns().lateTo(pod)
                        && outOfReachOfAll(pod);
        if (!cutOff) {
            cutOffSince.remove(pod.index);
            return;
        }
        long since = cutOffSince.computeIfAbsent(pod.index, i -> hive.scheduler().now());
        // a late answer may still have come after the silence began
        long silent =
                Math.max(
                        Math.max(since, node.discoveredNanos()),
                        hive.network().disturbedNanos(pod.index));
        if (hive.scheduler().now() - silent > FENCE_LIMIT
                && node.awakeFor(FENCE_LIMIT)
                && node.openRoute() != null) {
            throw new SimViolation(
                    SimInvariant.ISOLATED_IS_FENCED,
                    pod + ": serves, cut off from everything since " + SimTime.seconds(since));
        }
    }

    private boolean outOfReachOfAll(SimPod pod) {
        for (SimPod other : hive.allPods()) {
            if (other != pod
                    && !other.removed()
                    && !hive.network().outOfReach(pod.index, other.index)) {
                return false;
            }
        }
        return true;
    }

    private void remember(SimPod pod) {
        ArrayDeque<Past> past = history.computeIfAbsent(pod.index, i -> new ArrayDeque<>());
        if (pod.redis.running() && pod.redis.isMaster()) {
            past.add(new Past(hive.scheduler().now(), pod.redis.data.id, pod.redis.data.offset));
        }
        while (!past.isEmpty() && hive.scheduler().now() - past.peek().atNanos() > CALM) {
            past.poll();
        }
    }

    @Override
    public void stepped(SimNode node, @Nullable ElectionView before, Step step) {
        ElectionView after = step.view();
        if (before != null
                && !before.inSync()
                && after.inSync()
                && after.state() == NodeState.FOLLOWING
                && after.leader() != null) {
            hasApplied(node, hive.podOf(after.leader().master()));
        }
    }

    private void hasApplied(SimNode node, @Nullable SimPod leader) {
        if (leader == null
                || leader.redis.isSlow()
                || node.pod().redis.isSlow()
                || !leader.redis.readyFor(CALM)
                || !SimChecks.talkedFor(hive, node, leader, CALM)) {
            return;
        }
        SimDataset mine = node.pod().redis.data;
        for (Past past : history.getOrDefault(leader.index, new ArrayDeque<>())) {
            if (past.id().equals(leader.redis.data.id)
                    && hive.scheduler().now() - past.atNanos() > PROOF_AGE
                    && (!mine.id.equals(past.id()) || mine.offset < past.offset())) {
                throw new SimViolation(
                        SimInvariant.IN_SYNC_IS_APPLIED,
                        node
                                + ": says it is in sync at "
                                + mine.offset
                                + ", and the master was at "
                                + past.offset()
                                + " long before");
            }
        }
    }

    @Override
    public void emitted(SimNode node, Effect effect) {
        if (effect instanceof Effect.RenewRoute
                || (effect instanceof Effect.OpenRoute open
                        && open.leadership().leader().equals(node.member()))) {
            asksFirst(node);
        } else if (effect instanceof Effect.Send(NodeId to, PeerMessage.Answer answer)) {
            once(node, to, answer);
        } else if (effect instanceof Effect.Promote promote
                && isPast(node, promote.leadership().epoch())) {
            throw new SimViolation(
                    SimInvariant.EPOCH_IN_USER_NAME,
                    node
                            + ": promotes in epoch "
                            + promote.leadership().epoch()
                            + ", its Redis told of "
                            + node.userEpoch());
        }
    }

    /**
     * Whether its Redis told of this epoch, and it was not this life that had fed a winner in it.
     */
    private boolean isPast(SimNode node, long epoch) {
        boolean own = !promoted.add(new Asked(node.member(), epoch));
        return epoch < node.userEpoch() || (epoch == node.userEpoch() && !own);
    }

    private void asksFirst(SimNode node) {
        if (node.gapNanos() > hive.settings().peerTimeoutNanos()) {
            throw new SimViolation(
                    SimInvariant.STOOD_STILL_ASKS_FIRST,
                    node
                            + ": serves on after it stood still for "
                            + SimTime.seconds(node.gapNanos())
                            + " s");
        }
    }

    private void once(SimNode node, NodeId to, PeerMessage.Answer answer) {
        NodeId before = answered.put(new Asked(node.member(), answer.epoch()), to);
        if (before != null && !before.equals(to)) {
            throw new SimViolation(
                    SimInvariant.ONE_ANSWER_PER_EPOCH,
                    node + ": answers " + to + " in epoch " + answer.epoch() + " after " + before);
        }
    }
}

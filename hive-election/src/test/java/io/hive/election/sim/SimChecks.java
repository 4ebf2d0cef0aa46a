package io.hive.election.sim;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.node.Member;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Effect;
import io.hive.election.ElectionView;
import io.hive.election.Outcome;
import io.hive.election.Step;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must hold at every step, whatever fails (safety). Everything is judged by what the
 * simulation knows, not by what the nodes believe; where a node cannot have known yet, it has time
 * to learn.
 */
final class SimChecks implements SimWatcher {
    /** Two nodes that talked undisturbed for this long know of each other what matters. */
    private static final long LEARNED = 2500 * SimTime.MILLI;

    /** Longer than that, two connected leaders must not serve at once. */
    private static final long TWO_LEADERS_LIMIT = 3 * SimTime.SECOND;

    /** From the end of a replica's link to the old master to its own leadership, at most. */
    private static final long TAIL_WINDOW = SimTime.SECOND;

    /** A heartbeat has come from who is connected for that long. */
    private static final long HEARD = 200 * SimTime.MILLI;

    private static final long LOOK = 250 * SimTime.MILLI;

    private final SimHive hive;
    private final SimClients clients;
    private final Map<Leadership, RedisEndpoint> confirmed = new HashMap<>();

    /** What the masters held that stepped down in a handover. */
    private final Map<Position, BitSet> steppedDown = new HashMap<>();

    private final Map<Member, String> frozen = new HashMap<>();
    private final Map<Long, Long> bothServeSince = new HashMap<>();

    SimChecks(SimHive hive, SimClients clients) {
        this.hive = hive;
        this.clients = clients;
    }

    void start() {
        hive.scheduler()
                .after(
                        LOOK,
                        () -> {
                            notTwoLeadersForLong();
                            start();
                        });
    }

    @Override
    public void stepped(SimNode node, @Nullable ElectionView before, Step step) {
        if (before != null && step.view().epoch() < before.epoch()) {
            throw new SimViolation(
                    SimInvariant.EPOCH_NEVER_GOES_BACK,
                    node
                            + ": the epoch went back from "
                            + before.epoch()
                            + " to "
                            + step.view().epoch());
        }
    }

    @Override
    public void emitted(SimNode node, Effect effect) {
        switch (effect) {
            case Effect.OpenRoute open -> {
                wasConfirmed(node, open);
                if (open.leadership().leader().equals(node.member())) {
                    nobodyHasMore(node, open.leadership().epoch());
                    oldMasterHasNoMore(node);
                    mergeLostLess(node, open.leadership().epoch());
                }
            }
            case Effect.RenewRoute renew -> renewsWhatIsOpen(node, renew);
            case Effect.Promote promote -> {
                namesTheFrozenProcess(node, promote);
                notEmptyWhileOthersHoldData(node, promote);
            }
            case Effect.CloseRoute _,
                    Effect.HoldRoute _,
                    Effect.HandoffEnded _,
                    Effect.Prepare _,
                    Effect.CatchUp _,
                    Effect.Pause _,
                    Effect.Require _,
                    Effect.Unpause _,
                    Effect.StepDown _,
                    Effect.TakeOver _,
                    Effect.Send _,
                    Effect.Report _,
                    Effect.Detach _,
                    Effect.Follow _,
                    Effect.TakeOffDuty _,
                    Effect.Fetch _,
                    Effect.Authorise _,
                    Effect.Salvage _ -> {}
        }
    }

    @Override
    public void ended(SimNode node, Effect.Operation operation, Outcome outcome) {
        if (!(outcome instanceof Outcome.Confirmed(RedisReport report))) {
            return;
        }
        if (operation instanceof Effect.StepDown) {
            steppedDown.put(report.position(), (BitSet) node.pod().redis.data.keys.clone());
        } else if (operation instanceof Effect.TakeOver take) {
            confirmed.put(take.leadership(), node.pod().endpoint);
            nothingIsLostByHandingOver(node, take);
        } else if (operation instanceof Effect.Promote promote) {
            confirmed.put(promote.leadership(), node.pod().endpoint);
        } else if (operation instanceof Effect.Detach || operation instanceof Effect.Fetch) {
            frozen.put(node.member(), report.runId());
        }
    }

    /** Whoever takes over has all that was acknowledged by the one that stepped down. */
    private void nothingIsLostByHandingOver(SimNode node, Effect.TakeOver take) {
        BitSet missing = new BitSet();
        missing.or(steppedDown.getOrDefault(take.atLeast(), new BitSet()));
        missing.and(clients.acknowledged());
        missing.andNot(node.pod().redis.data.keys);
        if (!missing.isEmpty()) {
            throw new SimViolation(
                    SimInvariant.HANDOVER_LOSES_NOTHING,
                    node
                            + ": took over at "
                            + take.atLeast()
                            + " without "
                            + missing.cardinality()
                            + " acknowledged writes");
        }
    }

    private void wasConfirmed(SimNode node, Effect.OpenRoute open) {
        RedisEndpoint master = confirmed.get(open.leadership());
        if (!open.master().equals(master)) {
            throw new SimViolation(
                    SimInvariant.ROUTE_TO_CONFIRMED_MASTER,
                    node
                            + ": opened a route to "
                            + hive.nameOf(open.master())
                            + " in "
                            + open.leadership()
                            + ", which "
                            + (master == null
                                    ? "nobody was promoted in"
                                    : "is of " + hive.nameOf(master)));
        }
    }

    private static void renewsWhatIsOpen(SimNode node, Effect.RenewRoute renew) {
        SimRoute route = node.route();
        if (route == null || !route.leadership().equals(renew.leadership())) {
            throw new SimViolation(
                    SimInvariant.ROUTE_RENEWED_IS_OPEN,
                    node + ": renewed a route that is not open, " + renew.leadership());
        }
    }

    /** What is promoted is the process whose data was frozen and weighed, and none after it. */
    private void namesTheFrozenProcess(SimNode node, Effect.Promote promote) {
        String process = frozen.get(node.member());
        if (!promote.runId().equals(process)) {
            throw new SimViolation(
                    SimInvariant.PROMOTED_WAS_FROZEN,
                    node
                            + ": promotes process "
                            + promote.runId()
                            + ", the one that was frozen is "
                            + process);
        }
    }

    private void notEmptyWhileOthersHoldData(SimNode node, Effect.Promote promote) {
        SimRedis redis = node.pod().redis;
        if (!redis.data.keys.isEmpty() || !redis.runId().equals(promote.runId())) {
            // another process by now is not promoted: the operation looks first (rule 4)
            return;
        }
        long epoch = promote.leadership().epoch();
        long learned = LEARNED + node.proposingFor(epoch);
        for (SimPod pod : hive.pods()) {
            if (talkedFor(hive, node, pod, learned)
                    && pod.redis.readyFor(learned)
                    && !pod.redis.data.keys.isEmpty()) {
                throw new SimViolation(
                        SimInvariant.EMPTY_NEVER_LEADS,
                        node
                                + ": promotes its empty Redis while "
                                + pod
                                + " is connected and holds "
                                + pod.redis.brief());
            }
        }
    }

    /**
     * The new master has every acknowledged write that a connected member with more than it has.
     * Who has some that the other lacks, both ways, is a merge: there something is lost.
     */
    private void nobodyHasMore(SimNode node, long epoch) {
        BitSet mine = node.pod().redis.data.keys;
        long learned = LEARNED + node.proposingFor(epoch);
        for (SimPod pod : hive.pods()) {
            if (pod == node.pod()
                    || !talkedFor(hive, node, pod, learned)
                    || !pod.redis.readyFor(learned)
                    || pod.redis.refuses()
                    || !pod.redis.known()) {
                continue;
            }
            BitSet missing = missing(mine, pod.redis.data.keys);
            if (!missing.isEmpty()) {
                throw new SimViolation(
                        SimInvariant.MOST_DATA_LEADS,
                        node
                                + ": leads with "
                                + node.pod().redis.brief()
                                + " while "
                                + pod
                                + " is connected, has all of that and "
                                + missing.cardinality()
                                + " acknowledged writes more: "
                                + pod.redis.brief());
            }
        }
    }

    /**
     * The lost leader's Redis lives without its sidecar, and the new master streamed from it until
     * this election: what that one acknowledged at the end has been fetched.
     */
    private void oldMasterHasNoMore(SimNode node) {
        BitSet mine = node.pod().redis.data.keys;
        for (SimPod pod : hive.pods()) {
            if (pod == node.pod()
                    || !pod.sidecarAway()
                    || pod.redis.refuses()
                    || !pod.redis.readyFor(LEARNED)
                    || pod.redis.isSlow()
                    || node.pod().redis.isSlow()
                    || !pod.redis.known()
                    || !node.pod().redis.link().left(pod.endpoint, TAIL_WINDOW)
                    || !node.pod().redis.readyFor(LEARNED)
                    || !calmToAll(pod)) {
                continue;
            }
            if (pod.redis.isMaster() && hive.network().inReachOfAll(pod.index)) {
                throw new SimViolation(
                        SimInvariant.OLD_MASTER_OFF_DUTY,
                        node
                                + ": leads while "
                                + pod
                                + ", which it followed, is master and in reach of everybody: "
                                + pod.redis.brief());
            }
            BitSet missing = missing(mine, pod.redis.data.keys);
            if (!missing.isEmpty()) {
                throw new SimViolation(
                        SimInvariant.OLD_MASTER_TAIL,
                        node
                                + ": leads without "
                                + missing.cardinality()
                                + " acknowledged writes that "
                                + pod
                                + " holds, whose sidecar is gone and whose Redis answers: "
                                + pod.redis.brief());
            }
        }
    }

    /** Whoever was the candidate, it could have reached this Redis in time. */
    private boolean calmToAll(SimPod pod) {
        return hive.pods().stream()
                .allMatch(other ->
                        other == pod || hive.network().calmFor(other.index, pod.index, LEARNED));
    }

    /**
     * What each side counted is not to the write what the simulation knows, and of more than two
     * histories two are compared at a time: so only a gross mistake is one.
     */
    private void mergeLostLess(SimNode node, long epoch) {
        BitSet mine = node.pod().redis.data.keys;
        long learned = LEARNED + node.proposingFor(epoch);
        for (SimPod pod : hive.pods()) {
            if (pod == node.pod()
                    || !talkedFor(hive, node, pod, learned)
                    || !pod.redis.readyFor(learned)
                    || pod.redis.refuses()
                    || !pod.redis.known()
                    || !node.pod().redis.known()) {
                continue;
            }
            BitSet theirs = (BitSet) pod.redis.data.keys.clone();
            // what is in a snapshot is not lost, and has been weighed when it was set aside
            theirs.andNot(hive.setAside());
            int lost = onlyIn(theirs, mine);
            int kept = onlyIn(mine, pod.redis.data.keys);
            if (kept > 0 && lost > 3 * kept + 50) {
                throw new SimViolation(
                        SimInvariant.MERGE_LOSES_LESS,
                        node
                                + ": leads with "
                                + kept
                                + " acknowledged writes that "
                                + pod
                                + " lacks, which has "
                                + lost
                                + " that it lacks: "
                                + node.pod().redis.brief()
                                + " against "
                                + pod.redis.brief());
            }
        }
    }

    private int onlyIn(BitSet one, BitSet other) {
        BitSet only = (BitSet) one.clone();
        only.andNot(other);
        only.and(clients.acknowledged());
        return only.cardinality();
    }

    @Override
    public void overwritten(SimPod pod, BitSet before, BitSet after, boolean known) {
        if (nobodyCouldHelp(pod)) {
            return;
        }
        setAsideFirst(pod, before, after);
        BitSet missing = missing(after, before);
        missing.andNot(hive.setAside());
        if (!missing.isEmpty() && (known || emptied(pod, after))) {
            throw new SimViolation(
                    SimInvariant.NOTHING_MORE_OVERWRITTEN,
                    pod
                            + ": a full synchronisation replaces "
                            + before.cardinality()
                            + " keys by "
                            + after.cardinality()
                            + ", all of which it had, with "
                            + missing.cardinality()
                            + " acknowledged writes more");
        }
    }

    /**
     * Whether nothing replaces data, of whatever history, by who could have been asked about it.
     */
    private boolean emptied(SimPod pod, BitSet after) {
        RedisEndpoint master = pod.redis.master();
        SimPod there = master == null ? null : hive.podOf(master);
        return after.isEmpty() && there != null && talkedFor(hive, pod.sidecar, there, HEARD);
    }

    /**
     * A Redis without a sidecar follows whatever answers from its master's address: where that has
     * restarted with less, only the guard and the replication user would have helped (rules 16 and
     * 17).
     */
    private boolean nobodyCouldHelp(SimPod pod) {
        RedisEndpoint master = pod.redis.master();
        SimPod there = master == null ? null : hive.podOf(master);
        return pod.sidecarAway() && there != null && !(there.guarded && there.authorises);
    }

    /** Where salvage is on, nobody's only copy of a key is replaced before it was set aside. */
    private void setAsideFirst(SimPod pod, BitSet before, BitSet after) {
        if (!hive.settings().salvage()) {
            return;
        }
        BitSet gone = (BitSet) before.clone();
        gone.andNot(after);
        gone.andNot(hive.setAside());
        for (SimPod other : hive.pods()) {
            if (other != pod && other.redis.running()) {
                gone.andNot(other.redis.data.keys);
            }
        }
        if (!gone.isEmpty()) {
            throw new SimViolation(
                    SimInvariant.SET_ASIDE_FIRST,
                    pod
                            + ": a full synchronisation replaces "
                            + before.cardinality()
                            + " keys, "
                            + gone.cardinality()
                            + " of them without a copy, and none was set aside");
        }
    }

    /** The acknowledged keys of {@code theirs} that {@code mine} lacks; none if it has others. */
    BitSet missing(BitSet mine, BitSet theirs) {
        BitSet onlyMine = (BitSet) mine.clone();
        onlyMine.andNot(theirs);
        BitSet onlyTheirs = (BitSet) theirs.clone();
        if (onlyMine.isEmpty()) {
            onlyTheirs.andNot(mine);
            onlyTheirs.and(clients.acknowledged());
        } else {
            onlyTheirs.clear();
        }
        return onlyTheirs;
    }

    private void notTwoLeadersForLong() {
        for (SimPod one : hive.pods()) {
            for (SimPod other : hive.pods()) {
                if (one.index < other.index) {
                    check(one, other);
                }
            }
        }
    }

    private void check(SimPod one, SimPod other) {
        long pair = (long) one.index << 32 | other.index;
        SimRoute first = one.sidecar == null ? null : one.sidecar.openRoute();
        SimRoute second = other.sidecar == null ? null : other.sidecar.openRoute();
        boolean both =
                first != null
                        && second != null
                        && !first.master().equals(second.master())
                        && knowEachOther(one.sidecar, other);
        if (!both) {
            if (!bothServeSince.isEmpty()) {
                bothServeSince.remove(pair);
            }
            return;
        }
        long since = bothServeSince.computeIfAbsent(pair, p -> hive.scheduler().now());
        if (hive.scheduler().now() - since > TWO_LEADERS_LIMIT) {
            throw new SimViolation(
                    SimInvariant.TWO_LEADERS_BOUNDED,
                    one
                            + " serves "
                            + first.leadership()
                            + " and "
                            + other
                            + " serves "
                            + second.leadership()
                            + ", connected, for "
                            + SimTime.seconds(hive.scheduler().now() - since)
                            + " s");
        }
    }

    private boolean knowEachOther(SimNode node, SimPod pod) {
        return talkedFor(hive, node, pod, LEARNED);
    }

    /** Whether both sidecars were up and talked to each other, undisturbed, for this long. */
    static boolean talkedFor(SimHive hive, @Nullable SimNode node, SimPod pod, long nanos) {
        SimNode peer = pod.sidecar;
        if (node == null || peer == null || peer == node) {
            return false;
        }
        Long here = node.mesh().connectedSince(peer.member());
        Long there = peer.mesh().connectedSince(node.member());
        return here != null
                && there != null
                && hive.scheduler().now() - Math.max(here, there) >= nanos
                && node.awakeFor(nanos)
                && peer.awakeFor(nanos)
                && node.mesh().droppedNothingFor(nanos)
                && peer.mesh().droppedNothingFor(nanos)
                && hive.network().calmFor(node.pod().index, pod.index, nanos);
    }
}

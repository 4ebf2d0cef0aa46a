package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.CatchUp;
import io.hive.core.message.PeerMessage.Cede;
import io.hive.core.message.PeerMessage.Farewell;
import io.hive.core.message.PeerMessage.FeedOffer;
import io.hive.core.message.PeerMessage.FeedRequest;
import io.hive.core.message.PeerMessage.HandoffReply;
import io.hive.core.message.PeerMessage.HandoffRequest;
import io.hive.core.message.PeerMessage.HandoffStep;
import io.hive.core.message.PeerMessage.Heartbeat;
import io.hive.core.message.PeerMessage.Hold;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Prepare;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Release;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.message.PeerMessage.Vitals;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who leads, as one node sees and does it.
 *
 * <p>Everything that happens comes in through {@link #step}, one at a time; everything to be done
 * comes out of it as effects. There is nothing else: no clock, no thread, no input or output, no
 * randomness. The rules are numbered as in the design.
 */
public final class Election {
    /** Following, alone, asking, won: more than that does not come of one input. */
    private static final int MAX_CHANGES = 4;

    private final Context context;
    private final Isolation isolation;
    private final FormerMaster former;
    private final Reign reign;
    private final Candidacy candidacy;
    private final Voter voter;
    private final Follower follower;
    private final Handover handover;
    private final Succession succession;
    private final HandoffRequests requests;
    private long lastStepNanos;
    private long heartbeatNanos;
    private long demoteAfter;
    private @Nullable Told told;

    /** What {@link Context#served} was last taken from, while this node follows; or null. */
    private @Nullable Heartbeat servedBy;

    /** What a heartbeat says that the others should not have to wait for. */
    private record Told(
            NodeState state,
            long epoch,
            @Nullable Leadership leadership,
            List<NodeId> hears,
            Eligibility eligibility) {}

    /**
     * An election that has seen nothing yet.
     *
     * @param self this node, in this life
     * @param redis where the others reach its Redis
     * @param sinceMillis when it began to stand, wall-clock milliseconds since 1970: the tie-break
     *     between equals (rule 9)
     * @param passwords for the replication users of its leaderships
     * @param nowNanos the monotonic clock of the steps, now
     */
    public Election(
            ElectionSettings settings,
            Member self,
            RedisEndpoint redis,
            long sinceMillis,
            Passwords passwords,
            long nowNanos) {
        context = new Context(settings, self, redis, sinceMillis, passwords, nowNanos);
        isolation = new Isolation(context);
        Divergence divergence = new Divergence(context);
        former = new FormerMaster(context);
        reign = new Reign(context, divergence, former);
        candidacy = new Candidacy(context, reign, former);
        voter = new Voter(context, candidacy, reign);
        follower = new Follower(context, candidacy, reign, divergence);
        handover = new Handover(context, reign);
        succession = new Succession(context, reign, follower);
        requests = new HandoffRequests(context, handover);
        lastStepNanos = nowNanos;
        heartbeatNanos = nowNanos;
        demoteAfter = nowNanos;
    }

    /**
     * Takes one input.
     *
     * @param nowNanos a monotonic clock, never lower than at the step before
     * @return the state after it, and what to do, in order
     */
    public Step step(Input input, long nowNanos) {
        context.now = nowNanos;
        awake();
        switch (input) {
            case Input.Tick _ -> {}
            case Input.Discovered discovered -> {
                context.peers.discovered(discovered.nodes());
                isolation.discovered();
            }
            case Input.DiscoveryFailed _ -> isolation.discoveryFailed();
            case Input.PeerConnected(Member peer) -> {
                Member before = context.peers.life(peer.node());
                if (before != null && !before.equals(peer)) {
                    // what its earlier life was asked, nobody answers
                    gone(before);
                }
                context.peers.connected(peer, nowNanos);
                told = null;
            }
            case Input.PeerDisconnected(Member peer, _) -> gone(peer);
            case Input.Received(Member peer, PeerMessage message) -> received(peer, message);
            case Input.Observed(Observation observation) -> observed(observation);
            case Input.OperationEnded(long operation, Outcome outcome) ->
                    operated(operation, outcome);
            case Input.Drain(String reason) -> drain(reason);
            case Input.Handoff handoff -> requests.asked(handoff);
            case Input.RouteHeld(Leadership next) -> {
                handover.held(context.self.node(), next);
                succession.held(next);
            }
        }
        settle();
        if (input instanceof Input.Tick) {
            renewRoute();
        }
        trackServed();
        // made once: it looks at every peer, and nothing changes from here on
        Standing standing = context.standing();
        heartbeat(standing);
        return new Step(view(standing), context.takeEffects());
    }

    /**
     * A step that comes late means that this process was frozen or starved: others may have elected
     * since, so it hears them before it acts (rule 14).
     */
    private void awake() {
        long late = context.now - lastStepNanos;
        lastStepNanos = context.now;
        if (late <= context.settings.peerTimeoutNanos()) {
            return;
        }
        String reason = "this process stood still for " + late / 1_000_000 + " ms";
        context.peers.forget(context.now);
        context.wakingUntil = context.now + 2 * context.settings.heartbeatNanos();
        switch (context.phase) {
            case Phase.Leading _ -> reign.resign(reason, 14);
            case Phase.Following _,
                    Phase.Removing _,
                    Phase.Asking _,
                    Phase.Answering _,
                    Phase.Fetching _,
                    Phase.Promoting _ -> {
                context.closeRoute(reason);
                context.endLeader();
                context.dataset.probe(null);
                context.pendingOperation = 0;
                context.idle(0);
                context.report(reason, 14, 0);
            }
            case Phase.Idle _ -> {}
        }
        context.quietUntil = context.wakingUntil;
        context.waitFor("to hear the others, since " + reason);
    }

    private void gone(Member peer) {
        if (!context.peers.disconnected(peer)) {
            return;
        }
        handover.gone(peer);
        requests.gone(peer);
        if (context.phase instanceof Phase.Asking(Ballot ballot)) {
            ballot.gone(peer);
        }
        if (context.phase instanceof Phase.Answering answering && answering.to().equals(peer)) {
            giveUp("the candidate " + peer.node() + " went away");
        }
        if (context.phase instanceof Phase.Fetching fetching
                && fetching.feeder().member().equals(peer)) {
            reign.feederGone(fetching);
        }
    }

    private void giveUp(String reason) {
        context.closeRoute(reason);
        context.pendingOperation = 0;
        context.idle(0);
        context.waitFor("an election after: " + reason);
        context.report(reason, 6, 0);
    }

    private void received(Member from, PeerMessage message) {
        Peers.Peer peer = context.peers.heard(from, context.now);
        if (peer == null) {
            return;
        }
        switch (message) {
            case Heartbeat heartbeat -> heard(peer, heartbeat);
            case Solicit solicit -> voter.solicited(from, solicit);
            case Answer answer -> {
                if (context.phase instanceof Phase.Asking(Ballot ballot)
                        && ballot.epoch() == answer.epoch()) {
                    ballot.answered(from, answer.standing());
                }
            }
            case Refusal refusal -> {
                if (context.phase instanceof Phase.Asking(Ballot ballot)
                        && ballot.epoch() == refusal.epoch()) {
                    candidacy.refused(ballot, from, refusal);
                } else {
                    context.saw(refusal.seenEpoch());
                }
            }
            case Nomination nomination -> voter.nominated(nomination);
            case LeaderNotice notice -> {
                if (notice.leadership().leader().equals(from)) {
                    context.peers.announced(peer, notice.leadership());
                }
                follower.noticed(from, notice);
            }
            case FeedRequest request -> voter.askedToFeed(from, request);
            case FeedOffer offer -> {
                if (context.phase instanceof Phase.Fetching fetching) {
                    reign.offered(fetching, offer);
                }
            }
            case Farewell _ -> gone(from);
            // for those who look on
            case Vitals _ -> {}
            case HandoffRequest(long request, var to) -> handover.asked(from, request, to);
            case HandoffReply reply -> requests.answered(from, reply);
            case Prepare prepare -> succession.prepare(from, prepare);
            case Hold hold -> succession.hold(from, hold);
            case CatchUp catchUp -> succession.catchUp(from, catchUp);
            case HandoffStep step -> stepped(from, step);
            case Release release -> succession.release(from, release);
            case Cede cede -> succession.ceded(from, cede);
        }
    }

    /** A step of a handover: of the leader's, or the successor's word that it will not lead. */
    private void stepped(Member from, HandoffStep step) {
        handover.stepped(from, step);
        if (step.step() == HandoffStep.Step.REFUSED
                && context.phase instanceof Phase.Answering answering
                && answering.epoch() == step.next().epoch()
                && answering.to().equals(from)) {
            giveUp(from.node() + " does not take over: " + step.reason());
        }
    }

    private void heard(Peers.Peer peer, Heartbeat heartbeat) {
        context.peers.heartbeat(peer, heartbeat);
        context.saw(heartbeat.seenEpoch());
        context.lineages.remember(heartbeat.standing().lineages());
        context.dataset.told(heartbeat.standing());
        LeaderNotice leader = context.leader;
        if (leader == null) {
            return;
        }
        if (peer.leads(leader.leadership())) {
            follower.leaderTold(heartbeat);
            return;
        }
        if (leader.leadership().equals(peer.leadership())
                && context.peers.live(leader.leadership().leader().node(), context.now) == null) {
            follower.siblingTold(leader, heartbeat);
        }
        tellWhoLeads(peer, leader);
    }

    /**
     * Whoever knows an older leadership, or none, is told: by the leader, and by everyone where it
     * does not hear the leader (rule 11). Two leaders tell each other.
     */
    private void tellWhoLeads(Peers.Peer peer, LeaderNotice leader) {
        Leadership theirs = peer.leadership();
        if (leader.leadership().equals(theirs)) {
            return;
        }
        boolean leading = context.phase instanceof Phase.Leading;
        NodeId leaderNode = leader.leadership().leader().node();
        Heartbeat heartbeat = peer.heartbeat();
        boolean hearsLeader = heartbeat != null && heartbeat.hears().contains(leaderNode);
        boolean older = theirs == null || theirs.compareTo(leader.leadership()) < 0;
        if ((leading || (older && !hearsLeader)) && !peer.node().equals(leaderNode)) {
            context.send(peer.node(), leader);
        }
    }

    private void observed(Observation observation) {
        context.dataset.observe(observation);
        if (observation instanceof Observation.Reported(RedisReport report)) {
            String user = report.replicationUser();
            if (user != null) {
                // the epoch outlives the sidecars in the user's name (rule 15)
                ReplicationUser.epochOf(user).ifPresent(context::saw);
            }
        }
    }

    private void operated(long operation, Outcome outcome) {
        if (operation != context.pendingOperation) {
            return;
        }
        context.pendingOperation = 0;
        if (handover.operated(operation, outcome)
                || succession.operated(operation, outcome)
                || former.ended(operation, outcome)) {
            return;
        }
        switch (context.phase) {
            case Phase.Removing removing -> candidacy.removed(removing, outcome);
            case Phase.Asking(Ballot ballot) -> candidacy.frozen(ballot, outcome);
            case Phase.Answering answering -> voter.operated(answering, outcome);
            case Phase.Fetching fetching -> reign.fetched(fetching, outcome);
            case Phase.Promoting promoting -> reign.promoted(promoting, outcome);
            case Phase.Following _ -> follower.operated(outcome);
            case Phase.Leading _, Phase.Idle _ -> {
                reign.operated(operation, outcome);
                if (outcome instanceof Outcome.Confirmed(RedisReport report)) {
                    context.dataset.observe(report);
                    demoteAfter = context.now;
                }
            }
        }
    }

    private void drain(String reason) {
        if (context.draining) {
            return;
        }
        context.draining = true;
        handover.leave(reason);
        context.report("draining: " + reason, 10, 0);
    }

    /**
     * What follows from all that is known now, whatever the input was. A phase that follows from
     * another at once must not wait for the next tick: that would be the failover's time.
     */
    private void settle() {
        isolate();
        upholdHandover();
        upholdPhases();
        upholdHandover();
    }

    private void upholdHandover() {
        handover.uphold();
        succession.uphold();
        requests.uphold();
    }

    private void upholdPhases() {
        for (int changes = 0; changes < MAX_CHANGES; changes++) {
            Phase before = context.phase;
            uphold();
            if (before.equals(context.phase)) {
                return;
            }
        }
    }

    private void uphold() {
        switch (context.phase) {
            case Phase.Idle _ -> {
                demote();
                candidacy.consider();
            }
            case Phase.Asking(Ballot ballot) -> {
                if (ballot.done(context.now)) {
                    candidacy.decide(ballot);
                }
            }
            case Phase.Answering answering -> {
                if (context.now - answering.untilNanos() >= 0) {
                    giveUp("no leader came of epoch " + answering.epoch());
                }
            }
            case Phase.Fetching fetching -> {
                if (context.now - fetching.untilNanos() >= 0) {
                    giveUp("the freshest node did not feed the winner in time");
                }
            }
            case Phase.Leading _ -> {
                reign.uphold();
                if (context.phase instanceof Phase.Leading && !handover.underWay()) {
                    former.pursue();
                }
            }
            case Phase.Following _ -> follower.uphold();
            case Phase.Removing _, Phase.Promoting _ -> {}
        }
    }

    private void isolate() {
        boolean holds = isolation.holds();
        if (holds == context.fenced) {
            return;
        }
        if (holds) {
            context.fenced = true;
            reign.resign("neither discovery nor a peer has answered", 13);
            if (!(context.phase instanceof Phase.Idle)) {
                context.closeRoute("fenced");
                context.leader = null;
                giveUp("neither discovery nor a peer has answered");
            }
            context.report("fenced: neither discovery nor a peer has answered", 13, 0);
        } else {
            context.fenced = false;
            // discovery often answers before the peers do, and they have elected meanwhile
            context.quietUntil = context.now + 2 * context.settings.peerTimeoutNanos();
            context.report("no longer fenced", 13, 0);
        }
    }

    /** A Redis that is master without a leadership is nobody's master (rule 4). */
    private void demote() {
        RedisReport report = context.dataset.current();
        if (report == null
                || report.loading()
                || context.pendingOperation != 0
                || context.now - demoteAfter < 0) {
            return;
        }
        String reason;
        if (report.isMaster()) {
            reason = "Redis is master without a leadership and is taken off duty";
        } else if (synchronisesWithNobody(report)) {
            reason = "Redis synchronises with a master that no leader stands behind";
        } else if (seeksNobody(report)) {
            reason = "Redis seeks a master that no leader stands behind";
        } else {
            return;
        }
        demoteAfter = context.now + context.settings.deadlineNanos();
        context.operate(
                number -> new Effect.Detach(number, context.settings.deadlineNanos(), null));
        context.report(reason, 4, 0);
    }

    /**
     * A synchronisation with a machine that vanished ends only with {@code repl-timeout}, a minute
     * during which this Redis could not tell what it holds. What it had before is still there.
     */
    private boolean synchronisesWithNobody(RedisReport report) {
        MasterLink link = report.link();
        return link != null
                && link.syncInProgress()
                && context.peers.voucher(context.now, Set.of()) == null
                && context.now - context.coldStartFrom >= context.settings.startGraceNanos();
    }

    /**
     * A Redis whose master is gone tries again once a second, and takes whatever answers from that
     * address then: an empty server that was not guarded would empty this one, too (rule 18).
     */
    private boolean seeksNobody(RedisReport report) {
        MasterLink link = report.link();
        return link != null
                && !link.up()
                && !link.syncInProgress()
                && !report.follows(RedisEndpoint.DEAD)
                && context.peers.voucher(context.now, Set.of()) == null;
    }

    private void renewRoute() {
        LeaderNotice leader = context.leader;
        if (context.routed && leader != null) {
            context.emit(new Effect.RenewRoute(leader.leadership(), context.leaseEnd()));
        }
    }

    /**
     * Who is served together, which is what rule 19 counts. The leader says who is, since it alone
     * goes on without the others: that two followers do not hear each other, or that one falls
     * silent together with the leader, takes nothing away from what was promised.
     */
    private void trackServed() {
        LeaderNotice leader = context.leader;
        if (leader == null) {
            return;
        }
        context.served.add(context.self.node());
        if (context.phase instanceof Phase.Leading) {
            servedBy = null;
            trackFollowers(leader.leadership());
            countAcknowledged(leader.leadership());
            return;
        }
        NodeId node = leader.leadership().leader().node();
        Peers.Peer peer = context.peers.live(node, context.now);
        if (peer != null
                && peer.leads(leader.leadership())
                && peer.heartbeat() != null
                && !peer.heartbeat().equals(servedBy)) {
            servedBy = peer.heartbeat();
            context.served.clear();
            context.served.add(context.self.node());
            context.served.add(node);
            context.served.addAll(peer.heartbeat().hears());
        }
    }

    /** What K followers have said that they have applied counts first in a merge (rule 19). */
    private void countAcknowledged(Leadership own) {
        int needed = context.settings.acknowledge();
        RedisReport report = context.dataset.current();
        if (needed == 0 || report == null) {
            return;
        }
        List<Long> applied = new ArrayList<>();
        for (Peers.Peer peer : context.peers.live(context.now)) {
            Standing standing = peer.standing();
            if (standing != null
                    && own.equals(peer.leadership())
                    && standing.holding() instanceof Holding.Lineage(Position position)
                    && position.id().equals(report.replicationId())) {
                applied.add(position.offset());
            }
        }
        if (applied.size() >= needed) {
            applied.sort(Comparator.reverseOrder());
            context.dataset.writes().acknowledgedUpTo(applied.get(needed - 1));
        }
    }

    private void trackFollowers(Leadership own) {
        for (Peers.Peer peer : context.peers.live(context.now)) {
            if (own.equals(peer.leadership())) {
                context.served.add(peer.node());
            }
        }
        context.served.removeIf(node ->
                !node.equals(context.self.node()) && context.peers.live(node, context.now) == null);
    }

    private void heartbeat(Standing standing) {
        List<NodeId> hears = context.peers.hears(context.now);
        LeaderNotice leader = context.leader;
        Leadership leadership = leader == null ? null : leader.leadership();
        Told now =
                new Told(
                        context.state(),
                        context.seenEpoch,
                        leadership,
                        hears,
                        standing.eligibility());
        if (now.equals(told) && context.now - heartbeatNanos < 0) {
            return;
        }
        told = now;
        heartbeatNanos = context.now + context.settings.heartbeatNanos();
        context.sendAll(new Heartbeat(now.state(), context.seenEpoch, leadership, hears, standing));
    }

    /** The election as it stands, to be shown. */
    public ElectionView view() {
        return view(context.standing());
    }

    private ElectionView view(Standing standing) {
        return new ElectionView(
                context.self,
                context.state(),
                context.seenEpoch,
                context.leader,
                context.routed,
                context.phase instanceof Phase.Leading || context.dataset.inSync(),
                standing,
                context.dataset.current(),
                context.peers.view(context.now),
                context.waitingFor());
    }
}

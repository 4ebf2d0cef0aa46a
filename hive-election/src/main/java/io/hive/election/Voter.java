package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.FeedOffer;
import io.hive.core.message.PeerMessage.FeedRequest;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Refusal.Reason;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The answering side of an election: once per epoch, with what cannot change any more. */
final class Voter {
    private final Context context;
    private final Candidacy candidacy;
    private final Reign reign;

    /** The operation that makes this Redis feed a winner, or 0. */
    private long feeding;

    Voter(Context context, Candidacy candidacy, Reign reign) {
        this.context = context;
        this.candidacy = candidacy;
        this.reign = reign;
    }

    void solicited(Member candidate, Solicit solicit) {
        long epoch = solicit.epoch();
        long highest = Math.max(context.promisedEpoch, ledEpoch());
        boolean again = epoch == context.promisedEpoch && candidate.equals(context.promisedTo);
        boolean yields =
                epoch == context.promisedEpoch
                        && context.self.equals(context.promisedTo)
                        && context.phase instanceof Phase.Asking
                        && candidate.node().compareTo(context.self.node()) < 0;
        if (epoch < highest) {
            refuse(candidate, epoch, Reason.EPOCH_PASSED, null);
            return;
        }
        if (epoch == highest && !again && !yields) {
            // an epoch that was not promised was adopted: whoever leads in it has been answered
            Member to = epoch == context.promisedEpoch ? context.promisedTo : ledBy();
            refuse(candidate, epoch, Reason.ANSWERED_ANOTHER, to == null ? null : to.node());
            return;
        }
        NodeId winner = winner();
        if (winner != null) {
            context.saw(epoch);
            refuse(candidate, epoch, Reason.LEADER_HEARD, winner);
            return;
        }
        LeaderNotice heard = heardLeader();
        if (heard != null && !joins(solicit, heard.leadership())) {
            context.saw(epoch);
            refuse(candidate, epoch, Reason.LEADER_HEARD, heard.leadership().leader().node());
            return;
        }
        accept(candidate, solicit);
    }

    private long ledEpoch() {
        LeaderNotice leader = context.leader;
        return leader == null ? 0 : leader.leadership().epoch();
    }

    /**
     * Who has won an election that this node knows to be decided: its promotion or its feeding is
     * under way, is bounded, and may take longer than the others wait. Were it broken off for each
     * of them who asks again, nobody would ever lead.
     */
    private @Nullable NodeId winner() {
        return switch (context.phase) {
            case Phase.Fetching _, Phase.Promoting _ -> context.self.node();
            case Phase.Answering answering when feeds(answering) -> answering.to().node();
            case Phase.Idle _,
                    Phase.Removing _,
                    Phase.Asking _,
                    Phase.Answering _,
                    Phase.Leading _,
                    Phase.Following _ ->
                    null;
        };
    }

    /** Whether the local Redis becomes, or is, the master that a winner fetches from. */
    private boolean feeds(Phase.Answering answering) {
        return feeding != 0 && feeding == answering.operation();
    }

    private @Nullable Member ledBy() {
        LeaderNotice leader = context.leader;
        return leader == null ? null : leader.leadership().leader();
    }

    private @Nullable LeaderNotice heardLeader() {
        LeaderNotice leader = context.leader;
        boolean heard =
                switch (context.phase) {
                    case Phase.Leading _ -> true;
                    case Phase.Following _ ->
                            leader != null
                                    && context.peers.hearsLeader(leader.leadership(), context.now);
                    case Phase.Idle _,
                            Phase.Removing _,
                            Phase.Asking _,
                            Phase.Answering _,
                            Phase.Fetching _,
                            Phase.Promoting _ ->
                            false;
                };
        return heard ? leader : null;
    }

    /** A leader ends its leadership for a merge that names it, and for nothing else (rule 11). */
    private static boolean joins(Solicit solicit, Leadership leadership) {
        return solicit.cause() == Cause.MERGE && solicit.superseded().contains(leadership);
    }

    private void refuse(Member candidate, long epoch, Reason reason, @Nullable NodeId better) {
        context.send(candidate.node(), new Refusal(epoch, reason, context.seenEpoch, better));
    }

    private void accept(Member candidate, Solicit solicit) {
        long epoch = solicit.epoch();
        context.saw(epoch);
        context.promisedEpoch = epoch;
        context.promisedTo = candidate;
        feeding = 0;
        context.closeRoute("epoch " + epoch + ": an election is under way");
        context.endLeader();
        context.dataset.probe(null);
        long bound = context.settings.deadlineNanos();
        long until = context.now + 3 * bound;
        if (context.dataset.eligibility() == Eligibility.REDIS_LOST) {
            Standing standing = context.standing();
            context.phase = new Phase.Answering(epoch, candidate, 0, standing, until);
            context.send(candidate.node(), new Answer(epoch, standing));
        } else {
            long operation =
                    context.operate(number -> new Effect.Detach(number, bound, solicit.tail()));
            context.phase = new Phase.Answering(epoch, candidate, operation, null, until);
        }
        context.report(
                "answering the election of " + candidate.node() + " in epoch " + epoch, 7, 0);
    }

    /** This node's Redis has been frozen, or could not be, or feeds the winner. */
    void operated(Phase.Answering answering, Outcome outcome) {
        if (feeds(answering)) {
            fed(answering, outcome);
            return;
        }
        if (outcome instanceof Outcome.Confirmed(RedisReport report)) {
            context.froze(answering.epoch(), report);
            Standing standing = context.standing();
            context.phase =
                    new Phase.Answering(
                            answering.epoch(), answering.to(), 0, standing, answering.untilNanos());
            context.send(answering.to().node(), new Answer(answering.epoch(), standing));
        } else {
            refuse(answering.to(), answering.epoch(), Reason.NOT_FROZEN, null);
            context.phase =
                    new Phase.Answering(
                            answering.epoch(), answering.to(), 0, null, answering.untilNanos());
        }
    }

    /**
     * Whether somebody whom the candidate does not hear, and this node does, seems to have more, or
     * something else: then this node asks itself (rules 11 and 21). Two leaders that met have both
     * stopped; a third that has met one of them must not make it lead again before it has the
     * other's answer, since what is acknowledged until they meet once more would be lost.
     */
    private boolean hearsMore(Nomination nomination, Standing frozen) {
        List<Standing> all = new ArrayList<>(nomination.answers());
        Set<Member> answered = new HashSet<>();
        nomination.answers().forEach(standing -> answered.add(standing.member()));
        for (Peers.Peer peer : context.peers.live(context.now)) {
            Standing standing = peer.standing();
            if (standing != null && !answered.contains(peer.member())) {
                all.add(standing);
                if (holdsAnother(standing, frozen)) {
                    return true;
                }
            }
        }
        if (all.size() == answered.size()) {
            return false;
        }
        Standing best = context.ranking(all).choose(all).winner();
        return best != null && !answered.contains(best.member());
    }

    /** Whether it could answer, and has what this node's history does not contain. */
    private boolean holdsAnother(Standing standing, Standing frozen) {
        return standing.eligibility() == Eligibility.ELIGIBLE
                && Ranking.hasData(standing)
                && Ranking.hasData(frozen)
                && standing.holding() instanceof Holding.Lineage(Position theirs)
                && frozen.holding() instanceof Holding.Lineage(Position mine)
                && !context.lineages.contains(mine.id(), theirs)
                && !context.lineages.contains(theirs.id(), mine);
    }

    /** This node is the best of those who answered, or the winner could not fetch its data. */
    void nominated(Nomination nomination) {
        if (context.phase instanceof Phase.Answering answering
                && answering.epoch() == nomination.epoch()
                && answering.frozen() != null) {
            Standing frozen = answering.frozen();
            String heard = candidacy.heardLeader(nomination.answers());
            if (heard != null) {
                context.idle(context.settings.heartbeatNanos());
                context.waitFor(heard);
                context.report("does not lead, though nominated: " + heard, 11, 0);
                return;
            }
            if (hearsMore(nomination, frozen)) {
                candidacy.start(nomination.cause(), nomination.superseded());
                return;
            }
            Ranking.Choice choice =
                    context.ranking(nomination.answers()).choose(nomination.answers());
            Standing chosen = choice.winner();
            if (chosen == null || !chosen.member().equals(context.self)) {
                // a node does not feed itself; another's choice stands
                choice = choice.instead(frozen);
            }
            reign.won(new Phase.Victory(nomination.epoch(), nomination.answers(), choice, ""));
        }
    }

    /** The winner wants this node's data: its Redis becomes a master that nobody is routed to. */
    void askedToFeed(Member winner, FeedRequest request) {
        if (context.phase instanceof Phase.Answering answering
                && answering.epoch() == request.epoch()
                && answering.frozen() != null) {
            Leadership feed = new Leadership(request.epoch(), context.self);
            feeding =
                    context.operate(number ->
                            new Effect.Promote(
                                    number,
                                    Context.PROMOTE_BOUND_NANOS,
                                    feed,
                                    context.frozenRunId,
                                    request.user(),
                                    0));
            context.phase =
                    new Phase.Answering(
                            answering.epoch(),
                            winner,
                            feeding,
                            answering.frozen(),
                            context.now + context.settings.coldStartNanos());
            context.report("feeding " + winner.node() + ", which will lead", 10, 0);
            return;
        }
        context.send(winner.node(), new FeedOffer(request.epoch(), null));
    }

    private void fed(Phase.Answering answering, Outcome outcome) {
        if (outcome instanceof Outcome.Confirmed(RedisReport report)) {
            Standing frozen = answering.frozen();
            context.dataset.promoted(
                    report,
                    new Leadership(answering.epoch(), context.self),
                    frozen == null ? new Holding.Untold() : frozen.holding());
            context.dataset.leadsOn(context.dataset.record());
            context.send(
                    answering.to().node(), new FeedOffer(answering.epoch(), report.position()));
        } else {
            feeding = 0;
            context.send(answering.to().node(), new FeedOffer(answering.epoch(), null));
        }
    }
}

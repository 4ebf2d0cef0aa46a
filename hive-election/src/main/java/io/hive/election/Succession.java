package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.CatchUp;
import io.hive.core.message.PeerMessage.Cede;
import io.hive.core.message.PeerMessage.HandoffStep;
import io.hive.core.message.PeerMessage.HandoffStep.Step;
import io.hive.core.message.PeerMessage.Hold;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Prepare;
import io.hive.core.message.PeerMessage.Release;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The followers' side of a planned change of master, the successor's among them (rule 20). */
final class Succession {
    private final Context context;
    private final Reign reign;
    private final Follower follower;

    /** What this node has made ready for, or null. */
    private @Nullable Readiness readiness;

    /** Which handover the route is held for, and until when. */
    private @Nullable Leadership heldFor;

    private long heldUntil;

    /** The leadership that this node took over and has not been confirmed in. */
    private @Nullable Leadership takingOver;

    Succession(Context context, Reign reign, Follower follower) {
        this.context = context;
        this.reign = reign;
        this.follower = follower;
    }

    /** A successor that makes ready, or is. */
    private static final class Readiness {
        private final Leadership next;
        private final Member leader;
        private final ReplicationUser user;
        private final String runId;
        private long operation;
        private final long untilNanos;
        private Step reached = Step.REFUSED;

        Readiness(
                Leadership next,
                Member leader,
                ReplicationUser user,
                String runId,
                long untilNanos) {
            this.next = next;
            this.leader = leader;
            this.user = user;
            this.runId = runId;
            this.untilNanos = untilNanos;
        }
    }

    /** The leader this node follows, if this is it. */
    private @Nullable LeaderNotice followed(Member from) {
        LeaderNotice leader = context.leader;
        return context.phase instanceof Phase.Following
                        && leader != null
                        && leader.leadership().leader().equals(from)
                ? leader
                : null;
    }

    /** The leader wants this node to take its place. */
    void prepare(Member from, Prepare prepare) {
        Leadership next = prepare.next();
        context.saw(next.epoch());
        String obstacle = obstacle(from, next);
        if (obstacle != null) {
            refuse(from, next, obstacle);
            return;
        }
        ReplicationUser user = ReplicationUser.of(next.epoch(), context.passwords.next());
        Readiness made =
                new Readiness(
                        next,
                        from,
                        user,
                        context.dataset.runId(),
                        context.now + Handover.PREPARE_NANOS + Handover.HOLD_LEASE_NANOS);
        made.operation =
                context.operate(number ->
                        new Effect.Prepare(
                                number,
                                Handover.PREPARE_NANOS,
                                made.runId,
                                user,
                                0,
                                prepare.upTo()));
        readiness = made;
    }

    private @Nullable String obstacle(Member from, Leadership next) {
        if (followed(from) == null) {
            return "it does not follow " + from.node();
        }
        if (!next.leader().equals(context.self)) {
            return "it is not the one that was meant";
        }
        if (next.epoch() <= context.promisedEpoch) {
            return "it has promised epoch " + context.promisedEpoch;
        }
        if (context.draining) {
            return "it drains";
        }
        if (context.pendingOperation != 0) {
            return "its Redis is being changed";
        }
        Eligibility own = context.standing().eligibility();
        if (own != Eligibility.ELIGIBLE) {
            return context.dataset.condition();
        }
        return context.dataset.priority() == 0 ? "its replica-priority is 0" : null;
    }

    /** Nothing new goes to the master from here. */
    void hold(Member from, Hold hold) {
        if (followed(from) == null) {
            return;
        }
        heldFor = hold.next();
        heldUntil = context.now + hold.leaseMillis() * 1_000_000L;
        if (context.routed) {
            context.holdRoute(hold.next());
        } else {
            held(hold.next());
        }
    }

    /** The relay has nothing under way any more. */
    void held(Leadership next) {
        LeaderNotice leader = context.leader;
        if (next.equals(heldFor) && leader != null && context.phase instanceof Phase.Following) {
            context.send(
                    leader.leadership().leader().node(),
                    new HandoffStep(next, Step.HELD, null, ""));
        }
    }

    void catchUp(Member from, CatchUp catchUp) {
        Readiness made = readiness;
        if (made == null
                || !made.next.equals(catchUp.next())
                || followed(from) == null
                || made.reached == Step.REFUSED) {
            refuse(from, catchUp.next(), "it has not made ready");
            return;
        }
        made.operation =
                context.operate(number ->
                        new Effect.CatchUp(
                                number, Handover.CATCH_UP_NANOS, made.runId, catchUp.position()));
    }

    /** Returns whether the operation was one of making ready. */
    boolean operated(long operation, Outcome outcome) {
        Readiness made = readiness;
        if (made == null
                || made.operation != operation
                || !(context.phase instanceof Phase.Following)) {
            return false;
        }
        switch (outcome) {
            case Outcome.Confirmed(RedisReport report) -> {
                context.dataset.observe(report);
                made.reached = made.reached == Step.REFUSED ? Step.PREPARED : Step.CAUGHT_UP;
                context.send(
                        made.leader.node(),
                        new HandoffStep(made.next, made.reached, report.position(), ""));
            }
            case Outcome.OffDuty _, Outcome.LeftAlone _, Outcome.Salvaged _ ->
                    giveUp(made, "that cannot end so");
            case Outcome.Failed(String reason) -> giveUp(made, reason);
        }
        return true;
    }

    private void giveUp(Readiness made, String reason) {
        refuse(made.leader, made.next, reason);
        forget();
    }

    private void refuse(Member to, Leadership next, String reason) {
        context.send(to.node(), new HandoffStep(next, Step.REFUSED, null, reason));
    }

    /** What was made ready is put back: nobody replicates from a replica (rule 18). */
    private void forget() {
        if (readiness != null) {
            readiness = null;
            follower.obeyAgain();
        }
    }

    /** The handover was given up. */
    void release(Member from, Release release) {
        Readiness made = readiness;
        if (made != null && made.next.equals(release.next())) {
            forget();
        }
        LeaderNotice leader = followed(from);
        if (release.next().equals(heldFor) && leader != null) {
            heldFor = null;
            context.release(leader);
        }
    }

    /** The leader has gone off duty, and names its successor. */
    void ceded(Member from, Cede cede) {
        Leadership next = cede.next();
        context.saw(next.epoch());
        context.lineages.remember(cede.last().lineages());
        LeaderNotice ended = followed(from);
        Readiness made = readiness;
        readiness = null;
        if (ended == null || next.epoch() <= context.promisedEpoch) {
            if (next.leader().equals(context.self)) {
                refuseAll(next, "it does not follow any more, or has promised a later epoch");
            }
            return;
        }
        context.peers.ended(ended.leadership());
        boolean ready = made != null && made.next.equals(next) && made.reached == Step.CAUGHT_UP;
        context.promisedEpoch = next.epoch();
        context.promisedTo = next.leader();
        if (next.leader().equals(context.self) && made != null && ready) {
            takeOver(made, cede.last());
            return;
        }
        if (cede.last().holding() instanceof Holding.Lineage(Position end)) {
            context.ending = new Context.Ending(next, ended.master(), end);
        }
        context.ceded(next, null);
        context.report("waits for " + next + ", to whom the leader has ceded", 20, 0);
        if (next.leader().equals(context.self)) {
            refuseAll(next, "it has not made ready");
        }
    }

    private void refuseAll(Leadership next, String reason) {
        context.sendAll(new HandoffStep(next, Step.REFUSED, null, reason));
    }

    private void takeOver(Readiness made, Standing last) {
        if (!(last.holding() instanceof Holding.Lineage(Position position))) {
            context.ceded(made.next, null);
            refuseAll(made.next, "the leader did not say where it ended");
            return;
        }
        takingOver = made.next;
        context.endFollowing();
        context.waitFor("the local Redis to be promoted in " + made.next);
        context.frozenRunId = made.runId;
        Standing own = context.standing();
        Ranking.Choice choice =
                new Ranking.Choice(
                        own, null, last.member().node() + " handed over at " + position, 20, false);
        long operation =
                context.operate(number ->
                        new Effect.TakeOver(
                                number,
                                Context.PROMOTE_BOUND_NANOS,
                                made.next,
                                made.runId,
                                made.user,
                                0,
                                position));
        context.phase =
                new Phase.Promoting(
                        new Phase.Victory(made.next.epoch(), List.of(last, own), choice, ""),
                        made.next,
                        made.user,
                        operation);
    }

    /** Called after every input. */
    void uphold() {
        Leadership taking = takingOver;
        if (taking != null && !(context.phase instanceof Phase.Promoting)) {
            takingOver = null;
            if (context.phase instanceof Phase.Leading) {
                reign.tookOver(taking);
            } else {
                refuseAll(taking, "it was not promoted");
            }
        }
        Readiness made = readiness;
        if (made != null && followed(made.leader) == null) {
            readiness = null;
        } else if (made != null && context.now - made.untilNanos >= 0) {
            forget();
        }
        LeaderNotice leader = context.leader;
        if (heldFor != null && !context.held) {
            heldFor = null;
        } else if (heldFor != null
                && context.now - heldUntil >= 0
                && context.phase instanceof Phase.Following
                && leader != null) {
            heldFor = null;
            context.release(leader);
            context.report("commands go on, since nothing more was heard of a handover", 20, 0);
        }
    }
}

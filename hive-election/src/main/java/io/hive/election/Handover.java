package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.message.HandoffResult;
import io.hive.core.message.PeerMessage.CatchUp;
import io.hive.core.message.PeerMessage.Cede;
import io.hive.core.message.PeerMessage.HandoffReply;
import io.hive.core.message.PeerMessage.HandoffStep;
import io.hive.core.message.PeerMessage.Hold;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Prepare;
import io.hive.core.message.PeerMessage.Release;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The leader's side of a planned change of master (rule 20): the successor makes ready, the relays
 * are held, the master takes no more writes, the successor has applied all of them, the master goes
 * off duty. Up to there everything can be taken back; from there on the successor leads, or an
 * election decides.
 *
 * <p>The order is the safe one: whatever dies at whichever step, no write is acknowledged by a
 * master that another one replaces. The pause ends by itself, and then the master is either still
 * the one that is led to, or off duty already.
 */
final class Handover {
    /** The successor makes ready while everything goes on: this costs nobody anything. */
    static final long PREPARE_NANOS = 1_000_000_000L;

    /** How long the relays may take to get their last answers. */
    static final long HOLD_NANOS = 100_000_000L;

    /** How long the successor may take for what was written since it made ready. */
    static final long CATCH_UP_NANOS = 500_000_000L;

    static final long STEP_DOWN_NANOS = 250_000_000L;

    /** Longer than all that happens under it, so that it needs no renewal. */
    static final long PAUSE_LEASE_NANOS = 1_000_000_000L;

    /** After which a relay goes on by itself: by then this has ended, one way or the other. */
    static final long HOLD_LEASE_NANOS = 2_000_000_000L;

    /** How long an answer is owed once nobody can take anything back. */
    private static final long SETTLE_NANOS = 5_000_000_000L;

    private enum Stage {
        PREPARING,
        HOLDING,
        PAUSING,
        CATCHING_UP,
        STEPPING_DOWN,
        CEDED
    }

    /** Whom to answer: a peer that passed the request on, or this node's own ports. */
    private record Asker(@Nullable Member peer, long request) {}

    /** One handover under way. */
    private static final class Plan {
        private final LeaderNotice ended;
        private final Leadership next;
        private final @Nullable Asker asker;
        private final Set<NodeId> moving = new TreeSet<>();
        private Stage stage = Stage.PREPARING;
        private long untilNanos;
        private @Nullable Long heldNanos;
        private long operation;

        Plan(LeaderNotice ended, Leadership next, @Nullable Asker asker, long untilNanos) {
            this.ended = ended;
            this.next = next;
            this.asker = asker;
            this.untilNanos = untilNanos;
        }

        NodeId target() {
            return next.leader().node();
        }
    }

    private final Context context;
    private final Reign reign;
    private final Successors successors;

    /** Those to whom a draining leader could not hand over. */
    private final Set<NodeId> failed = new TreeSet<>();

    private String leaving = "";

    /**
     * The leadership that was held when this node was told to stop. One that it wins later it has
     * because nobody else could have it, and gives to nobody who is not in sync.
     */
    private @Nullable Leadership abandoned;

    private @Nullable Plan plan;

    Handover(Context context, Reign reign) {
        this.context = context;
        this.reign = reign;
        this.successors = new Successors(context);
    }

    /** Whether one is under way: nothing else may be done with a Redis meanwhile. */
    boolean underWay() {
        return plan != null;
    }

    /** This node's own ports, or a peer (not null), ask for a handover. */
    void asked(@Nullable Member peer, long request, @Nullable NodeId to) {
        Asker asker = new Asker(peer, request);
        Plan under = plan;
        LeaderNotice own = context.leader;
        if (!(context.phase instanceof Phase.Leading) || own == null) {
            answer(
                    asker,
                    HandoffResult.refused(null, to, context.self.node() + " does not lead now"));
            return;
        }
        if (under != null) {
            answer(
                    asker,
                    HandoffResult.refused(
                            context.self.node(),
                            to,
                            "a handover to " + under.target() + " is under way"));
            return;
        }
        Successors.Choice choice = to == null ? successors.best(Set.of()) : successors.named(to);
        Member target = choice.target();
        if (target == null) {
            answer(asker, HandoffResult.refused(context.self.node(), to, choice.reason()));
            return;
        }
        begin(own, target, asker);
    }

    /** This node is to stop: somebody else leads from now on, if there is somebody. */
    void leave(String reason) {
        leaving = reason;
        LeaderNotice own = context.leader;
        abandoned = context.phase instanceof Phase.Leading && own != null ? own.leadership() : null;
    }

    private void begin(LeaderNotice own, Member target, @Nullable Asker asker) {
        RedisReport report = context.dataset.current();
        if (report == null) {
            if (asker != null) {
                answer(
                        asker,
                        HandoffResult.refused(
                                context.self.node(), target.node(), context.dataset.condition()));
            }
            return;
        }
        long epoch = Math.max(context.seenEpoch, context.promisedEpoch) + 1;
        context.saw(epoch);
        Leadership next = new Leadership(epoch, target);
        plan = new Plan(own, next, asker, context.now + PREPARE_NANOS);
        context.send(target.node(), new Prepare(next, report.position()));
        context.report("hands over to " + target.node() + ", which makes ready", 20, 0);
    }

    // ---- what the others tell

    /** Somebody has come further, or will not go on. */
    void stepped(Member from, HandoffStep step) {
        Plan now = plan;
        if (now == null || !now.next.equals(step.next())) {
            return;
        }
        boolean target = now.next.leader().equals(from);
        switch (step.step()) {
            case PREPARED -> {
                if (target && now.stage == Stage.PREPARING) {
                    hold(now);
                }
            }
            case HELD -> held(from.node(), now.next);
            case CAUGHT_UP -> {
                if (target && now.stage == Stage.CATCHING_UP) {
                    stepDown(now);
                }
            }
            case REFUSED -> {
                if (target && now.stage != Stage.CEDED) {
                    takeBack(now, now.target() + " refuses: " + step.reason());
                }
            }
        }
    }

    private void hold(Plan now) {
        now.stage = Stage.HOLDING;
        now.heldNanos = context.now;
        now.untilNanos = context.now + HOLD_NANOS;
        Leadership own = now.ended.leadership();
        for (Peers.Peer peer : context.peers.live(context.now)) {
            context.send(peer.node(), new Hold(now.next, (int) (HOLD_LEASE_NANOS / 1_000_000)));
            if (own.equals(peer.leadership())) {
                now.moving.add(peer.node());
            }
        }
        now.moving.add(context.self.node());
        context.holdRoute(now.next);
    }

    /** Nothing goes to the master from there any more, and nothing is under way. */
    void held(NodeId where, Leadership next) {
        Plan now = plan;
        if (now == null || !now.next.equals(next) || now.stage != Stage.HOLDING) {
            return;
        }
        now.moving.remove(where);
        if (now.moving.isEmpty()) {
            pause(now);
        }
    }

    private void pause(Plan now) {
        now.stage = Stage.PAUSING;
        now.untilNanos = context.now + CATCH_UP_NANOS;
        now.operation =
                context.operate(number ->
                        new Effect.Pause(
                                number, CATCH_UP_NANOS, now.ended.runId(), PAUSE_LEASE_NANOS));
    }

    private void stepDown(Plan now) {
        now.stage = Stage.STEPPING_DOWN;
        now.untilNanos = context.now + 2 * STEP_DOWN_NANOS;
        context.steppingDown = true;
        now.operation = context.operate(number -> new Effect.StepDown(number, STEP_DOWN_NANOS));
    }

    /** Returns whether the operation was one of a handover. */
    boolean operated(long operation, Outcome outcome) {
        Plan now = plan;
        if (now == null || now.operation != operation || now.stage == Stage.CEDED) {
            return false;
        }
        switch (outcome) {
            case Outcome.Confirmed(RedisReport report) -> confirmed(now, report);
            case Outcome.OffDuty _, Outcome.LeftAlone _, Outcome.Salvaged _ ->
                    takeBack(now, "that cannot end so");
            case Outcome.Failed(String reason) -> {
                if (now.stage == Stage.STEPPING_DOWN) {
                    // whether it was done is not known: frozen numbers decide
                    broken(now, "the old master could not be taken off duty: " + reason);
                    reign.resign("a handover broke off: " + reason, 20);
                } else {
                    takeBack(now, "the master could not be paused: " + reason);
                }
            }
        }
        return true;
    }

    private void confirmed(Plan now, RedisReport report) {
        if (now.stage == Stage.PAUSING) {
            context.dataset.observe(report);
            now.stage = Stage.CATCHING_UP;
            now.untilNanos = context.now + CATCH_UP_NANOS;
            context.send(now.target(), new CatchUp(now.next, report.position()));
        } else if (report.follows(RedisEndpoint.DEAD) && report.runId().equals(now.ended.runId())) {
            cede(now, report);
        } else {
            broken(now, "the old master is not what it was");
            reign.resign("a handover broke off: Redis is not what it was", 20);
        }
    }

    /** The point of no return: no write is acknowledged here any more. */
    private void cede(Plan now, RedisReport report) {
        if (context.peers.live(now.target(), context.now) == null) {
            broken(now, now.target() + " went away at the last moment");
            reign.resign("a handover broke off: " + now.target() + " went away", 20);
            return;
        }
        context.steppingDown = false;
        now.stage = Stage.CEDED;
        now.untilNanos = context.now + SETTLE_NANOS;
        long epoch = now.next.epoch();
        context.froze(epoch, report);
        context.promisedEpoch = epoch;
        context.promisedTo = now.next.leader();
        Standing last = context.standing();
        context.ceded(now.next, last);
        context.sendAll(new Cede(now.next, last));
        Position position = report.position();
        context.report("ceded to " + now.next + " at " + position, 20, 0);
    }

    // ---- the end

    /** Nothing has changed: everyone goes on as before. */
    private void takeBack(Plan now, String reason) {
        plan = null;
        context.steppingDown = false;
        if (now.stage.compareTo(Stage.PAUSING) >= 0) {
            context.operate(number -> new Effect.Unpause(number, CATCH_UP_NANOS));
        }
        if (now.stage == Stage.PREPARING) {
            context.send(now.target(), new Release(now.next, reason));
        } else {
            context.sendAll(new Release(now.next, reason));
            context.release(now.ended);
        }
        if (now.asker == null) {
            failed.add(now.target());
        }
        context.report("goes on leading, the handover is taken back: " + reason, 20, 0);
        conclude(
                now,
                now.stage == Stage.PREPARING
                        ? HandoffResult.Outcome.REFUSED
                        : HandoffResult.Outcome.UNDONE,
                now.target(),
                reason);
    }

    private void broken(Plan now, String reason) {
        plan = null;
        context.steppingDown = false;
        conclude(now, HandoffResult.Outcome.FAILED, now.target(), reason);
    }

    private void conclude(Plan now, HandoffResult.Outcome outcome, NodeId to, String reason) {
        Asker asker = now.asker;
        Long held = now.heldNanos;
        if (asker != null) {
            answer(
                    asker,
                    new HandoffResult(
                            outcome,
                            context.self.node(),
                            to,
                            now.next.epoch(),
                            held == null ? 0 : (context.now - held) / 1000,
                            reason));
        }
    }

    private void answer(Asker asker, HandoffResult result) {
        Member peer = asker.peer();
        if (peer == null) {
            context.emit(new Effect.HandoffEnded(asker.request(), result));
        } else {
            context.send(peer.node(), new HandoffReply(asker.request(), result));
        }
    }

    /** A peer is gone. */
    void gone(Member peer) {
        Plan now = plan;
        if (now == null || now.stage == Stage.CEDED) {
            return;
        }
        if (now.next.leader().equals(peer)) {
            if (now.stage == Stage.STEPPING_DOWN) {
                // it may be done by now: its outcome decides, and then an election
                return;
            }
            takeBack(now, now.target() + " went away");
        } else {
            held(peer.node(), now.next);
        }
    }

    /** What follows from all that is known now. Called after every input. */
    void uphold() {
        Plan now = plan;
        if (now == null) {
            hurry();
            return;
        }
        if (now.stage == Stage.CEDED) {
            settled(now);
            return;
        }
        LeaderNotice leader = context.leader;
        if (!(context.phase instanceof Phase.Leading)
                || leader == null
                || !leader.leadership().equals(now.ended.leadership())) {
            broken(now, "the leadership ended before it could be handed over");
            return;
        }
        if (context.now - now.untilNanos < 0) {
            return;
        }
        switch (now.stage) {
            case PREPARING ->
                    takeBack(now, now.target() + " did not make ready within " + millis(now));
            case HOLDING -> pause(now);
            case PAUSING -> takeBack(now, "the master was not paused in time");
            case CATCHING_UP -> takeBack(now, now.target() + " did not catch up in time");
            case STEPPING_DOWN -> {
                broken(now, "the old master did not say in time that it is off duty");
                reign.resign("a handover broke off: Redis did not answer", 20);
            }
            case CEDED -> throw new IllegalStateException("settled above");
        }
    }

    private static String millis(Plan now) {
        return (now.stage == Stage.PREPARING ? PREPARE_NANOS : CATCH_UP_NANOS) / 1_000_000 + " ms";
    }

    private void settled(Plan now) {
        LeaderNotice leader = context.leader;
        if (leader != null) {
            plan = null;
            Leadership leads = leader.leadership();
            if (leads.equals(now.next)) {
                conclude(now, HandoffResult.Outcome.DONE, now.target(), "");
            } else {
                conclude(
                        now,
                        HandoffResult.Outcome.FAILED,
                        now.target(),
                        now.target() + " was not promoted, and an election decided for " + leads);
            }
        } else if (context.now - now.untilNanos >= 0) {
            broken(now, now.target() + " was not promoted, and nobody leads yet");
        }
    }

    /** A leader that is to stop leads no longer than it must (rule 10). */
    private void hurry() {
        LeaderNotice own = context.leader;
        if (!context.draining || own == null || !(context.phase instanceof Phase.Leading)) {
            return;
        }
        Member target = successors.best(failed).target();
        if (target != null) {
            begin(own, target, null);
        } else if (own.leadership().equals(abandoned) && successors.anyEligible()) {
            reign.resign("draining: " + leaving, 10);
        }
    }
}

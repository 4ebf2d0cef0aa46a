package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The asking side of an election: when to start one, whom to ask, and what the answers say. */
final class Candidacy {
    /** How long another candidate, expected to be better, is given before this one asks. */
    private static final long STAGGER_NANOS = 40_000_000;

    private final Context context;
    private final Reign reign;
    private final FormerMaster former;

    /** Since when an election could have started here; the wait for better candidates. */
    private @Nullable Long readySince;

    private @Nullable Position tail;

    Candidacy(Context context, Reign reign, FormerMaster former) {
        this.context = context;
        this.reign = reign;
        this.former = former;
    }

    /** Starts an election where one is due. Called after every input while nobody leads. */
    void consider() {
        String obstacle = obstacle();
        if (obstacle != null) {
            readySince = null;
            context.waitFor(obstacle);
            return;
        }
        if (readySince == null) {
            readySince = context.now;
        }
        if (context.now - readySince < turn() * STAGGER_NANOS) {
            context.waitFor("a better candidate is expected to ask");
            return;
        }
        LeaderNotice last = context.lastLeader;
        if (last == null) {
            start(Cause.COLD_START, List.of());
        } else {
            start(Cause.LEADER_LOST, List.of(last.leadership()));
        }
    }

    /** What stands against an election now, or null. */
    private @Nullable String obstacle() {
        if (context.fenced) {
            return "fenced: neither discovery nor a peer answers";
        }
        if (context.now - context.quietUntil < 0) {
            return context.waitingFor();
        }
        Eligibility own = context.standing().eligibility();
        if (own != Eligibility.ELIGIBLE && own != Eligibility.DRAINING) {
            return context.dataset.condition();
        }
        Peers.Peer voucher = context.peers.voucher(context.now, Set.of());
        if (voucher != null) {
            return voucher.node() + " hears a leader";
        }
        String cold = coldStart();
        if (cold != null) {
            return cold;
        }
        return veto(expected(), List.of(), standings());
    }

    /**
     * What a cold start still waits for: everyone that discovery names, until the one deadline
     * (rule 12). A node that has been part of a hive since it started waits for nobody.
     */
    private @Nullable String coldStart() {
        if (context.settled) {
            return null;
        }
        if (!context.peers.everDiscovered()) {
            return "discovery has not answered yet";
        }
        long waited = context.now - context.coldStartFrom;
        boolean alone =
                context.peers.others().isEmpty() && context.peers.live(context.now).isEmpty();
        if (alone && waited < context.settings.startGraceNanos()) {
            return "discovery names only this node, which counts after "
                    + millis(context.settings.startGraceNanos())
                    + " ms";
        }
        if (waited >= context.settings.coldStartNanos()) {
            return null;
        }
        List<NodeId> missing = new ArrayList<>(context.peers.silent(context.now));
        for (Peers.Peer peer : context.peers.live(context.now)) {
            if (peer.untold()) {
                missing.add(peer.node());
            }
        }
        return missing.isEmpty()
                ? null
                : "cold start: waiting for "
                        + missing
                        + " to tell what they hold, at most "
                        + millis(context.settings.coldStartNanos() - waited)
                        + " ms more";
    }

    /** The election as it would end by what the heartbeats say. */
    private Ranking.Choice expected() {
        List<Standing> standings = standings();
        return context.ranking(standings).choose(standings);
    }

    private List<Standing> standings() {
        List<Standing> standings = new ArrayList<>();
        standings.add(context.standing());
        for (Peers.Peer peer : context.peers.live(context.now)) {
            if (peer.standing() != null) {
                standings.add(peer.standing());
            }
        }
        return standings;
    }

    /** 0 for who is expected to win, then the others by address: so two rarely ask at once. */
    private int turn() {
        Standing winner = expected().winner();
        if (winner == null || winner.member().equals(context.self)) {
            return 0;
        }
        int turn = 1;
        for (Peers.Peer peer : context.peers.live(context.now)) {
            if (peer.node().compareTo(context.self.node()) < 0
                    && !peer.member().equals(winner.member())) {
                turn++;
            }
        }
        return turn;
    }

    /**
     * Why the winner may not lead, or null. An empty Redis does not lead while anyone who answers
     * may hold data, nor, until the deadline, while an address is silent (rule 12); and a promise
     * of K acknowledgements wants to hear N - K of those who were served (rule 19).
     */
    private @Nullable String veto(Ranking.Choice choice, List<Member> untold, List<Standing> told) {
        if (choice.winner() == null) {
            return choice.reason();
        }
        boolean expired = context.now - context.coldStartFrom >= context.settings.coldStartNanos();
        if (choice.empty()) {
            if (!untold.isEmpty()) {
                return "all who told are empty, and " + untold + " may hold data";
            }
            for (Peers.Peer peer : context.peers.live(context.now)) {
                Standing standing = peer.standing();
                boolean lost = standing != null && standing.eligibility() == Eligibility.REDIS_LOST;
                if (peer.untold() && !(lost && expired)) {
                    return "all who told are empty, and " + peer.node() + " may hold data";
                }
            }
            List<NodeId> silent = context.peers.silent(context.now);
            if (!silent.isEmpty() && !expired && !successor(choice.winner())) {
                return "all who answer are empty, and " + silent + " are silent";
            }
        }
        String newer = expired ? null : newerMayCome(choice.winner());
        if (newer != null) {
            return newer;
        }
        int missing = shortOfPromise(told);
        if (missing > 0 && !expired) {
            return "acknowledged writes may be on members that are not heard: "
                    + context.served
                    + " were served, "
                    + missing
                    + " more must answer";
        }
        return null;
    }

    /**
     * Whether an empty node has what the lost leader served, as far as it came: it was in sync with
     * it. That is no cold start, and waiting for a silent address would only keep the clients of an
     * empty hive waiting; what a member had beyond it is a merge when it comes back, as it is for a
     * hive with data. But where the lost leader's Redis has told that it went further, its sidecar
     * is given the time to come back with that.
     */
    private boolean successor(Standing winner) {
        LeaderNotice last = context.lastLeader;
        if (last == null
                || !last.leadership().equals(winner.served())
                || !(winner.holding() instanceof Holding.Lineage(Position position))) {
            return false;
        }
        Position end = tail;
        return end == null || !end.id().equals(position.id()) || end.offset() <= position.offset();
    }

    /**
     * Who may load newer data than the winner has, where that has what its Redis was started with:
     * nobody has seen it in sync since. What is being loaded may be what this Redis, or the leader
     * before it, had sent before it restarted, and would be overwritten (rule 12). A winner that
     * was in sync has at least that, and waits for nobody.
     */
    private @Nullable String newerMayCome(Standing winner) {
        if (winner.served() != null) {
            return null;
        }
        for (Peers.Peer peer : context.peers.live(context.now)) {
            Standing standing = peer.standing();
            if (standing != null
                    && !standing.member().equals(winner.member())
                    && (standing.eligibility() == Eligibility.LOADING
                            || standing.eligibility() == Eligibility.SYNC_UNFINISHED)) {
                return peer.node()
                        + " may load newer data than the "
                        + winner.holding()
                        + " of a Redis that restarted";
            }
        }
        return null;
    }

    /**
     * How many more of those who were served last must answer for K to hold (rule 19). Who has
     * restarted since, and holds what its snapshot had, is one of the K that failed.
     */
    private int shortOfPromise(List<Standing> told) {
        int acknowledge = context.settings.acknowledge();
        if (acknowledge == 0) {
            return 0;
        }
        int heard = 0;
        for (Standing standing : told) {
            if (context.served.contains(standing.member().node())
                    && standing.served() != null
                    && !(standing.holding() instanceof Holding.Untold)) {
                heard++;
            }
        }
        return Math.max(0, context.served.size() - acknowledge - heard);
    }

    /**
     * Starts an election now.
     *
     * @param superseded the leaderships that it ends
     */
    void start(Cause cause, List<Leadership> superseded) {
        readySince = null;
        tail = null;
        RedisEndpoint abandoned = cause == Cause.MERGE ? null : former.abandoned();
        ReplicationId lineage = abandoned == null ? null : former.lineage();
        if (abandoned != null && lineage != null) {
            context.closeRoute("taking the lost master off duty");
            long operation =
                    context.operate(number ->
                            new Effect.TakeOffDuty(
                                    number, FormerMaster.BOUND_NANOS, abandoned, lineage));
            context.phase = new Phase.Removing(cause, superseded, operation);
            context.report(
                    "electing: the Redis at " + abandoned + " is taken off duty first", 8, 0);
            return;
        }
        ask(cause, superseded);
    }

    /** The lost leader's Redis was taken off duty, or is out of reach. */
    void removed(Phase.Removing removing, Outcome outcome) {
        if (outcome instanceof Outcome.OffDuty(Position position)) {
            tail = position;
        }
        ask(removing.cause(), removing.superseded());
    }

    private void ask(Cause cause, List<Leadership> superseded) {
        long epoch = Math.max(context.seenEpoch, context.promisedEpoch) + 1;
        context.saw(epoch);
        context.promisedEpoch = epoch;
        context.promisedTo = context.self;
        context.closeRoute("epoch " + epoch + ": an election is under way");
        context.endLeader();
        context.dataset.probe(null);
        @Nullable Position wait = tail;
        long deadline = context.settings.deadlineNanos();
        long operation = context.operate(number -> new Effect.Detach(number, deadline, wait));
        List<Member> members = new ArrayList<>();
        members.add(context.self);
        for (Peers.Peer peer : context.peers.live(context.now)) {
            members.add(peer.member());
        }
        Ballot ballot =
                new Ballot(epoch, cause, superseded, members, context.now + deadline, operation);
        context.phase = new Phase.Asking(ballot);
        context.sendAll(new Solicit(epoch, cause, superseded, wait));
        context.report(
                "electing in epoch " + epoch + ", asking " + (members.size() - 1) + " others",
                6,
                0);
    }

    /** The candidate's own Redis has been frozen, or could not be. */
    void frozen(Ballot ballot, Outcome outcome) {
        if (outcome instanceof Outcome.Confirmed(RedisReport report)) {
            context.froze(ballot.epoch(), report);
            ballot.answered(context.self, context.standing());
        } else if (context.dataset.eligibility() == Eligibility.REDIS_LOST) {
            ballot.answered(context.self, context.standing());
        } else {
            ballot.notFrozen(context.self);
        }
    }

    /** Another candidate, or a leader, was met; returns with the ballot given up. */
    void refused(Ballot ballot, Member by, Refusal refusal) {
        context.saw(refusal.seenEpoch());
        switch (refusal.reason()) {
            case NOT_FROZEN -> ballot.notFrozen(by);
            case LEADER_HEARD -> {
                context.idle(context.settings.heartbeatNanos());
                context.waitFor(by.node() + " hears a leader");
                context.report("election given up: " + by.node() + " hears a leader", 11, 0);
            }
            case ANSWERED_ANOTHER -> {
                NodeId better = refusal.better();
                if (better != null && better.compareTo(context.self.node()) < 0) {
                    context.idle(3 * STAGGER_NANOS);
                    context.waitFor("the election of " + better);
                    context.report("election left to " + better, 6, 0);
                } else {
                    ask(ballot.cause(), ballot.superseded());
                }
            }
            case EPOCH_PASSED -> {
                // someone is ahead of this candidate: a pause, so that two do not chase each other
                context.idle((1 + turn()) * STAGGER_NANOS);
                context.waitFor(by.node() + " has seen a higher epoch");
            }
        }
    }

    /** A merge without the leader that it ends would decide over data that nobody has weighed. */
    private @Nullable String unheardLeader(Ballot ballot) {
        if (ballot.cause() != Cause.MERGE) {
            return null;
        }
        for (Leadership ended : ballot.superseded()) {
            if (ballot.untold().contains(ended.leader())) {
                return "the leader of " + ended + " has not told what it holds";
            }
        }
        return null;
    }

    /**
     * A leader that is heard, by this node or by one that has not answered it: whether its refusal
     * was lost, or its leadership is younger than the question, nobody leads beside it (rule 11).
     */
    @Nullable String heardLeader(List<Standing> answers) {
        Set<Member> answered = new HashSet<>();
        answers.forEach(standing -> answered.add(standing.member()));
        Peers.Peer voucher = context.peers.voucher(context.now, answered);
        return voucher == null ? null : voucher.node() + " hears a leader";
    }

    /** Everyone has answered, or the deadline has passed. */
    void decide(Ballot ballot) {
        List<Standing> answers = ballot.answers();
        Ranking.Choice choice = context.ranking(answers).choose(answers);
        String veto = veto(choice, List.copyOf(ballot.untold()), answers);
        if (veto == null) {
            veto = unheardLeader(ballot);
        }
        if (veto == null) {
            veto = heardLeader(answers);
        }
        Standing winner = choice.winner();
        if (veto != null || winner == null) {
            context.idle(context.settings.heartbeatNanos());
            context.waitFor(veto == null ? choice.reason() : veto);
            context.report(
                    "no leader in epoch " + ballot.epoch() + ": " + context.waitingFor(), 12, 0);
            return;
        }
        int missing = shortOfPromise(answers);
        String note =
                missing > 0
                        ? "; the promise of "
                                + context.settings.acknowledge()
                                + " acknowledgements is broken: "
                                + missing
                                + " of those who were served never answered"
                        : "";
        Position last = tail;
        if (last != null) {
            note += "; the old master ended at " + last;
        }
        if (winner.member().equals(context.self)) {
            reign.won(new Phase.Victory(ballot.epoch(), answers, choice, note));
            return;
        }
        context.send(
                winner.member().node(),
                new Nomination(ballot.epoch(), ballot.cause(), ballot.superseded(), answers));
        context.phase =
                new Phase.Answering(
                        ballot.epoch(),
                        winner.member(),
                        0,
                        context.standing(),
                        context.now + 2 * context.settings.deadlineNanos());
        context.report("nominated: " + choice.reason() + note, choice.rule(), 0);
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }
}

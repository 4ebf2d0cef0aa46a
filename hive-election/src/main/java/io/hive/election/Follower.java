package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.Heartbeat;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.redis.Holding;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Following: from hearing of a leader to losing it, and what becomes of this node's data. */
final class Follower {
    /** A merge that did not come about is tried again after this. */
    private static final long MERGE_PAUSE_NANOS = 1_000_000_000;

    private final Context context;
    private final Candidacy candidacy;
    private final Reign reign;
    private final Divergence divergence;

    /** The leadership that the local Redis was made to follow, with its user. */
    private @Nullable Leadership obeyed;

    private long adoptedNanos;

    /**
     * Two leaders that met have both stopped, and each may still have the other's word that it
     * leads: that is not followed, or an empty one would follow the other, and the other it.
     */
    private @Nullable Leadership met;

    private long metUntil;

    private final Lag lag = new Lag();
    private boolean conceded;
    private long obeyAfter;
    private long mergeAfter;

    Follower(Context context, Candidacy candidacy, Reign reign, Divergence divergence) {
        this.context = context;
        this.candidacy = candidacy;
        this.reign = reign;
        this.divergence = divergence;
        this.adoptedNanos = context.now;
        this.obeyAfter = context.now;
        this.mergeAfter = context.now;
        this.metUntil = context.now;
    }

    /** What to do with the local data when a leader is there. */
    private enum Verdict {
        /** The leader's history contains it, or it is nothing: follow. */
        FOLLOW,
        /** Following would lose writes, and nobody has weighed them: merge (rules 5 and 22). */
        MERGE,
        /** Redis has not told yet, or the leader cannot be asked yet to weigh what it told. */
        LATER,
        /** The leader could not be asked for long: follow, and say what that gives up. */
        CONCEDE
    }

    /** Somebody told who leads. */
    void noticed(Member by, LeaderNotice notice) {
        Leadership leadership = notice.leadership();
        context.saw(leadership.epoch());
        if (leadership.leader().node().equals(context.self.node()) || notice.lineages().isEmpty()) {
            // one's own, of an earlier life or come back on a detour; or nothing to follow
            return;
        }
        context.lineages.remember(notice.lineages());
        LeaderNotice current = context.leader;
        switch (context.phase) {
            case Phase.Leading _ -> {
                if (current != null && !leadership.equals(current.leadership())) {
                    meets(current, notice);
                }
            }
            case Phase.Following _ -> {
                if (current == null) {
                    throw new IllegalStateException("following nobody");
                }
                if (leadership.equals(current.leadership())) {
                    context.leader = notice;
                } else if (prefers(by, notice, current)) {
                    consider(notice);
                }
            }
            case Phase.Idle _, Phase.Removing _ -> {
                if (!isPast(leadership)) {
                    consider(notice);
                }
            }
            case Phase.Asking _, Phase.Answering _, Phase.Fetching _, Phase.Promoting _ -> {
                // what was answered in an epoch stays true in it: an older leader comes too late
                if (leadership.epoch() >= context.promisedEpoch) {
                    consider(notice);
                }
            }
        }
    }

    /** A leadership that this node saw end: a peer that has not noticed yet passes it on. */
    private boolean isPast(Leadership leadership) {
        LeaderNotice last = context.lastLeader;
        return last != null
                && leadership.compareTo(last.leadership()) <= 0
                && !context.peers.hearsLeader(leadership, context.now);
    }

    /**
     * Two leaders, one of them this node. Connected to each other they both stop, and an election
     * with frozen numbers decides (rule 21). Where only a third hears both, the one with more
     * support goes on (rule 11).
     */
    private void meets(LeaderNotice own, LeaderNotice other) {
        Leadership theirs = other.leadership();
        Peers.Peer peer = context.peers.live(theirs.leader().node(), context.now);
        if (peer != null) {
            if (peer.leads(theirs)) {
                met = theirs;
                metUntil = context.now + context.settings.peerTimeoutNanos();
                reign.resign("met the leader of " + theirs + "; both stop, then decide", 21);
            }
            return;
        }
        if (stronger(other, own)) {
            reign.resign(
                    theirs
                            + " has the support of "
                            + context.supporters(theirs)
                            + " members, this one of "
                            + context.supporters(own.leadership()),
                    11);
            adopt(other, "has more support", 11);
        }
    }

    private boolean stronger(LeaderNotice one, LeaderNotice two) {
        int order =
                Integer.compare(
                        context.supporters(one.leadership()), context.supporters(two.leadership()));
        return order == 0 ? one.leadership().compareTo(two.leadership()) > 0 : order > 0;
    }

    /** A follower that hears of another leader: whichever it stays with hears of the other. */
    private boolean prefers(Member by, LeaderNotice other, LeaderNotice current) {
        if (!context.peers.hearsLeader(current.leadership(), context.now)) {
            return other.leadership().compareTo(current.leadership()) > 0
                    || context.peers.hearsLeader(other.leadership(), context.now);
        }
        if (stronger(other, current)) {
            context.send(current.leadership().leader().node(), other);
            return true;
        }
        context.send(by.node(), current);
        return false;
    }

    private void consider(LeaderNotice notice) {
        switch (verdict(notice)) {
            case FOLLOW, CONCEDE -> adopt(notice, "follows", 0);
            case LATER -> adopt(notice, "follows as soon as its data has been weighed against", 0);
            case MERGE -> merge(notice);
        }
    }

    /**
     * Whether the master's data is or becomes its own already. To name that master is not enough:
     * it may have been told to in another leadership, and not have got through. Nor is a link that
     * is up: a report may be from before that Redis restarted with less, on the same address.
     */
    private static boolean replicates(RedisReport report, LeaderNotice notice) {
        MasterLink link = report.link();
        return link != null
                && link.follows(notice.master())
                && (link.syncInProgress()
                        || (link.up()
                                && report.replicationId()
                                        .equals(notice.lineages().getLast().id())));
    }

    /**
     * Whether the local Redis followed the master that was handed over from: its dataset ends where
     * that one's did, at the latest, and the successor has all of that.
     */
    private boolean continues(RedisReport report, LeaderNotice notice) {
        Context.Ending ending = context.ending;
        return ending != null
                && ending.next().equals(notice.leadership())
                && report.follows(ending.master())
                && report.replicationId().equals(ending.end().id())
                && context.lineages.contains(notice.lineages().getLast().id(), ending.end());
    }

    /**
     * Whether there may be more in the local Redis by now than it last reported: it is found to be
     * part of a leader's history only once it is frozen, as in an election (rules 7 and 21). A
     * report is up to one look old, and what was written since would be given up unseen.
     */
    private static boolean moves(RedisReport report) {
        MasterLink link = report.link();
        return link == null || link.up();
    }

    private Verdict verdict(LeaderNotice notice) {
        RedisReport report = context.dataset.current();
        if (report == null) {
            return Verdict.LATER;
        }
        if (replicates(report, notice)
                || continues(report, notice)
                || (notice.heard().contains(context.self.node())
                        && notice.leadership().epoch() == context.frozenEpoch
                        && report.runId().equals(context.frozenRunId))) {
            return Verdict.FOLLOW;
        }
        Verdict weighed = weighed(notice);
        return weighed == Verdict.FOLLOW && moves(report) ? Verdict.LATER : weighed;
    }

    private Verdict weighed(LeaderNotice notice) {
        return switch (context.dataset.holding()) {
            case Holding.Empty _ -> Verdict.FOLLOW;
            case Holding.Untold _ -> Verdict.LATER;
            // behind any known lineage, so that an election would not change it: rule 9
            case Holding.Unknown _ -> weighed(notice, false);
            case Holding.Lineage(Position position) ->
                    context.dataset.keys() == 0
                                    || context.lineages.contains(
                                            notice.lineages().getLast().id(), position)
                            ? Verdict.FOLLOW
                            : weighed(notice, true);
        };
    }

    /**
     * Data that the leader's history does not contain. It is not given up because a third told of
     * the leader first: the leader is waited for, for a bounded time, in which the route to it is
     * open and the local Redis follows nobody.
     *
     * @param known whether the data is of a known lineage, and stands against any leader's; else it
     *     stands against an empty one's alone
     */
    private Verdict weighed(LeaderNotice notice, boolean known) {
        Peers.Peer leader = context.peers.live(notice.leadership().leader().node(), context.now);
        Standing standing = leader == null ? null : leader.standing();
        if (standing != null) {
            return known || !Ranking.hasData(standing) ? Verdict.MERGE : Verdict.FOLLOW;
        }
        boolean waited =
                context.leader != null
                        && context.leader.leadership().equals(notice.leadership())
                        && context.now - adoptedNanos >= context.settings.coldStartNanos();
        return waited ? Verdict.CONCEDE : Verdict.LATER;
    }

    private void merge(LeaderNotice notice) {
        Leadership theirs = notice.leadership();
        if (context.now - mergeAfter < 0) {
            return;
        }
        mergeAfter = context.now + MERGE_PAUSE_NANOS;
        context.report(
                "holds "
                        + context.dataset.holding()
                        + " with "
                        + context.dataset.keys()
                        + " keys, which "
                        + theirs
                        + " does not contain: electing between the two",
                22,
                0);
        candidacy.start(Cause.MERGE, List.of(theirs));
    }

    private void adopt(LeaderNotice notice, String how, int rule) {
        context.saw(notice.leadership().epoch());
        context.leader = notice;
        context.pendingOperation = 0;
        context.phase = new Phase.Following();
        context.dataset.probe(null);
        context.dataset.follows();
        divergence.forget();
        conceded = false;
        lag.reset();
        obeyed = null;
        adoptedNanos = context.now;
        obeyAfter = context.now;
        context.openRoute(notice);
        context.report(how + " " + notice.leadership(), rule, 0);
        obey(notice);
    }

    /** Keeps to the leader. Called after every input while following. */
    void uphold() {
        LeaderNotice notice = context.leader;
        if (notice == null) {
            throw new IllegalStateException("following nobody");
        }
        if (!context.peers.hearsLeader(notice.leadership(), context.now)) {
            lost("nobody hears " + notice.leadership() + " any more");
            return;
        }
        RedisReport report = context.dataset.current();
        if (report != null) {
            lag.applied(report.position());
        }
        if (lag.lapsed(context.now)) {
            context.dataset.lapse();
        }
        if (context.dataset.inSync()) {
            context.settled = true;
            context.dataset.servedInSync(notice.leadership());
        }
        obey(notice);
    }

    private void lost(String reason) {
        context.closeRoute(reason);
        context.endLeader();
        context.coldStartFrom = context.now;
        context.pendingOperation = 0;
        context.dataset.probe(null);
        context.idle(0);
        context.waitFor("an election after: " + reason);
        context.report(reason, 11, 0);
    }

    /** Makes the local Redis follow, once, and again whenever it is seen not to. */
    private void obey(LeaderNotice notice) {
        RedisReport report = context.dataset.current();
        if (report == null || context.pendingOperation != 0 || context.now - obeyAfter < 0) {
            return;
        }
        boolean follows = report.follows(notice.master());
        if (follows && notice.leadership().equals(obeyed)) {
            return;
        }
        switch (verdict(notice)) {
            case LATER -> standBy(report);
            case MERGE -> merge(notice);
            case CONCEDE -> {
                if (!conceded) {
                    conceded = true;
                    context.report(
                            "gives up "
                                    + context.dataset.holding()
                                    + " with "
                                    + context.dataset.keys()
                                    + " keys of another history, since "
                                    + notice.leadership()
                                    + " could not be asked",
                            22,
                            0);
                }
                follow(notice, report);
            }
            case FOLLOW -> {
                if (notice.leadership().equals(met) && context.now - metUntil < 0) {
                    standBy(report);
                    return;
                }
                if (notice.leadership().equals(obeyed)) {
                    context.report(
                            "Redis follows somebody else and is put back to " + notice.master(),
                            4,
                            0);
                }
                follow(notice, report);
            }
        }
    }

    /** What was changed on the local Redis since it was made to follow is put right. */
    void obeyAgain() {
        obeyed = null;
        obeyAfter = context.now;
    }

    /**
     * What the leader's history lacks is set aside first (rule 23). Where that fails it is kept,
     * and this node stays out: its clients are served by the leader, and what is missing is one
     * copy.
     */
    private void follow(LeaderNotice notice, RedisReport report) {
        Dropped dropped =
                replicates(report, notice)
                        ? null
                        : divergence.beyond(notice.lineages().getLast().id());
        if (dropped == null || divergence.settled()) {
            obeyNow(notice);
        } else if (!context.settings.salvage()) {
            divergence.giveUp(dropped);
            obeyNow(notice);
        } else if (divergence.due()) {
            divergence.setAside(dropped, notice.leadership().epoch(), Divergence.BOUND_NANOS);
        } else {
            standBy(report);
        }
    }

    private void obeyNow(LeaderNotice notice) {
        obeyAfter = context.now + context.settings.heartbeatNanos();
        context.operate(number ->
                new Effect.Follow(
                        number,
                        Context.FOLLOW_BOUND_NANOS,
                        notice.leadership(),
                        notice.master(),
                        notice.user()));
    }

    /**
     * While its data waits to be weighed, a Redis is nobody's master and nobody's replica. It does
     * not wait for a synchronisation with another than the leader either: that ends only with
     * {@code repl-timeout} where the other has vanished.
     */
    private void standBy(RedisReport report) {
        MasterLink link = report.link();
        if (report.loading() || (link != null && !link.up() && !link.syncInProgress())) {
            return;
        }
        obeyAfter = context.now + context.settings.heartbeatNanos();
        context.operate(
                number -> new Effect.Detach(number, context.settings.deadlineNanos(), null));
    }

    /** Redis confirmed that it follows, or did not. */
    void operated(Outcome outcome) {
        if (divergence.underWay()) {
            if (!divergence.ended(outcome)) {
                obeyAfter = context.now + Divergence.PAUSE_NANOS;
            }
            return;
        }
        LeaderNotice notice = context.leader;
        if (notice != null && outcome instanceof Outcome.Confirmed(RedisReport report)) {
            context.dataset.observe(report);
            obeyed = report.follows(notice.master()) ? notice.leadership() : null;
            if (obeyed == null) {
                // frozen, and weighed at once
                obeyAfter = context.now;
            }
        }
    }

    /**
     * Another follower told where it is, and the leader is not heard here: what it has applied on
     * the leader's lineage, the leader has sent, which proves as much.
     */
    void siblingTold(LeaderNotice leader, Heartbeat heartbeat) {
        if (heartbeat.standing().holding() instanceof Holding.Lineage(Position position)
                && position.id().equals(leader.lineages().getLast().id())
                && leader.leadership().equals(obeyed)) {
            lag.told(position, context.now);
            context.dataset.probe(position);
        }
    }

    /** The leader told where it is: the proof of being in sync (rule 3). */
    void leaderTold(Heartbeat heartbeat) {
        Holding holding = heartbeat.standing().holding();
        reign.leaderHolds(holding);
        if (holding instanceof Holding.Lineage(Position position)
                && context.leader != null
                && context.leader.leadership().equals(obeyed)) {
            lag.told(position, context.now);
            context.dataset.probe(position);
        }
    }
}

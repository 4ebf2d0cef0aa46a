package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.FeedOffer;
import io.hive.core.message.PeerMessage.FeedRequest;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leading: from the victory to the end of the leadership. */
final class Reign {
    /** How long a successor may be without the replicas that writes are to be on. */
    private static final long WITHOUT_REPLICAS_NANOS = 1_000_000_000L;

    private final Context context;
    private final Divergence divergence;
    private final FormerMaster former;

    /** The leadership that was taken over, while its master does not require replicas yet. */
    private @Nullable Leadership unrequired;

    private long unrequiredUntil;
    private long requiring;

    /** What the winner fetches as soon as its own data has been set aside. */
    private @Nullable Position fetchNext;

    Reign(Context context, Divergence divergence, FormerMaster former) {
        this.context = context;
        this.former = former;
        this.divergence = divergence;
    }

    /** An election was won: data first, then the promotion. */
    void won(Phase.Victory victory) {
        victory.answers().forEach(standing -> context.lineages.remember(standing.lineages()));
        fetchNext = null;
        divergence.forget();
        Standing feeder = victory.choice().feeder();
        if (feeder == null) {
            promote(victory);
            return;
        }
        ReplicationUser user = ReplicationUser.of(victory.epoch(), context.passwords.next());
        context.pendingOperation = 0;
        context.phase =
                new Phase.Fetching(
                        victory, feeder, user, context.now + context.settings.coldStartNanos());
        context.send(feeder.member().node(), new FeedRequest(victory.epoch(), user));
        context.report("fetching first: " + victory.choice().reason(), 10, 0);
    }

    /** The feeder is ready, or cannot feed. */
    void offered(Phase.Fetching fetching, FeedOffer offer) {
        Position target = offer.position();
        if (offer.epoch() != fetching.victory().epoch()) {
            return;
        }
        if (target == null) {
            leaveTo(fetching, "it could not feed");
            return;
        }
        if (fetching.feeder().holding() instanceof Holding.Lineage(Position fed)) {
            // to feed, it was promoted: what is fetched continues what was weighed
            context.lineages.continues(target.id(), fed.id(), fed.offset() + 1);
        }
        Dropped dropped = divergence.beyond(lineageOf(fetching.feeder()));
        if (dropped == null || divergence.settled()) {
            fetch(fetching, target);
        } else if (context.settings.salvage()) {
            fetchNext = target;
            divergence.setAside(dropped, offer.epoch(), context.settings.coldStartNanos() / 2);
        } else {
            divergence.giveUp(dropped);
            fetch(fetching, target);
        }
    }

    private static @Nullable ReplicationId lineageOf(Standing standing) {
        return standing.holding() instanceof Holding.Lineage(Position position)
                ? position.id()
                : null;
    }

    private void fetch(Phase.Fetching fetching, Position target) {
        context.operate(number ->
                new Effect.Fetch(
                        number,
                        context.settings.coldStartNanos(),
                        fetching.feeder().redis(),
                        fetching.user(),
                        target));
    }

    /** The feeder's data is here, or could not be had. */
    void fetched(Phase.Fetching fetching, Outcome outcome) {
        if (divergence.underWay()) {
            Position target = fetchNext;
            fetchNext = null;
            if (divergence.ended(outcome) && target != null) {
                fetch(fetching, target);
            } else {
                leaveTo(fetching, "what the winner itself has could not be set aside");
            }
            return;
        }
        switch (outcome) {
            case Outcome.Confirmed(RedisReport report) -> {
                context.dataset.fetched(report);
                context.frozenRunId = report.runId();
                promote(fetching.victory());
            }
            case Outcome.OffDuty _, Outcome.LeftAlone _, Outcome.Salvaged _ ->
                    giveUp("a fetch cannot end so", 10);
            case Outcome.Failed(String reason) -> leaveTo(fetching, reason);
        }
    }

    /**
     * The freshest data cannot be had from who would rather not lead, and is not given up either:
     * its holder leads. The same election again would only end the same.
     */
    private void leaveTo(Phase.Fetching fetching, String reason) {
        Phase.Victory victory = fetching.victory();
        Member feeder = fetching.feeder().member();
        context.send(
                feeder.node(),
                new Nomination(victory.epoch(), Cause.LEADER_LOST, List.of(), victory.answers()));
        context.phase =
                new Phase.Answering(
                        victory.epoch(),
                        feeder,
                        0,
                        context.standing(),
                        context.now + Context.PROMOTE_BOUND_NANOS);
        context.report(
                feeder.node() + " is to lead, since its data could not be fetched: " + reason,
                10,
                0);
    }

    /** Whom data is fetched from went away. */
    void feederGone(Phase.Fetching fetching) {
        if (context.pendingOperation == 0) {
            giveUp(
                    fetching.feeder().member().node()
                            + " holds the freshest data and went away before it fed the winner",
                    10);
        }
    }

    private void giveUp(String reason, int rule) {
        context.closeRoute(reason);
        context.idle(context.settings.heartbeatNanos());
        context.waitFor(reason);
        context.report("no leader: " + reason, rule, 0);
    }

    private void promote(Phase.Victory victory) {
        Leadership leadership = new Leadership(victory.epoch(), context.self);
        ReplicationUser user = ReplicationUser.of(victory.epoch(), context.passwords.next());
        String runId = context.frozenRunId;
        if (!context.dataset.runId().equals(runId)) {
            giveUp("Redis restarted after it had been frozen, and what was weighed is gone", 4);
            return;
        }
        long operation =
                context.operate(number ->
                        new Effect.Promote(
                                number,
                                Context.PROMOTE_BOUND_NANOS,
                                leadership,
                                runId,
                                user,
                                context.settings.acknowledge()));
        context.phase = new Phase.Promoting(victory, leadership, user, operation);
    }

    /** Redis confirmed the promotion, or it failed. */
    void promoted(Phase.Promoting promoting, Outcome outcome) {
        if (!(outcome instanceof Outcome.Confirmed(RedisReport report))
                || !report.isMaster()
                || !report.runId().equals(context.frozenRunId)) {
            giveUp("the promotion was not confirmed: " + outcome, 4);
            return;
        }
        long before = lostBytes(promoting.victory().answers());
        context.dataset.promoted(report, promoting.leadership(), frozenAs(promoting.victory()));
        context.dataset.leadsOn(inherited(promoting.victory(), report.position()));
        List<NodeId> heard =
                promoting.victory().answers().stream()
                        .map(Standing::member)
                        .map(Member::node)
                        .toList();
        LeaderNotice notice =
                new LeaderNotice(
                        promoting.leadership(),
                        context.redis,
                        report.runId(),
                        promoting.user(),
                        context.lineages.listEndingWith(report.replicationId()),
                        heard,
                        context.settings.acknowledge());
        former.succeed();
        context.leader = notice;
        context.phase = new Phase.Leading();
        context.settled = true;
        context.openRoute(notice);
        context.sendAll(notice);
        Ranking.Choice choice = promoting.victory().choice();
        context.report(
                "leads: " + choice.reason() + promoting.victory().note(), choice.rule(), before);
        for (Dropped dropped :
                divergence.beyond(report.replicationId(), promoting.victory().answers())) {
            // counted as lost by whoever holds it: its node sets it aside, and follows
            context.report("goes on without " + dropped, 23, 0, dropped);
        }
    }

    /**
     * What is known of the history that this node now leads, up to where it begins to count itself:
     * the record of whoever can tell most of it.
     */
    private WriteRecord inherited(Phase.Victory victory, Position from) {
        WriteRecord best = WriteRecord.NONE;
        for (Standing standing : victory.answers()) {
            if (standing.holding() instanceof Holding.Lineage(Position position)) {
                long fork = position.offset() - context.lineages.beyond(from.id(), position);
                WriteRecord record = standing.record().upTo(Math.min(fork, from.offset()));
                if (record.end() > best.end()
                        || (record.end() == best.end()
                                && record.acknowledged() > best.acknowledged())) {
                    best = record;
                }
            }
        }
        return best;
    }

    /** What this node was weighed with; nothing where it has fetched another's data since. */
    private Holding frozenAs(Phase.Victory victory) {
        if (victory.choice().feeder() == null) {
            for (Standing standing : victory.answers()) {
                if (standing.member().equals(context.self)) {
                    return standing.holding();
                }
            }
        }
        return new Holding.Untold();
    }

    /** Bytes that the last leader was heard to have and no answer holds. */
    private long lostBytes(List<Standing> answers) {
        LeaderNotice last = context.lastLeader;
        if (last == null || !(lastHeld instanceof Holding.Lineage(Position position))) {
            return 0;
        }
        long most = -1;
        for (Standing standing : answers) {
            if (standing.holding() instanceof Holding.Lineage(Position held)
                    && held.id().equals(position.id())) {
                most = Math.max(most, held.offset());
            }
        }
        return most < 0 ? 0 : Math.max(0, position.offset() - most);
    }

    private Holding lastHeld = new Holding.Untold();

    /** The leader told what it holds: what is missing of it later is lost. */
    void leaderHolds(Holding holding) {
        lastHeld = holding;
    }

    /** Checks the leadership against what was observed. Called after every input while leading. */
    void uphold() {
        LeaderNotice notice = context.leader;
        if (notice == null) {
            throw new IllegalStateException("leading without a leadership");
        }
        RedisReport report = context.dataset.current();
        if (report == null) {
            if (context.dataset.eligibility() == Eligibility.REDIS_LOST) {
                resign(context.dataset.condition(), 4);
            }
            return;
        }
        if (!report.runId().equals(notice.runId())) {
            resign("Redis is another process than the one that was promoted", 4);
        } else if (!report.isMaster() && context.steppingDown) {
            // by this very leader, and its outcome is on its way
            leaderHolds(context.dataset.holding());
        } else if (!report.isMaster()) {
            resign("Redis was made a replica by somebody else", 4);
        } else if (report.loading()) {
            resign("Redis is loading a dataset", 4);
        } else {
            lead(notice, report);
        }
    }

    /** It was handed over, to a master that has no replicas yet. */
    void tookOver(Leadership leadership) {
        if (context.settings.acknowledge() > 0) {
            unrequired = leadership;
            unrequiredUntil = context.now + WITHOUT_REPLICAS_NANOS;
        }
    }

    /** An operation has ended while this node leads. */
    void operated(long operation, Outcome outcome) {
        if (operation == requiring && outcome instanceof Outcome.Confirmed) {
            unrequired = null;
        }
    }

    private void requireReplicas(LeaderNotice notice, RedisReport report) {
        int replicas = context.settings.acknowledge();
        if (notice.leadership().equals(unrequired)
                && context.pendingOperation == 0
                && (report.connectedReplicas() >= replicas || context.now - unrequiredUntil >= 0)) {
            unrequiredUntil = context.now + WITHOUT_REPLICAS_NANOS;
            requiring =
                    context.operate(number ->
                            new Effect.Require(
                                    number, Context.PROMOTE_BOUND_NANOS, notice.runId(), replicas));
        }
    }

    private void lead(LeaderNotice notice, RedisReport report) {
        leaderHolds(context.dataset.holding());
        requireReplicas(notice, report);
        ReplicationUser user = notice.user();
        if (!user.password().isEmpty()
                && !user.name().equals(report.replicationUser())
                && context.pendingOperation == 0
                && context.now - context.quietUntil >= 0) {
            context.quietUntil = context.now + context.settings.heartbeatNanos();
            context.operate(number ->
                    new Effect.Authorise(
                            number, Context.PROMOTE_BOUND_NANOS, notice.runId(), user));
            context.report("the replication user has vanished and is made again", 17, 0);
        }
        if (!context.lineages.knows(report.replicationId())) {
            // the ID changes where the backlog was freed, and everything so far is part of it
            context.lineages.remember(
                    new LineageMark(
                            notice.leadership().epoch(),
                            report.replicationId(),
                            lastId(notice),
                            report.masterOffset() + 1));
            LeaderNotice renewed =
                    new LeaderNotice(
                            notice.leadership(),
                            notice.master(),
                            notice.runId(),
                            user,
                            context.lineages.listEndingWith(report.replicationId()),
                            notice.heard(),
                            notice.acknowledge());
            context.leader = renewed;
            context.sendAll(renewed);
            context.report("Redis changed its replication ID", 2, 0);
        }
    }

    private static ReplicationId lastId(LeaderNotice notice) {
        return notice.lineages().getLast().id();
    }

    /** Ends the leadership: the route first, then everything else. */
    void resign(String reason, int rule) {
        LeaderNotice notice = context.leader;
        if (notice == null || !(context.phase instanceof Phase.Leading)) {
            return;
        }
        context.closeRoute("leadership ended: " + reason);
        context.endLeader();
        context.coldStartFrom = context.now;
        context.dataset.probe(null);
        context.pendingOperation = 0;
        context.idle(0);
        context.waitFor("an election after: " + reason);
        context.report("leads no more: " + reason, rule, 0);
    }
}

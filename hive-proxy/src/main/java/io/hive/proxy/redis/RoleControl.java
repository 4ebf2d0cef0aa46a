package io.hive.proxy.redis;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Effect.Authorise;
import io.hive.election.Effect.CatchUp;
import io.hive.election.Effect.Detach;
import io.hive.election.Effect.Fetch;
import io.hive.election.Effect.Follow;
import io.hive.election.Effect.Pause;
import io.hive.election.Effect.Prepare;
import io.hive.election.Effect.Promote;
import io.hive.election.Effect.Require;
import io.hive.election.Effect.Salvage;
import io.hive.election.Effect.TakeOver;
import io.hive.election.Outcome;
import io.hive.proxy.salvage.SalvageStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the local Redis's role, and confirms it by asking. Each operation brings about the whole
 * of a role (replication, users, settings) whatever it finds, so that it may follow another one
 * that got half way, and may be given twice.
 *
 * <p>Used by the thread of the operations alone.
 */
final class RoleControl {
    private static final Logger LOG = LoggerFactory.getLogger(RoleControl.class);

    private static final long MILLI = 1_000_000;

    /** For putting things right after a failure. */
    private static final long REPAIR_NANOS = 200 * MILLI;

    /** How often a replica is looked at while writes wait for it. */
    private static final long OFTEN_NANOS = MILLI / 4;

    /** A successor has the end of its master's stream, or gets it from its socket at once. */
    private static final long TAIL_NANOS = 100 * MILLI;

    /** More replicas than any master has: with so many asked for, it takes no writes. */
    private static final String NEVER = "1000";

    private static final Set<String> WAITING = Set.of("connect");
    private static final Set<String> NOT_LET_IN = Set.of("connect", "connecting", "handshake");

    private final LocalRedisSettings settings;
    private final Observer observer;
    private final Knobs knobs;
    private final ReplicationUsers users;
    private final BacklogMaker backlog;
    private final BacklogSizing sizing;
    private final SnapshotFetch snapshots;

    /** What the local replica was made ready for; null once its role or its users have changed. */
    private @Nullable Readiness readiness;

    /** Whether a pause of ours may still last. */
    private boolean paused;

    RoleControl(
            LocalRedisSettings settings,
            Observer observer,
            Knobs knobs,
            ReplicationUsers users,
            BacklogMaker backlog,
            BacklogSizing sizing,
            SnapshotFetch snapshots) {
        this.settings = settings;
        this.observer = observer;
        this.knobs = knobs;
        this.users = users;
        this.backlog = backlog;
        this.sizing = sizing;
        this.snapshots = snapshots;
    }

    Outcome detach(Attempt attempt, Detach operation) throws OperationFailure {
        Position tail = operation.tail();
        if (tail != null) {
            awaitTail(attempt, tail, operation.boundNanos() / 2);
        }
        return new Outcome.Confirmed(detach(attempt).report());
    }

    Outcome promote(Attempt attempt, Promote operation) throws OperationFailure {
        Snapshot before = attempt.look(observer);
        requireRun(before.report(), operation.runId());
        boolean guarded = makeReady(attempt, before, operation.user(), operation.minReplicas());
        return promote(attempt, operation.runId(), operation.user(), guarded);
    }

    /** What a master needs and a replica does not mind, so that the promotion is one command. */
    private boolean makeReady(
            Attempt attempt, Snapshot before, ReplicationUser user, int minReplicas)
            throws OperationFailure {
        boolean guarded = users.create(attempt, user);
        users.deleteAllBut(attempt, guarded ? user.name() : "");
        prepareToLead(attempt, before, minReplicas);
        return guarded;
    }

    private Outcome promote(Attempt attempt, String runId, ReplicationUser user, boolean guarded)
            throws OperationFailure {
        Snapshot promoted = nobodysReplica(attempt);
        requireRun(promoted.report(), runId);
        if (!promoted.report().isMaster()) {
            throw new OperationFailure(
                    "expected role:master after REPLICAOF NO ONE, and it follows "
                            + promoted.report().link());
        }
        if (promoted.report().backlogActive()) {
            return new Outcome.Confirmed(promoted.report());
        }
        try {
            backlog.make(attempt, user, guarded);
        } catch (OperationFailure e) {
            // It is a master and may serve; what suffers is what an election can tell later.
            LOG.warn(
                    "the promoted Redis has no replication backlog, so its offsets say nothing and"
                            + " its replication ID changes when the first replica comes: {}",
                    e.reason());
        }
        Snapshot settled = attempt.with(attempt.patience().firm(REPAIR_NANOS)).look(observer);
        requireRun(settled.report(), runId);
        return new Outcome.Confirmed(settled.report());
    }

    /** Sends the promotion and looks at once: nobody can write before it is confirmed. */
    private Snapshot nobodysReplica(Attempt attempt) throws OperationFailure {
        RedisLink.Batch batch = attempt.link().batch();
        var _ = batch.text("REPLICAOF", "NO", "ONE");
        Snapshot seen = sendAndLook(attempt, batch);
        if (seen.report().isMaster()) {
            return seen;
        }
        // It was refused, for a moment or for good: then that is what is told.
        attempt.text("REPLICAOF NO ONE", "REPLICAOF", "NO", "ONE");
        return attempt.look(observer);
    }

    /** Sends the batch and, in the same write, looks. */
    private Snapshot sendAndLook(Attempt attempt, RedisLink.Batch batch) throws OperationFailure {
        RedisLink link = attempt.link();
        Deque<CompletableFuture<Snapshot>> first = new ArrayDeque<>(1);
        first.add(observer.observe(link, batch));
        batch.send();
        return attempt.ask("INFO", () -> first.isEmpty() ? observer.observe(link) : first.pop());
    }

    // ---- handing over (rule 20): while these run nobody writes, so they look often

    Outcome prepare(Attempt attempt, Prepare operation) throws OperationFailure {
        Snapshot before = attempt.look(observer);
        requireRun(before.report(), operation.runId());
        if (before.report().isMaster()) {
            throw new OperationFailure("expected a replica to make ready, and it is a master");
        }
        readiness = null;
        boolean guarded = makeReady(attempt, before, operation.user(), operation.minReplicas());
        RedisReport ready = await(attempt, operation.runId(), operation.upTo());
        readiness = new Readiness(attempt.link(), operation.user(), guarded, ready);
        return new Outcome.Confirmed(ready);
    }

    Outcome catchUp(Attempt attempt, CatchUp operation) throws OperationFailure {
        RedisReport caughtUp = await(attempt, operation.runId(), operation.position());
        Readiness known = readiness;
        if (known != null) {
            readiness = new Readiness(attempt.link(), known.user(), known.guarded(), caughtUp);
        }
        return new Outcome.Confirmed(caughtUp);
    }

    /**
     * What was made ready over a connection; it is true for as long as that one is open, since then
     * it is the same process, and a replica only goes on.
     */
    private record Readiness(
            RedisLink link, ReplicationUser user, boolean guarded, RedisReport seen) {
        @SuppressWarnings("ReferenceEquality") // connections are told apart by what they are
        boolean holds(RedisLink now, TakeOver operation) {
            return now == link
                    && seen.runId().equals(operation.runId())
                    && user.equals(operation.user())
                    && seen.replicationId().equals(operation.atLeast().id())
                    && seen.appliedOffset() >= operation.atLeast().offset();
        }
    }

    Outcome pause(Attempt attempt, Pause operation) throws OperationFailure {
        RedisLink link = attempt.link();
        String lease = Long.toString(operation.leaseNanos() / MILLI);
        paused = true;
        RedisLink.Batch batch = link.batch();
        CompletableFuture<String> sent = batch.text("CLIENT", "PAUSE", lease, "WRITE");
        // On one connection: what is seen then nobody adds to while the pause lasts.
        RedisReport seen = sendAndLook(attempt, batch).report();
        attempt.ask("CLIENT PAUSE", () -> sent);
        requireRun(seen, operation.runId());
        if (!seen.isMaster()) {
            throw new OperationFailure("expected a master to pause, and it is a replica");
        }
        return new Outcome.Confirmed(seen);
    }

    Outcome require(Attempt attempt, Require operation) throws OperationFailure {
        RedisReport before = attempt.look(observer).report();
        requireRun(before, operation.runId());
        if (!before.isMaster()) {
            throw new OperationFailure("expected a master to require replicas of, it is a replica");
        }
        String wanted = Integer.toString(operation.minReplicas());
        knobs.set(attempt, Map.of("min-replicas-to-write", wanted));
        return new Outcome.Confirmed(attempt.look(observer).report());
    }

    Outcome unpause(Attempt attempt) throws OperationFailure {
        goOn(attempt);
        return new Outcome.Confirmed(attempt.look(observer).report());
    }

    Outcome stepDown(Attempt attempt) throws OperationFailure {
        RedisEndpoint nobody = RedisEndpoint.DEAD;
        // In one write, in this order: what was paused then finds a replica, and is refused.
        RedisLink.Batch batch = attempt.link().batch();
        var _ = batch.text("REPLICAOF", nobody.host().toString(), Integer.toString(nobody.port()));
        CompletableFuture<String> sent = batch.text("CLIENT", "UNPAUSE");
        Snapshot seen = sendAndLook(attempt, batch);
        if (!seen.report().follows(nobody)) {
            seen =
                    attempt.look(
                            observer,
                            now -> now.report().follows(nobody),
                            "expected the master to follow nobody in time");
        }
        attempt.ask("CLIENT UNPAUSE", () -> sent);
        paused = false;
        return new Outcome.Confirmed(seen.report());
    }

    Outcome takeOver(Attempt attempt, TakeOver operation) throws OperationFailure {
        Readiness known = readiness;
        readiness = null;
        if (known != null && known.holds(attempt.link(), operation)) {
            return checked(
                    promote(attempt, operation.runId(), operation.user(), known.guarded()),
                    operation.atLeast());
        }
        Attempt soon = attempt.with(attempt.patience().atMost(TAIL_NANOS));
        RedisReport before = await(soon, operation.runId(), operation.atLeast());
        ReplicationUser user = operation.user();
        boolean guarded = user.name().equals(before.replicationUser());
        if (!guarded) {
            Snapshot again = attempt.look(observer);
            guarded = makeReady(attempt, again, user, operation.minReplicas());
        }
        return checked(promote(attempt, operation.runId(), user, guarded), operation.atLeast());
    }

    /** What was promoted continues what its master had, and nothing else. */
    private static Outcome checked(Outcome outcome, Position atLeast) throws OperationFailure {
        if (outcome instanceof Outcome.Confirmed(RedisReport report)
                && (!atLeast.id().equals(report.previousId())
                        || report.secondOffset() <= atLeast.offset())) {
            throw new OperationFailure(
                    "expected to continue "
                            + atLeast
                            + ", and continues "
                            + report.previousId()
                            + " up to "
                            + report.secondOffset());
        }
        return outcome;
    }

    /** Waits until it has applied this much of this lineage. */
    private RedisReport await(Attempt attempt, String runId, Position position)
            throws OperationFailure {
        RedisReport seen = attempt.look(observer).report();
        while (true) {
            requireRun(seen, runId);
            if (seen.replicationId().equals(position.id())
                    && seen.appliedOffset() >= position.offset()) {
                return seen;
            }
            attempt.patience()
                    .pause(
                            OFTEN_NANOS,
                            "expected Redis to have applied "
                                    + position
                                    + " in time, and it is at "
                                    + seen.position(),
                            attempt.link()::isOpen);
            seen = attempt.look(observer).report();
        }
    }

    /** A pause of ours blocks what a demoted master would replicate, too. */
    private void goOn(Attempt attempt) throws OperationFailure {
        if (paused) {
            attempt.text("CLIENT UNPAUSE", "CLIENT", "UNPAUSE");
            paused = false;
        }
    }

    /** The user alone: the role stays what it is, even if somebody has changed it meanwhile. */
    Outcome authorise(Attempt attempt, Authorise operation) throws OperationFailure {
        Snapshot before = attempt.look(observer);
        requireRun(before.report(), operation.runId());
        if (!before.report().isMaster()) {
            throw new OperationFailure("expected a master to replicate from, and it is a replica");
        }
        users.create(attempt, operation.user());
        return new Outcome.Confirmed(attempt.look(observer).report());
    }

    Outcome follow(Attempt attempt, Follow operation) throws OperationFailure {
        return new Outcome.Confirmed(
                follow(attempt, operation.master(), operation.user()).report());
    }

    Outcome fetch(Attempt attempt, Fetch operation) throws OperationFailure {
        follow(attempt, operation.feeder(), operation.user());
        long offset = operation.target().offset();
        long forDetaching = Math.min(REPAIR_NANOS, attempt.patience().left() / 4);
        try {
            attempt.with(attempt.patience().atMost(attempt.patience().left() - forDetaching))
                    .look(
                            observer,
                            seen ->
                                    streams(seen.report())
                                            && seen.report().appliedOffset() >= offset,
                            "expected to fetch up to "
                                    + operation.target()
                                    + " from "
                                    + operation.feeder()
                                    + " in time, and did not get there");
        } catch (OperationFailure e) {
            // Never a chain (rule 18): whoever fetched in vain must not go on following.
            detach(attempt.with(attempt.patience().firm(REPAIR_NANOS)));
            throw e;
        }
        RedisReport fetched = detach(attempt).report();
        if (fetched.appliedOffset() < offset) {
            throw new OperationFailure(
                    "expected to hold " + operation.target() + ", and holds " + fetched.position());
        }
        return new Outcome.Confirmed(fetched);
    }

    /**
     * Takes a snapshot. Redis refuses that to everybody ({@code NOMASTERLINK}) while it follows the
     * dead address, so it is a master for as long as this takes: one that nobody is routed to, that
     * none but the user of this operation may replicate from, and that takes no writes.
     */
    Outcome salvage(Attempt attempt, Salvage operation) throws OperationFailure {
        Snapshot before = attempt.look(observer);
        requireRun(before.report(), operation.runId());
        if (!before.report().position().equals(operation.position())) {
            throw new OperationFailure(
                    "expected to set "
                            + operation.position()
                            + " aside, and Redis is at "
                            + before.report().position());
        }
        long forDetaching = Math.min(2 * REPAIR_NANOS, attempt.patience().left() / 4);
        SalvageStore.Kept kept;
        try {
            kept =
                    takeSnapshot(
                            attempt.with(
                                    attempt.patience()
                                            .atMost(attempt.patience().left() - forDetaching)),
                            operation);
        } catch (OperationFailure e) {
            if (!(e instanceof OperationFailure.Unwanted)) {
                snapshots.failed(e.reason());
            }
            detach(attempt.with(attempt.patience().firm(REPAIR_NANOS)));
            throw e;
        }
        RedisReport after = detach(attempt.with(attempt.patience().firm(REPAIR_NANOS))).report();
        return new Outcome.Salvaged(after, kept.name(), kept.size());
    }

    private SalvageStore.Kept takeSnapshot(Attempt attempt, Salvage operation)
            throws OperationFailure {
        ReplicationUser user = SnapshotFetch.user(operation);
        boolean guarded = users.create(attempt, user);
        users.deleteAllBut(attempt, guarded ? user.name() : "");
        Map<String, String> values = new LinkedHashMap<>();
        values.put("min-replicas-to-write", NEVER);
        values.put("repl-diskless-sync-delay", "0");
        knobs.set(attempt, values);
        attempt.text("REPLICAOF NO ONE", "REPLICAOF", "NO", "ONE");
        Snapshot master = attempt.look(observer);
        requireRun(master.report(), operation.runId());
        return snapshots.fetch(attempt, operation, guarded);
    }

    private Snapshot detach(Attempt attempt) throws OperationFailure {
        if (!attempt.look(observer).report().follows(RedisEndpoint.DEAD)) {
            replicaOf(attempt, RedisEndpoint.DEAD);
        }
        leaveDuty(attempt);
        return attempt.look(
                observer,
                seen -> seen.report().follows(RedisEndpoint.DEAD) && drained(seen.report()),
                "expected Redis to follow nobody and to have applied all it received, in time");
    }

    private Snapshot follow(Attempt attempt, RedisEndpoint master, ReplicationUser user)
            throws OperationFailure {
        if (master.equals(settings.announced())) {
            throw new OperationFailure("a Redis cannot follow itself (" + master + ")");
        }
        Snapshot before = attempt.look(observer);
        boolean following = before.report().follows(master);
        Map<String, String> values = login(attempt, user);
        boolean newLogin = !values.isEmpty();
        values.putAll(announcement());
        if (!following) {
            // Before 7.0 this forgets the backlog, which whoever starts to follow can do without.
            values.putAll(backlogSize(before));
        }
        knobs.set(attempt, values);
        if (!following) {
            replicaOf(attempt, master);
        } else if (waitsInVain(attempt, before.report(), newLogin)) {
            // Redis tries once a second; told anew, it tries at once.
            replicaOf(attempt, RedisEndpoint.DEAD);
            replicaOf(attempt, master);
        }
        leaveDuty(attempt);
        return attempt.look(
                observer,
                seen -> seen.report().follows(master),
                "expected Redis to name " + master + " as its master in time");
    }

    /** What a master has and nobody else: our users, and a number of replicas to wait for. */
    private void leaveDuty(Attempt attempt) throws OperationFailure {
        readiness = null;
        goOn(attempt);
        users.deleteAll(attempt);
        knobs.set(attempt, Map.of("min-replicas-to-write", "0"));
    }

    private void prepareToLead(Attempt attempt, Snapshot before, int minReplicas)
            throws OperationFailure {
        Map<String, String> values = announcement();
        values.put("repl-backlog-ttl", "0");
        values.put("repl-diskless-sync-delay", "0");
        values.put("min-replicas-to-write", Integer.toString(minReplicas));
        boolean keepsHistory = before.report().version().major() >= 7;
        if (keepsHistory || !before.report().backlogActive()) {
            values.putAll(backlogSize(before));
        }
        List<String> refused = knobs.set(attempt, values);
        if (minReplicas > 0 && refused.contains("min-replicas-to-write")) {
            throw new OperationFailure(
                    "writes are to be refused below "
                            + minReplicas
                            + " replicas, and Redis does not let min-replicas-to-write be set");
        }
    }

    /** {@code masteruser} and {@code masterauth}, where they are not what they should be. */
    private Map<String, String> login(Attempt attempt, ReplicationUser user)
            throws OperationFailure {
        String name = setting(attempt, "masteruser");
        String password = setting(attempt, "masterauth");
        String wantedName = user.name();
        String wantedPassword = user.password();
        if (wantedPassword.isEmpty()) {
            // No replication user: what people have set stays, unless it is a leftover of ours.
            if (!name.startsWith(ReplicationUser.PREFIX) && !password.isEmpty()) {
                return new LinkedHashMap<>();
            }
            wantedName = settings.username();
            wantedPassword = settings.password().get();
        }
        Map<String, String> values = new LinkedHashMap<>();
        if (!name.equals(wantedName) || !password.equals(wantedPassword)) {
            values.put("masteruser", wantedName);
            values.put("masterauth", wantedPassword);
        }
        return values;
    }

    private String setting(Attempt attempt, String name) throws OperationFailure {
        try {
            List<String> pair =
                    attempt.ask(
                            "CONFIG GET " + name, () -> attempt.link().list("CONFIG", "GET", name));
            return pair.size() < 2 ? "" : pair.get(1);
        } catch (OperationFailure.Refused _) {
            return "";
        }
    }

    private Map<String, String> announcement() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("replica-announce-ip", settings.announced().host().toString());
        values.put("replica-announce-port", Integer.toString(settings.announced().port()));
        return values;
    }

    private Map<String, String> backlogSize(Snapshot seen) {
        long target = sizing.target(seen.backlogSize());
        return target > seen.backlogSize()
                ? Map.of("repl-backlog-size", Long.toString(target))
                : Map.of();
    }

    /** Whether it waits for its next attempt, which may be a second away. */
    private boolean waitsInVain(Attempt attempt, RedisReport report, boolean newLogin)
            throws OperationFailure {
        MasterLink link = report.link();
        if (link == null || link.up() || link.syncInProgress()) {
            return false;
        }
        try {
            List<Object> role = attempt.ask("ROLE", () -> attempt.link().array("ROLE"));
            String state = role.size() > 3 ? String.valueOf(role.get(3)) : "";
            return (newLogin ? NOT_LET_IN : WAITING).contains(state);
        } catch (OperationFailure.Refused _) {
            return newLogin;
        }
    }

    private void awaitTail(Attempt attempt, Position tail, long nanos) throws OperationFailure {
        Patience patience = attempt.patience();
        try {
            attempt.with(patience.atMost(Math.min(nanos, patience.left() / 2)))
                    .look(
                            observer,
                            seen -> !streams(seen.report(), tail),
                            "the tail did not come in time");
        } catch (OperationFailure e) {
            patience.check();
            LOG.info("detaching without the tail up to {}: {}", tail, e.reason());
        }
    }

    /** Whether more of the tail can still come. */
    private static boolean streams(RedisReport report, Position tail) {
        return streams(report)
                && report.replicationId().equals(tail.id())
                && report.appliedOffset() < tail.offset();
    }

    private static boolean streams(RedisReport report) {
        MasterLink link = report.link();
        return link != null && link.up();
    }

    private static boolean drained(RedisReport report) {
        MasterLink link = report.link();
        return link != null && link.drained();
    }

    private static void replicaOf(Attempt attempt, RedisEndpoint master) throws OperationFailure {
        attempt.text(
                "REPLICAOF " + master,
                "REPLICAOF",
                master.host().toString(),
                Integer.toString(master.port()));
    }

    private static void requireRun(RedisReport report, String runId) throws OperationFailure {
        if (!report.runId().equals(runId)) {
            throw new OperationFailure(
                    "expected the Redis of run_id "
                            + runId
                            + ", found "
                            + report.runId()
                            + ": it restarted, and what it holds now did not win");
        }
    }
}

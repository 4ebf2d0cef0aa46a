package io.hive.proxy.reads;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.Standing;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.ElectionView;
import io.hive.proxy.route.Doorkeeper;
import io.hive.proxy.route.Route;
import io.hive.proxy.route.RouteSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where reads go: to the local replica while it is fresh, else to a fresher one, else to the
 * master. Whoever serves goes on serving while it is fit, so that sessions keep their cursors; only
 * for the local replica they move back.
 *
 * <p>{@link #viewed} is for the control thread, the rest for any.
 */
public final class ReadRoutes implements RouteSource, Doorkeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ReadRoutes.class);

    private static final long MILLI = 1_000_000;

    /**
     * How old the place may be that a leader tells: it looks at its Redis every 100 ms, and what is
     * not answered within 200 ms is silence.
     */
    private static final long LOOK_NANOS = 300 * MILLI;

    /** For how long a replica must have been fit before sessions move to it from who serves. */
    private static final long STEADY_NANOS = 1_000 * MILLI;

    /** A lease is renewed when this much can be added. */
    private static final long RENEW_NANOS = 20 * MILLI;

    private final long maxLagNanos;
    private final RouteSource master;
    private final Supplier<Login> logins;
    private final Freshness freshness = new Freshness();
    private final Proofs proofs = new Proofs();
    private final Steadiness steadiness = new Steadiness(STEADY_NANOS);
    private final List<Consumer<Route>> listeners = new CopyOnWriteArrayList<>();

    private volatile Choice choice = new Choice(Serving.By.NOBODY, null, closed("starting"), "");
    private final AtomicLong moves = new AtomicLong();
    private volatile long lastShownNanos;

    /** What the master told last, and was taken. */
    private @Nullable Object heardOfMaster;

    /**
     * Who serves.
     *
     * @param node whose Redis it is, null for the master or nobody
     * @param route of a replica with its lease; for the master what is closed while it has none
     */
    private record Choice(Serving.By by, @Nullable NodeId node, Route route, String reason) {}

    /**
     * Nobody serves before the first view.
     *
     * @param maxLag {@code HIVE_MAX_READ_LAG}
     * @param master where commands go
     * @param logins how the sidecar logs in to any Redis of the hive; must not block
     */
    public ReadRoutes(Duration maxLag, RouteSource master, Supplier<Login> logins) {
        this.maxLagNanos = maxLag.toNanos();
        this.master = master;
        this.logins = logins;
        var _ = master.listen(this::masterMoved);
    }

    // ---- the route

    @Override
    public Route current() {
        Choice now = choice;
        return now.by() == Serving.By.MASTER ? unheld(master.current()) : now.route();
    }

    /** A handover holds commands back since they may write: reads need not wait for it. */
    private static Route unheld(Route route) {
        return route instanceof Route.Held held ? held.to() : route;
    }

    @Override
    public Runnable listen(Consumer<Route> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void masterMoved(Route next) {
        if (choice.by() == Serving.By.MASTER && !(next instanceof Route.Held)) {
            publish();
        }
    }

    private void publish() {
        Route now = current();
        listeners.forEach(listener -> listener.accept(now));
    }

    private static Route closed(String reason) {
        return new Route.Closed("reads: " + reason);
    }

    // ---- the choice

    /** Takes what the election knows, and chooses. Control thread only. */
    public void viewed(ElectionView view, long now) {
        List<Candidate> candidates = Candidates.of(view);
        learn(view, candidates, now);
        Choice next = choose(view, candidates, now);
        Choice before = choice;
        if (next.by() == before.by() && same(next, before)) {
            renew(before, next, now);
            return;
        }
        choice = next;
        if (before.by() != Serving.By.NOBODY && next.by() != Serving.By.NOBODY) {
            moves.incrementAndGet();
        }
        LOG.info("reads are served by {}", describe(next, view));
        publish();
    }

    /** The same Redis in the same life of a route: sessions keep their connections. */
    private static boolean same(Choice one, Choice two) {
        if (one.by() == Serving.By.MASTER || one.by() == Serving.By.NOBODY) {
            return true;
        }
        return one.node() != null
                && one.node().equals(two.node())
                && one.route() instanceof Route.Open open
                && two.route() instanceof Route.Open other
                && open.master().equals(other.master());
    }

    private void renew(Choice before, Choice next, long now) {
        if (before.route() instanceof Route.Open old
                && next.route() instanceof Route.Open fresh
                && fresh.leaseNanos() - old.leaseNanos() >= RENEW_NANOS) {
            Route.Open renewed = new Route.Open(old.leadership(), old.master(), fresh.leaseNanos());
            choice = new Choice(next.by(), next.node(), renewed, next.reason());
            // Read after the renewal is visible: whoever saw the old lease end is told.
            if (!old.leased(now)) {
                publish();
            }
        } else if (next.by() == Serving.By.MASTER || next.by() == Serving.By.NOBODY) {
            choice = next;
        }
    }

    private void learn(ElectionView view, List<Candidate> candidates, long now) {
        masterAt(view, now);
        for (Candidate candidate : candidates) {
            Position position = candidate.position();
            if (!candidate.fit() || position == null) {
                freshness.forget(candidate.node());
            } else {
                freshness.replicaAt(candidate.node(), position);
            }
        }
        freshness.keepOnly(candidates.stream().map(Candidate::node).toList());
    }

    /** Each heartbeat, and each look at the local master, is taken once: when it is new. */
    @SuppressWarnings("ReferenceEquality") // which heartbeat it was
    private void masterAt(ElectionView view, long now) {
        LeaderNotice leader = view.leader();
        if (leader == null) {
            return;
        }
        NodeId node = leader.leadership().leader().node();
        if (view.self().node().equals(node)) {
            RedisReport report = view.redis();
            if (view.state() == NodeState.LEADING
                    && report != null
                    && report.isMaster()
                    && report != heardOfMaster) {
                heardOfMaster = report;
                freshness.masterAt(report.position(), now - LOOK_NANOS);
            }
            return;
        }
        for (ElectionView.PeerView peer : view.peers()) {
            Standing standing = peer.standing();
            Long heard = peer.heardNanos();
            if (peer.node().equals(node)
                    && peer.state() == NodeState.LEADING
                    && standing != null
                    && heard != null
                    && standing != heardOfMaster
                    && standing.holding() instanceof Holding.Lineage(Position position)) {
                heardOfMaster = standing;
                freshness.masterAt(position, heard - LOOK_NANOS);
            }
        }
    }

    private Choice choose(ElectionView view, List<Candidate> candidates, long now) {
        if (view.state() == NodeState.FENCED) {
            return new Choice(
                    Serving.By.NOBODY,
                    null,
                    closed("fenced off: neither discovery nor a peer answers"),
                    "fenced off");
        }
        Choice before = choice;
        Candidate local = candidates.getFirst();
        boolean nobody = !serves(before, candidates, view, now);
        steadiness.saw(candidates, candidate -> fit(candidate, now), now);
        if (fit(local, now)
                && (nobody || isBy(before, local) || steadiness.steady(local.node(), now))) {
            return replica(Serving.By.LOCAL, local, "the local replica is in sync", view);
        }
        String why = why(local, now);
        Candidate best = null;
        for (Candidate candidate : candidates) {
            if (candidate.local() || !fit(candidate, now)) {
                continue;
            }
            boolean may = nobody || steadiness.steady(candidate.node(), now);
            if (isBy(before, candidate)) {
                best = candidate;
                break;
            }
            if (may && (best == null || fresher(candidate, best))) {
                best = candidate;
            }
        }
        if (best != null && !(isBy(before, local) && fit(local, now))) {
            return replica(Serving.By.REPLICA, best, why, view);
        }
        if (view.routed() && view.leader() != null) {
            return new Choice(
                    Serving.By.MASTER,
                    null,
                    closed("no master"),
                    why + "; no other replica is fit");
        }
        return new Choice(
                Serving.By.NOBODY, null, closed(why + "; nobody leads"), why + "; nobody leads");
    }

    /** Whether who was chosen last can go on. */
    private boolean serves(Choice before, List<Candidate> candidates, ElectionView view, long now) {
        return switch (before.by()) {
            case NOBODY -> false;
            case MASTER -> view.routed();
            case LOCAL, REPLICA ->
                    candidates.stream().anyMatch(c -> isBy(before, c) && fit(c, now));
        };
    }

    private static boolean isBy(Choice before, Candidate candidate) {
        return candidate.node().equals(before.node())
                && before.route() instanceof Route.Open open
                && open.master().equals(candidate.redis());
    }

    private static boolean fresher(Candidate one, Candidate two) {
        Position first = one.position();
        Position second = two.position();
        if (first == null || second == null) {
            return second == null && first != null;
        }
        return first.offset() > second.offset();
    }

    private boolean fit(Candidate candidate, long now) {
        Long shown = freshness.shownAt(candidate.node());
        return candidate.fit()
                && shown != null
                && now - shown < maxLagNanos
                && !proofs.failedLately(candidate.redis(), now);
    }

    private String why(Candidate candidate, long now) {
        if (!candidate.fit()) {
            return candidate.objection();
        }
        Long shown = freshness.shownAt(candidate.node());
        if (shown == null) {
            return "the local replica has not been seen to hold what the master has";
        }
        if (now - shown >= maxLagNanos) {
            return "the local replica is behind by "
                    + (now - shown) / MILLI
                    + " ms of at most "
                    + maxLagNanos / MILLI;
        }
        String failure = proofs.failure(candidate.redis());
        return failure.isEmpty() ? "the local replica was not fit a moment ago" : failure;
    }

    private Choice replica(Serving.By by, Candidate chosen, String reason, ElectionView view) {
        Long shown = freshness.shownAt(chosen.node());
        Position position = chosen.position();
        if (shown == null || position == null) {
            throw new IllegalStateException(chosen + " was chosen and is not fit");
        }
        proofs.chosen(position);
        lastShownNanos = shown;
        return new Choice(
                by,
                chosen.node(),
                new Route.Open(term(view), chosen.redis(), shown + maxLagNanos),
                reason);
    }

    /** Names a connection's time: the leadership in which the Redis was chosen. */
    private static Leadership term(ElectionView view) {
        Leadership leadership = view.leadership();
        return leadership == null
                ? new Leadership(Math.max(1, view.epoch()), view.self())
                : leadership;
    }

    // ---- who looks at connections

    @Override
    public Doorkeeper doorkeeper() {
        return this;
    }

    @Override
    public Login login() {
        return logins.get();
    }

    @Override
    public @Nullable String objection(RedisEndpoint redis, String info) {
        return proofs.objection(info, choice.by() == Serving.By.MASTER);
    }

    @Override
    public void failed(RedisEndpoint redis, String reason) {
        proofs.failed(redis, reason, System.nanoTime());
    }

    // ---- to be shown

    /** Who serves now. */
    public Serving serving() {
        Choice now = choice;
        return switch (now.by()) {
            case NOBODY -> new Serving(now.by(), null, null, null, now.reason(), moves.get());
            case LOCAL, REPLICA ->
                    new Serving(
                            now.by(),
                            now.route() instanceof Route.Open open ? open.master() : null,
                            now.node(),
                            Duration.ofNanos(System.nanoTime() - lastShownNanos),
                            now.reason(),
                            moves.get());
            case MASTER ->
                    unheld(master.current()) instanceof Route.Open open
                            ? new Serving(
                                    now.by(),
                                    open.master(),
                                    open.leadership().leader().node(),
                                    Duration.ZERO,
                                    now.reason(),
                                    moves.get())
                            : new Serving(
                                    Serving.By.NOBODY,
                                    null,
                                    null,
                                    null,
                                    now.reason() + "; the route to the master is closed",
                                    moves.get());
        };
    }

    private String describe(Choice next, ElectionView view) {
        return switch (next.by()) {
            case NOBODY -> "nobody: " + next.reason();
            case LOCAL -> "the local Redis: " + next.reason();
            case REPLICA -> "the Redis of " + next.node() + ": " + next.reason();
            case MASTER -> {
                Leadership leadership = view.leadership();
                yield "the master"
                        + (leadership == null ? "" : " of " + leadership.leader().node())
                        + ": "
                        + next.reason();
            }
        };
    }
}

package io.hive.election.sim;

import io.hive.core.node.NodeState;
import io.hive.core.redis.RedisEndpoint;
import io.hive.election.ElectionView;
import io.hive.election.sim.SimDataset.Snapshot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One seed: first anything may fail and nothing bad may happen (safety), then faults stop among a
 * core of the pods and a hive must come of it in time (liveness).
 */
final class Simulation {
    /**
     * From the last fault to a served hive: the cold start's one deadline (10 s), a Redis's silence
     * (10 s), a late full synchronisation (11 s at most here) and what Redis's and TCP's retries
     * add.
     */
    private static final long RECOVERY_LIMIT = 60 * SimTime.SECOND;

    /** How long everything must have been right, so that a lucky moment does not count. */
    private static final long STABLE = 2 * SimTime.SECOND;

    private static final long LOOK = 100 * SimTime.MILLI;

    private final long seed;
    private final SimScheduler scheduler;
    private final SimRandom random;
    private final SimOptions options;
    private final SimHive hive;
    private final SimClients clients;
    private final SimChecks checks;
    private final SimGraphChecks graph;
    private final SimRouteChecks routes;
    private final SimDurability durability;
    private final SimFaults faults;
    private final SimStatistics statistics = new SimStatistics();
    private List<SimPod> core = List.of();
    private List<SimPod> cutLink = List.of();

    Simulation(long seed, Function<SimScheduler, SimTrace> trace) {
        this.seed = seed;
        this.scheduler = new SimScheduler();
        SimRandom root = new SimRandom(seed);
        this.options = SimOptions.draw(root.fork());
        this.random = root.fork();
        this.hive =
                new SimHive(
                        scheduler,
                        root.fork(),
                        trace.apply(scheduler),
                        options.settings(),
                        own ->
                                new SimNetwork(
                                        scheduler,
                                        own,
                                        options.delayMinNanos(),
                                        options.delayMaxNanos(),
                                        options.asymmetryNanos()),
                        own ->
                                new SimTimes(
                                        own,
                                        options.load(),
                                        options.syncDelay(),
                                        options.transfer(),
                                        options.streamDelay()),
                        options.clocks(),
                        false);
        this.clients = new SimClients(hive, root.fork(), options.writeMeanNanos());
        this.checks = new SimChecks(hive, clients);
        this.graph = new SimGraphChecks(hive);
        this.routes = new SimRouteChecks(hive);
        this.durability = new SimDurability(hive);
        this.faults = new SimFaults(hive, root.fork(), options, clients, statistics);
        hive.watch(statistics);
        hive.watch(checks);
        hive.watch(graph);
        hive.watch(routes);
        hive.watch(durability);
        hive.watch(faults);
    }

    /** Runs one seed without a trace. */
    static Simulation of(long seed) {
        return new Simulation(seed, SimTrace::off);
    }

    SimOptions options() {
        return options;
    }

    SimStatistics statistics() {
        return statistics;
    }

    /**
     * Runs both phases.
     *
     * @throws SimViolation with the seed, the time and what was violated
     */
    void run() {
        try {
            begin();
            runUntil(options.safetyNanos());
            live();
        } catch (RuntimeException | StackOverflowError e) {
            hive.trace(SimTrace.Kind.CHECK, null, () -> "VIOLATION " + e.getMessage());
            SimInvariant invariant =
                    e instanceof SimViolation known ? known.invariant() : SimInvariant.NO_EXCEPTION;
            SimViolation failure =
                    new SimViolation(
                            invariant,
                            "seed "
                                    + seed
                                    + " at "
                                    + SimTime.seconds(scheduler.now())
                                    + " s: "
                                    + invariant
                                    + ": "
                                    + (e instanceof SimViolation ? e.getMessage() : thrown(e)));
            failure.initCause(e);
            statistics.violated(invariant);
            throw failure;
        } finally {
            statistics.ended(options, scheduler, clients);
        }
    }

    /** An exception of the election's own, with where it came from. */
    private static String thrown(Throwable e) {
        StackTraceElement[] frames = e.getStackTrace();
        return e + (frames.length == 0 ? "" : " at " + frames[0]);
    }

    private void runUntil(long nanos) {
        while (scheduler.runNext(nanos)) {
            // Each event is checked as it happens.
        }
    }

    private void begin() {
        hive.trace(SimTrace.Kind.CHECK, null, () -> "seed " + seed + ": " + options);
        List<SimPod> pods = new ArrayList<>();
        for (int i = 0; i < options.nodes(); i++) {
            pods.add(hive.addPod(options.setup(random)));
        }
        boolean late = options.quietNanos() > 0 && pods.size() > 1;
        if (late) {
            leaveSnapshots(List.of(pods.getLast()));
            clients.pause(true);
            scheduler.after(options.quietNanos() + SimTime.SECOND, () -> clients.pause(false));
        } else if (random.chance(options.dataAtStart())) {
            leaveSnapshots(pods);
        }
        boolean atOnce = random.chance(0.5);
        for (SimPod pod : pods) {
            hive.dns().publish(pod, atOnce ? 0 : random.between(0, options.startSpreadNanos()));
            clients.start(pod);
            scheduler.after(
                    random.between(0, options.startSpreadNanos())
                            + (late && pod == pods.getLast() ? options.quietNanos() : 0),
                    () -> {
                        hive.startRedis(pod);
                        hive.startSidecar(pod);
                    });
        }
        checks.start();
        graph.start();
        routes.start();
        durability.start();
        faults.start();
    }

    /** Snapshots of one history, of different age, some without their place in it. */
    private void leaveSnapshots(List<SimPod> pods) {
        var id = hive.freshId();
        int most = (int) random.between(1, 200);
        for (int i = 0; i < most; i++) {
            clients.acknowledged().set(clients.freshValue());
        }
        for (SimPod pod : pods) {
            if (random.chance(0.7)) {
                BitSet keys = new BitSet();
                keys.set(0, (int) random.between(1, most));
                pod.redis.putOnDisk(
                        new Snapshot(
                                keys,
                                random.chance(0.8) ? id : null,
                                1 + 40L * keys.cardinality()));
            }
        }
    }

    // ---- Liveness ---------------------------------------------------------------------------

    private void live() {
        faults.end();
        core = chooseCore();
        hive.trace(SimTrace.Kind.FAULT, null, () -> "faults stop; core " + core);
        clients.pause(true);
        cutLink = cutOneLink();
        for (SimPod pod : core) {
            hive.startRedis(pod);
            hive.startSidecar(pod);
        }
        List<BitSet> survivors = survivors();
        int before = clients.written();
        long stopped = scheduler.now();
        awaitOneHive(stopped);
        statistics.recovered(scheduler.now() - STABLE - stopped);
        SimPod leader = leader();
        if (cutLink.isEmpty()) {
            theBestSurvived(leader, survivors, before);
            promisesAreKept(leader);
        }
        long epoch = epoch();
        writesAreServed(leader);
        everyoneHasTheSame(leader);
        if (epoch() != epoch) {
            throw new SimViolation(
                    SimInvariant.ROLES_QUIET,
                    "epoch " + epoch() + " after " + epoch + ", and nothing has failed since");
        }
        BitSet lost = (BitSet) clients.acknowledged().clone();
        lost.andNot(leader.redis.data.keys);
        statistics.lost(lost.cardinality());
    }

    private long epoch() {
        return core.stream()
                .map(pod -> pod.sidecar)
                .filter(node -> node != null && node.view() != null)
                .mapToLong(node -> node.view().epoch())
                .max()
                .orElse(0);
    }

    /** One link among the core is down for good: its ends hear of each other through the rest. */
    private List<SimPod> cutOneLink() {
        if (core.size() < 3 || !random.chance(0.1)) {
            return List.of();
        }
        SimPod one = random.pick(core);
        SimPod other = random.pick(core);
        if (one == other) {
            return List.of();
        }
        hive.network().cut(one.index, other.index);
        hive.network().cut(other.index, one.index);
        hive.trace(SimTrace.Kind.FAULT, null, () -> "cut for good: " + one + " | " + other);
        return List.of(one, other);
    }

    private void promisesAreKept(SimPod leader) {
        String broken = durability.broken(leader.redis.data.keys, core);
        if (broken != null) {
            throw new SimViolation(
                    SimInvariant.ACKNOWLEDGED_SURVIVES, leader + " serves without " + broken);
        }
    }

    /** All pods, or some of them, with the rest dead or out of reach for good. */
    private List<SimPod> chooseCore() {
        List<SimPod> all = hive.pods();
        if (all.size() < 2 || random.chance(0.5)) {
            return all;
        }
        List<SimPod> chosen = new ArrayList<>();
        List<SimPod> rest = new ArrayList<>();
        for (SimPod pod : all) {
            (random.chance(0.6) ? chosen : rest).add(pod);
        }
        if (chosen.isEmpty()) {
            chosen.add(rest.removeFirst());
        }
        for (SimPod pod : rest) {
            boolean vanished = random.chance(0.5);
            hive.killPod(pod, vanished);
            hive.remove(pod);
            if (vanished) {
                for (SimPod other : hive.allPods()) {
                    hive.network().cut(pod.index, other.index);
                    hive.network().cut(other.index, pod.index);
                }
            }
            if (random.chance(0.5)) {
                hive.dns().withdraw(pod, random.between(0, 10) * SimTime.SECOND);
            }
        }
        return List.copyOf(chosen);
    }

    /** What the Redises of the core hold of known history, in memory or to be loaded. */
    private List<BitSet> survivors() {
        List<BitSet> held = new ArrayList<>();
        for (SimPod pod : core) {
            if (pod.redis.known()) {
                held.add((BitSet) pod.redis.held().clone());
            }
        }
        return held;
    }

    private void awaitOneHive(long stopped) {
        long rightSince = -1;
        String wrong = "";
        while (scheduler.now() - stopped < RECOVERY_LIMIT) {
            runUntil(scheduler.now() + LOOK);
            String now = whatIsWrong();
            if (now == null) {
                rightSince = rightSince < 0 ? scheduler.now() : rightSince;
                if (scheduler.now() - rightSince >= STABLE) {
                    return;
                }
            } else {
                rightSince = -1;
                wrong = now;
            }
        }
        throw new SimViolation(
                SimInvariant.ONE_HIVE_IN_TIME,
                "no hive within "
                        + SimTime.seconds(RECOVERY_LIMIT)
                        + " s of the last fault among "
                        + core
                        + ": "
                        + wrong);
    }

    /** What is still missing until the core is one hive; null where nothing is. */
    private @Nullable String whatIsWrong() {
        SimPod leader = null;
        for (SimPod pod : core) {
            ElectionView view = pod.sidecar == null ? null : pod.sidecar.view();
            if (view == null) {
                return pod + " shows nothing";
            }
            if (view.state() == NodeState.LEADING) {
                if (leader != null) {
                    return leader + " and " + pod + " lead";
                }
                leader = pod;
            } else if (view.state() != NodeState.FOLLOWING) {
                return pod + " is " + view.state() + ", waiting for: " + view.waitingFor();
            }
        }
        if (leader == null) {
            return "nobody leads";
        }
        for (SimPod pod : core) {
            String wrong = whatIsWrong(pod, leader);
            if (wrong != null) {
                return pod + wrong;
            }
        }
        return null;
    }

    private @Nullable String whatIsWrong(SimPod pod, SimPod leader) {
        SimNode node = pod.sidecar;
        if (node == null || node.view() == null || leader.sidecar == null) {
            return " is away";
        }
        ElectionView view = node.view();
        ElectionView leading = leader.sidecar.view();
        if (leading == null
                || view.leadership() == null
                || !view.leadership().equals(leading.leadership())) {
            return " follows " + view.leadership();
        }
        if (pod != leader && cutLink.contains(pod) && cutLink.contains(leader)) {
            // it knows whom to follow, and cannot reach that one
            return null;
        }
        SimRoute route = node.openRoute();
        if (route == null || !route.master().equals(leader.endpoint)) {
            return " has the route " + route;
        }
        RedisEndpoint master = pod.redis.master();
        if (pod == leader) {
            return master == null ? null : "'s Redis is no master though it leads";
        }
        if (!leader.endpoint.equals(master) || !pod.redis.linkUp() || pod.redis.loading()) {
            return "'s Redis is not in sync: " + pod.redis.brief();
        }
        return view.inSync() ? null : " does not say that it is in sync";
    }

    private SimPod leader() {
        for (SimPod pod : core) {
            if (pod.sidecar != null
                    && pod.sidecar.view() != null
                    && pod.sidecar.view().state() == NodeState.LEADING) {
                return pod;
            }
        }
        throw new SimViolation(SimInvariant.ROLES_QUIET, "the leader is gone");
    }

    /** No dataset that survived had all that is served now and more. */
    private void theBestSurvived(SimPod leader, List<BitSet> survivors, int before) {
        BitSet served = leader.redis.data.keys.get(0, Math.max(before, 1));
        for (BitSet held : survivors) {
            BitSet missing = checks.missing(served, held);
            if (!missing.isEmpty()) {
                throw new SimViolation(
                        SimInvariant.BEST_DATA_SERVED,
                        leader
                                + " serves "
                                + served.cardinality()
                                + " keys; a Redis that survived had all of them and "
                                + missing.cardinality()
                                + " acknowledged writes more");
            }
        }
    }

    private void writesAreServed(SimPod leader) {
        int before = clients.acknowledged().cardinality();
        clients.pause(false);
        runUntil(scheduler.now() + 2 * SimTime.SECOND);
        clients.pause(true);
        if (clients.acknowledged().cardinality() == before
                && hive.settings().acknowledge() + (cutLink.isEmpty() ? 0 : 1) < core.size()) {
            throw new SimViolation(
                    SimInvariant.WRITES_SERVED, "no write is acknowledged by " + leader);
        }
    }

    private void everyoneHasTheSame(SimPod leader) {
        runUntil(scheduler.now() + 2 * SimTime.SECOND);
        String wrong = whatIsWrong();
        if (wrong != null) {
            throw new SimViolation(
                    SimInvariant.ROLES_QUIET,
                    "was one hive, and without a fault no longer is: " + wrong);
        }
        for (SimPod pod : core) {
            boolean unreachable = cutLink.contains(pod) && cutLink.contains(leader);
            if (!unreachable && !pod.redis.data.keys.equals(leader.redis.data.keys)) {
                throw new SimViolation(
                        SimInvariant.ALL_THE_SAME,
                        pod + " holds other data than " + leader + ": " + pod.redis.brief());
            }
        }
    }
}

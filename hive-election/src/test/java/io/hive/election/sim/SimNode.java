package io.hive.election.sim;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.node.BootId;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisReport;
import io.hive.election.Control;
import io.hive.election.Effect;
import io.hive.election.Election;
import io.hive.election.ElectionView;
import io.hive.election.Input;
import io.hive.election.Step;
import java.util.ArrayDeque;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One life of a sidecar: the world around a production {@link Control} and its {@link Election}. It
 * gives it turns, discovery, peers and observations, and hands effects to what stands in for the
 * mesh, the route and Redis.
 */
final class SimNode {
    private static final long OBSERVE = 100 * SimTime.MILLI;
    private static final long DISCOVER = SimTime.SECOND;
    private static final long REDIS_LIMIT = 10 * SimTime.SECOND;

    private final SimHive hive;
    private final SimPod pod;
    private final SimRandom random;
    private final Member member;
    private final long driftPpm;
    private long clockNanos;
    private final Control control;
    private final int inboxLimit;
    private final ArrayDeque<Input> inbox = new ArrayDeque<>();
    private final SimMesh mesh;
    private final SimOperations operations;
    private final SimGate gate = new SimGate(this::frozen);
    private @Nullable ElectionView view;
    private @Nullable SimRoute route;
    private boolean held;
    private long handoffs;
    private @Nullable RedisReport lastReport;
    private boolean stopped;
    private int freezes;
    private int starvations;
    private boolean turnMissed;
    private boolean stepping;
    private boolean asking;
    private boolean knewOthers;
    private long discoveredNanos;
    private long steppedNanos;
    private long steppedClock;
    private long gapNanos;
    private long userEpoch;
    private boolean draining;
    private long awakeSinceNanos;
    private long lastReplyNanos;
    private final NavigableMap<Long, Long> epochSinceNanos = new TreeMap<>();

    // The watcher of the local Redis.
    private long askedProcess = -1;
    private long heardNanos;
    private long lostNanos = Long.MIN_VALUE;

    SimNode(SimHive hive, SimPod pod) {
        this.hive = hive;
        this.pod = pod;
        this.random = hive.random().fork();
        this.member = new Member(pod.node, new BootId(random.bits()));
        // A monotonic clock starts anywhere, below zero as well, and runs a little fast or slow.
        this.clockNanos = hive.fixedTimes() ? 0 : random.between(-1L << 50, 1L << 50);
        this.driftPpm = hive.fixedTimes() ? 0 : hive.clocks().driftPpm(random);
        this.inboxLimit = hive.clocks().inboxLimit();
        this.awakeSinceNanos = hive.scheduler().now();
        this.steppedNanos = awakeSinceNanos;
        this.steppedClock = clock();
        Election election =
                new Election(
                        hive.settings(),
                        member,
                        pod.endpoint,
                        hive.wallMillis(random),
                        () -> pod.redis.setup.acl() ? random.hex(16) : "",
                        clock());
        this.control =
                new Control(
                        election, hive.settings().tickNanos(), clock(), this::show, this::carryOut);
        this.mesh = new SimMesh(this, hive);
        this.operations = new SimOperations(this, hive);
    }

    void start() {
        hive.trace(SimTrace.Kind.FAULT, pod, () -> "sidecar starts, boot " + member.boot());
        mesh.start();
        observe();
        discover();
        turn();
    }

    // ---- Life -------------------------------------------------------------------------------

    SimPod pod() {
        return pod;
    }

    NodeId node() {
        return member.node();
    }

    Member member() {
        return member;
    }

    SimMesh mesh() {
        return mesh;
    }

    SimRandom random() {
        return random;
    }

    boolean stopped() {
        return stopped;
    }

    boolean frozen() {
        return freezes > 0;
    }

    boolean draining() {
        return draining;
    }

    /** Whether the control thread gets no processor, while the others do. */
    boolean starved() {
        return starvations > 0;
    }

    /** This sidecar's own monotonic clock. */
    long clock() {
        long now = hive.scheduler().now();
        return clockNanos + now + now / 1_000_000 * driftPpm;
    }

    /** The clock leaps forward, as where a virtual machine was moved. */
    void leap(long nanos) {
        clockNanos += nanos;
    }

    /** When the control loop last took a step, in virtual time. */
    long steppedNanos() {
        return steppedNanos;
    }

    /** How long the election, by its own clock, had stood still before its last step. */
    long gapNanos() {
        return gapNanos;
    }

    /** The highest epoch that this life has read off the name of a replication user (rule 15). */
    long userEpoch() {
        return userEpoch;
    }

    /** When discovery last answered. */
    long discoveredNanos() {
        return discoveredNanos;
    }

    /** Whether discovery last named somebody else. */
    boolean knewOthers() {
        return knewOthers;
    }

    /** Neither frozen, nor starved, nor started within this time. */
    boolean awakeFor(long nanos) {
        return !stopped && !held() && hive.scheduler().now() - awakeSinceNanos >= nanos;
    }

    /** The process ends; its peers see their connections close unless the machine vanished. */
    void stop(boolean vanished) {
        if (!stopped) {
            stopped = true;
            route = null;
            gate.clear();
            inbox.clear();
            mesh.close(vanished);
        }
    }

    void freeze() {
        freezes++;
    }

    void thaw() {
        freezes--;
        resume();
    }

    void starve() {
        starvations++;
    }

    void feed() {
        starvations--;
        resume();
    }

    private boolean held() {
        return frozen() || starved();
    }

    private void resume() {
        if (stopped || frozen()) {
            return;
        }
        boolean turnFirst = !hive.fixedTimes() && random.chance(0.5);
        if (!held()) {
            awakeSinceNanos = hive.scheduler().now();
            if (turnFirst) {
                missedTurn();
            }
        }
        gate.release();
        pump();
        missedTurn();
    }

    private void missedTurn() {
        if (turnMissed && !held()) {
            turn();
        }
    }

    void drain(String reason) {
        draining = true;
        input(new Input.Drain(reason));
    }

    /** Does something in this process: now, or when it is no longer frozen, or never. */
    void whenAwake(Runnable action) {
        if (gate.passes()) {
            runIfAlive(action);
            gate.release();
        } else {
            gate.pass(() -> runIfAlive(action));
        }
    }

    private void runIfAlive(Runnable action) {
        if (!stopped) {
            action.run();
        }
    }

    // ---- The election -----------------------------------------------------------------------

    /** What it showed after the last step; null before the first. */
    @Nullable ElectionView view() {
        return view;
    }

    /**
     * How long ago the election of this epoch began here: who came after that was not asked in it,
     * however high the epochs that were heard since.
     */
    long proposingFor(long epoch) {
        var began = epochSinceNanos.ceilingEntry(epoch);
        return began == null ? 0 : hive.scheduler().now() - began.getValue();
    }

    @Nullable SimRoute route() {
        return route;
    }

    /** The route while commands may be sent to where it leads. */
    @Nullable SimRoute openRoute() {
        return held ? null : leasedRoute();
    }

    /** The route while its lease lasts and somebody runs who looks at it. */
    @Nullable SimRoute leasedRoute() {
        SimRoute current = route;
        return current != null && !stopped && !frozen() && clock() < current.leaseNanos()
                ? current
                : null;
    }

    /** The last report that the election was told; null after a loss. */
    @Nullable RedisReport lastReport() {
        return lastReport;
    }

    /** Puts an input into the control loop's queue, unless that is full. */
    void input(Input input) {
        whenAwake(() -> {
            int waiting = inbox.size() + Control.QUEUE_LIMIT - inboxLimit;
            if (Control.admits(input, waiting)) {
                inbox.add(input);
                pump();
            } else if (Control.isToldOnce(input)) {
                // the sidecar ends itself, and its container starts it anew
                hive.overflowed(pod);
            }
        });
    }

    /** The control thread takes what waits, one at a time. */
    private void pump() {
        while (!stepping && !held() && !stopped && !inbox.isEmpty()) {
            Input input = inbox.poll();
            hive.traceInput(this, input);
            if (input instanceof Input.Observed(Observation.Reported(RedisReport report))) {
                lastReport = report;
                if (report.replicationUser() != null) {
                    userEpoch =
                            Math.max(
                                    userEpoch,
                                    ReplicationUser.epochOf(report.replicationUser()).orElse(0));
                }
            } else if (input instanceof Input.Observed(Observation.Lost _)) {
                lastReport = null;
            } else if (input instanceof Input.Discovered(Set<NodeId> nodes)) {
                discoveredNanos = hive.scheduler().now();
                knewOthers = nodes.size() > 1 || !nodes.contains(node());
            }
            enter(() -> control.take(input, clock()));
        }
    }

    private void enter(Runnable step) {
        long now = clock();
        gapNanos = now - steppedClock;
        steppedClock = now;
        steppedNanos = hive.scheduler().now();
        if (stepping) {
            throw new IllegalStateException("an election was entered twice");
        }
        stepping = true;
        step.run();
        stepping = false;
    }

    private void show(Step step) {
        ElectionView before = view;
        view = step.view();
        if (before == null || before.epoch() != view.epoch()) {
            epochSinceNanos.putIfAbsent(view.epoch(), hive.scheduler().now());
        }
        hive.stepped(this, before, step);
    }

    private void carryOut(Effect effect) {
        hive.emitted(this, effect);
        switch (effect) {
            case Effect.CloseRoute _ -> {
                route = null;
                held = false;
            }
            case Effect.OpenRoute open -> {
                route = new SimRoute(open.leadership(), open.master(), open.leaseNanos());
                held = false;
            }
            case Effect.HoldRoute hold -> {
                held = true;
                drained(hold.next());
            }
            case Effect.HandoffEnded _ -> {}
            case Effect.RenewRoute renew -> {
                if (route != null && route.leadership().equals(renew.leadership())) {
                    route = route.renewed(renew.leaseNanos());
                }
            }
            case Effect.Send send -> mesh.send(send.to(), send.message());
            case Effect.Report _ -> {}
            case Effect.Operation operation -> operations.submit(operation);
        }
    }

    /** The relay tells that nothing is under way any more; here it may be wrong. */
    private void drained(Leadership next) {
        long delay =
                hive.fixedTimes() ? 200 * SimTime.MICRO : random.between(0, 30 * SimTime.MILLI);
        hive.scheduler().after(delay, () -> input(new Input.RouteHeld(next)));
    }

    /** Somebody asks this sidecar for a planned change of master. */
    void handOff(@Nullable NodeId to) {
        input(new Input.Handoff(++handoffs, to));
    }

    // ---- What it is fed with ----------------------------------------------------------------

    /** The control thread comes round: it ticks where that is due, and takes what waits. */
    private void turn() {
        if (stopped) {
            return;
        }
        turnMissed = held();
        if (turnMissed) {
            return;
        }
        long[] wait = new long[1];
        enter(() -> wait[0] = control.turn(clock()));
        // its clock's nanoseconds are not quite everybody's
        hive.scheduler().after(wait[0] - wait[0] * driftPpm / 1_000_000, this::turn);
        pump();
    }

    private void discover() {
        if (stopped) {
            return;
        }
        hive.scheduler().after(DISCOVER, this::discover);
        if (asking) {
            return;
        }
        asking = true;
        Set<NodeId> answer = hive.dns().ask(pod);
        long latency = hive.fixedTimes() ? 0 : hive.dns().latencyNanos(pod);
        hive.scheduler()
                .after(
                        latency,
                        () ->
                                whenAwake(() -> {
                                    asking = false;
                                    if (answer == null) {
                                        input(new Input.DiscoveryFailed("SERVFAIL"));
                                    } else {
                                        mesh.know(answer);
                                        input(new Input.Discovered(answer));
                                    }
                                }));
    }

    /** What comes from the local Redis comes in order. */
    void afterReply(Runnable action) {
        long delay =
                hive.fixedTimes()
                        ? 100 * SimTime.MICRO
                        : random.between(50 * SimTime.MICRO, SimTime.MILLI);
        lastReplyNanos = Math.max(lastReplyNanos, hive.scheduler().now() + delay);
        hive.scheduler().at(lastReplyNanos, () -> whenAwake(action));
    }

    private void observe() {
        if (stopped) {
            return;
        }
        if (!frozen()) {
            look();
        }
        hive.scheduler().after(OBSERVE, this::observe);
    }

    private void look() {
        SimRedis redis = pod.redis;
        long now = hive.scheduler().now();
        if (!redis.running()) {
            if (now - lostNanos >= SimTime.SECOND || lostNanos == Long.MIN_VALUE) {
                lostNanos = now;
                input(new Input.Observed(new Observation.Lost("connection refused")));
            }
            return;
        }
        long process = redis.process();
        if (askedProcess != process) {
            heardNanos = now;
            ask(process);
        } else if (now - heardNanos >= REDIS_LIMIT) {
            if (now - lostNanos >= SimTime.SECOND) {
                lostNanos = now;
                input(new Input.Observed(new Observation.Lost("no answer for 10 s")));
            }
        } else if (now - heardNanos > 2 * OBSERVE) {
            input(new Input.Observed(new Observation.Silent((now - heardNanos) / SimTime.MILLI)));
        }
    }

    private void ask(long process) {
        askedProcess = process;
        pod.redis.whenFree(
                process,
                () -> {
                    RedisReport report = pod.redis.report();
                    afterReply(() -> {
                        if (pod.redis.process() == process) {
                            heardNanos = hive.scheduler().now();
                            input(new Input.Observed(new Observation.Reported(report)));
                            askedProcess = -1;
                        }
                    });
                });
    }

    /** The local Redis's socket closed. */
    void redisClosed() {
        operations.redisClosed();
        whenAwake(() -> {
            lostNanos = hive.scheduler().now();
            input(new Input.Observed(new Observation.Lost("connection closed")));
        });
    }

    @Override
    public String toString() {
        return pod.name();
    }
}

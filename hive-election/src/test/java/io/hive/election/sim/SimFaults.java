package io.hive.election.sim;

import io.hive.core.node.NodeState;
import io.hive.election.ElectionView;
import io.hive.election.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Injects faults for as long as it is let, and takes all of them back at the end. Elections are
 * short: some faults are aimed at them.
 */
final class SimFaults implements SimWatcher {
    /** How soon after an election began a fault that is aimed at it happens. */
    private static final long AIM = 30 * SimTime.MILLI;

    /** Writes in the course of a handover. */
    private static final int BURST = 40;

    /** No more pods than this come into being: addresses and events stay bounded. */
    private static final int PODS = 60;

    private final SimHive hive;
    private final SimRandom random;
    private final SimOptions options;
    private final SimClients clients;
    private final SimStatistics statistics;
    private final List<Runnable> running = new ArrayList<>();
    private boolean over;

    SimFaults(
            SimHive hive,
            SimRandom random,
            SimOptions options,
            SimClients clients,
            SimStatistics statistics) {
        this.hive = hive;
        this.random = random;
        this.options = options;
        this.clients = clients;
        this.statistics = statistics;
    }

    void start() {
        if (options.acknowledgersFail()) {
            acknowledgersFail();
        }
        again();
    }

    private void again() {
        if (options.faults().isEmpty()) {
            return;
        }
        hive.scheduler()
                .after(
                        1 + random.exponential(options.faultMeanNanos()),
                        () -> {
                            if (!over) {
                                inject(random.pick(options.faultList()));
                                again();
                            }
                        });
    }

    /**
     * The leader's pod fails, and so does, for less time than an election waits for it, the replica
     * that acknowledged its last writes; what is left may lag. The leader is back first, with what
     * its disk has.
     */
    private void acknowledgersFail() {
        hive.scheduler()
                .after(
                        SimTime.SECOND + random.exponential(8 * SimTime.SECOND),
                        () -> {
                            if (!over) {
                                leaderAndReplicaFail();
                                acknowledgersFail();
                            }
                        });
    }

    private void leaderAndReplicaFail() {
        SimPod leader = null;
        SimPod freshest = null;
        for (SimPod pod : hive.pods()) {
            SimNode node = pod.sidecar;
            ElectionView view = node == null ? null : node.view();
            if (view != null && view.state() == NodeState.LEADING) {
                leader = pod;
            } else if (pod.redis.linkUp()
                    && (freshest == null || pod.redis.data.offset > freshest.redis.data.offset)) {
                freshest = pod;
            }
        }
        if (leader == null || freshest == null || freshest.sidecar == null) {
            return;
        }
        SimPod ended = leader;
        SimNode frozen = freshest.sidecar;
        hive.trace(SimTrace.Kind.FAULT, ended, () -> "fault: fails with a replica that has all");
        frozen.freeze();
        hive.killPod(ended, false);
        hive.scheduler().after(random.between(1500, 5000) * SimTime.MILLI, frozen::thaw);
        hive.scheduler().after(random.between(100, 1200) * SimTime.MILLI, () -> restart(ended));
    }

    @Override
    public void stepped(SimNode node, @Nullable ElectionView before, Step step) {
        boolean begins =
                step.view().state() == NodeState.PROPOSING
                        && before != null
                        && before.state() != NodeState.PROPOSING;
        if (begins && !over && !options.faults().isEmpty() && random.chance(options.aimed())) {
            hive.scheduler()
                    .after(
                            random.between(0, AIM),
                            () -> {
                                if (!over) {
                                    inject(random.pick(options.faultList()));
                                }
                            });
        }
    }

    /** No fault is injected from now on, and what still lasts ends. */
    void end() {
        over = true;
        for (Runnable undo : List.copyOf(running)) {
            undo.run();
        }
    }

    void inject(SimFault fault) {
        SimPod pod = random.pick(hive.pods());
        statistics.fault(fault, SimStatistics.electing(hive));
        hive.trace(SimTrace.Kind.FAULT, pod, () -> "fault: " + fault.label());
        switch (fault) {
            case REDIS_KILLED -> {
                hive.killRedis(pod);
                undoLater(() -> hive.startRedis(pod));
            }
            case REDIS_RESTARTED_IN_PLACE -> {
                hive.killRedis(pod);
                hive.scheduler()
                        .after(random.between(1, 50) * SimTime.MILLI, () -> hive.startRedis(pod));
            }
            case REDIS_RESTARTED_EMPTY -> {
                pod.redis.putOnDisk(null);
                hive.killRedis(pod);
                hive.scheduler()
                        .after(random.between(1, 50) * SimTime.MILLI, () -> hive.startRedis(pod));
            }
            case REDIS_BUSY -> busy(pod);
            case REDIS_SLOW -> forAWhile(pod.redis::slow);
            case REDIS_REFUSING -> forAWhile(pod.redis::refuse);
            case LOADS_FAIL -> hive.pods().forEach(each -> forAWhile(each.redis::failLoads));
            case SIDECAR_KILLED -> {
                hive.stopSidecar(pod, false);
                undoLater(() -> hive.startSidecar(pod));
            }
            case ALL_SIDECARS_RESTARTED -> hive.pods().forEach(this::restartSidecar);
            case SIDECAR_FROZEN -> freeze(pod);
            case SIDECAR_STARVED -> starve(pod);
            case CLOCK_LEAPT -> {
                if (pod.sidecar != null) {
                    pod.sidecar.leap(random.between(300, 20_000) * SimTime.MILLI);
                }
            }
            case POD_KILLED -> killPod(pod);
            case POD_VANISHED -> vanish(pod);
            case POD_REPLACED -> replace(pod);
            case ALL_RESTARTED -> hive.pods().forEach(this::killPod);
            case DRAINED -> drain(pod);
            case CONNECTIONS_RESET -> reset(pod);
            case DIRECTION_CUT -> withOther(pod, other -> cut(List.of(pod), List.of(other), false));
            case LINK_CUT -> withOther(pod, other -> cut(List.of(pod), List.of(other), true));
            case POD_ISOLATED -> cut(List.of(pod), othersOf(pod), true);
            case PARTITIONED -> partition();
            case CUT_OFF -> {
                cut(List.of(pod), othersOf(pod), true);
                forAWhile(on -> hive.dns().fail(pod, on));
            }
            case FLICKERING -> withOther(pod, other -> flicker(() -> cutLink(pod, other)));
            case DIRECTION_SLOW -> slow(pod);
            case DIRECTION_LOSSY ->
                    withOther(
                            pod,
                            other ->
                                    forAWhile(
                                            on -> hive.network().lose(pod.index, other.index, on)));
            case MESSAGES_DROPPED -> {
                if (pod.sidecar != null) {
                    forAWhile(pod.sidecar.mesh()::drop);
                }
            }
            case DNS_SILENT -> forAWhile(on -> hive.dns().fail(pod, on));
            case DNS_FLICKERING -> flicker(() -> failDns(pod));
            case DNS_EMPTY -> forAWhile(hive.dns()::empty);
            case DNS_LATE -> forAWhile(on -> hive.dns().late(pod, on));
            case DNS_NAMES_DEAD -> forAWhile(on -> hive.dns().nameDead(pod, on));
            case DNS_PARTIAL -> forAWhile(on -> hive.dns().partial(pod, on));
            case DNS_STALE -> forAWhile(on -> hive.dns().stale(pod, on));
            case USERS_DELETED -> pod.redis.deleteUsers();
            case HANDED_OVER -> handOver(pod);
        }
    }

    /** Through any sidecar, to anybody or to one of them, and with a fault on its heels. */
    private void handOver(SimPod pod) {
        SimNode node = pod.sidecar;
        if (node == null) {
            return;
        }
        node.handOff(random.chance(0.5) ? null : random.pick(hive.pods()).node);
        // What is written while it goes on is what a wrong order of its steps loses.
        for (int i = 0; i < BURST; i++) {
            hive.scheduler()
                    .after(random.between(0, AIM), () -> clients.write(random.pick(hive.pods())));
        }
        if (random.chance(0.3)) {
            standStill(random.pick(hive.pods()), random.between(1, AIM));
        }
        if (random.chance(options.aimed())) {
            hive.scheduler()
                    .after(
                            random.between(0, AIM),
                            () -> {
                                if (!over) {
                                    inject(random.pick(options.faultList()));
                                }
                            });
        }
    }

    /** Its Redis does not look at its sockets for a moment: it lags. */
    private void standStill(SimPod pod, long nanos) {
        long process = pod.redis.process();
        if (pod.redis.running()) {
            pod.redis.busyBegins();
            hive.scheduler()
                    .after(
                            nanos,
                            () -> {
                                if (pod.redis.process() == process) {
                                    pod.redis.busyEnds();
                                }
                            });
        }
    }

    private void busy(SimPod pod) {
        long process = pod.redis.process();
        if (pod.redis.running()) {
            pod.redis.busyBegins();
            undoLater(() -> {
                if (pod.redis.process() == process) {
                    pod.redis.busyEnds();
                }
            });
        }
    }

    private void freeze(SimPod pod) {
        SimNode node = pod.sidecar;
        if (node != null) {
            node.freeze();
            undoLater(node::thaw);
        }
    }

    private void starve(SimPod pod) {
        SimNode node = pod.sidecar;
        if (node != null) {
            node.starve();
            undoLater(node::feed);
        }
    }

    private void restartSidecar(SimPod pod) {
        hive.stopSidecar(pod, false);
        hive.scheduler()
                .after(random.between(5, 800) * SimTime.MILLI, () -> hive.startSidecar(pod));
    }

    private void killPod(SimPod pod) {
        hive.killPod(pod, false);
        undoLater(() -> restart(pod));
    }

    private void restart(SimPod pod) {
        hive.startRedis(pod);
        hive.scheduler()
                .after(random.between(0, 500) * SimTime.MILLI, () -> hive.startSidecar(pod));
    }

    private void vanish(SimPod pod) {
        hive.killPod(pod, true);
        List<SimPod> others = othersOf(pod);
        cutAll(List.of(pod), others, true);
        undoLater(() -> {
            healAll(List.of(pod), others, true);
            restart(pod);
        });
    }

    /** As a Deployment does: another pod, another address; discovery is late with both. */
    private void replace(SimPod pod) {
        if (hive.allPods().size() >= PODS) {
            return;
        }
        hive.killPod(pod, false);
        hive.remove(pod);
        hive.dns().withdraw(pod, random.between(0, 10) * SimTime.SECOND);
        SimPod fresh = hive.addPod(options.setup(random));
        hive.dns().publish(fresh, random.between(0, 3) * SimTime.SECOND);
        clients.start(fresh);
        undoLater(() -> restart(fresh));
    }

    private void drain(SimPod pod) {
        SimNode node = pod.sidecar;
        if (node == null) {
            return;
        }
        node.drain("SIGTERM");
        undoLater(() -> {
            if (pod.sidecar == node) {
                hive.killPod(pod, false);
                hive.scheduler().after(SimTime.SECOND, () -> restart(pod));
            }
        });
    }

    private void reset(SimPod pod) {
        for (SimPod other : othersOf(pod)) {
            if (random.chance(0.6)) {
                hive.network()
                        .between(pod.index, other.index)
                        .forEach(connection -> connection.reset("connection reset"));
            }
        }
    }

    private interface WithPod {
        void accept(SimPod other);
    }

    private void withOther(SimPod pod, WithPod action) {
        List<SimPod> others = othersOf(pod);
        if (!others.isEmpty()) {
            action.accept(random.pick(others));
        }
    }

    private void partition() {
        List<SimPod> one = new ArrayList<>();
        List<SimPod> other = new ArrayList<>();
        for (SimPod pod : hive.pods()) {
            (random.chance(0.5) ? one : other).add(pod);
        }
        cut(one, other, random.chance(0.8));
    }

    private void slow(SimPod pod) {
        withOther(
                pod,
                other -> {
                    hive.network().slowDown(pod.index, other.index);
                    undoLater(() -> hive.network().speedUp(pod.index, other.index));
                });
    }

    private void cut(List<SimPod> one, List<SimPod> other, boolean bothWays) {
        cutAll(one, other, bothWays);
        undoLater(() -> healAll(one, other, bothWays));
    }

    private void cutAll(List<SimPod> one, List<SimPod> other, boolean bothWays) {
        hive.trace(
                SimTrace.Kind.NETWORK,
                null,
                () -> "cut " + one + (bothWays ? " | " : " -> ") + other);
        for (SimPod from : one) {
            for (SimPod to : other) {
                hive.network().cut(from.index, to.index);
                if (bothWays) {
                    hive.network().cut(to.index, from.index);
                }
            }
        }
    }

    private void healAll(List<SimPod> one, List<SimPod> other, boolean bothWays) {
        hive.trace(
                SimTrace.Kind.NETWORK,
                null,
                () -> "heal " + one + (bothWays ? " | " : " -> ") + other);
        for (SimPod from : one) {
            for (SimPod to : other) {
                hive.network().heal(from.index, to.index);
                if (bothWays) {
                    hive.network().heal(to.index, from.index);
                }
            }
        }
    }

    /** Something that is switched on, and off again. */
    private interface Switch {
        void turn(boolean on);
    }

    private void forAWhile(Switch fault) {
        fault.turn(true);
        undoLater(() -> fault.turn(false));
    }

    /** Begins something, and returns what ends it. */
    private interface Flicker {
        Runnable begin();
    }

    /** On and off, many times, until the fault as a whole is over. */
    private void flicker(Flicker flicker) {
        boolean[] ended = new boolean[1];
        @Nullable Runnable[] off = new Runnable[1];
        undoLater(() -> {
            ended[0] = true;
            if (off[0] != null) {
                off[0].run();
                off[0] = null;
            }
        });
        flicker(flicker, ended, off);
    }

    private void flicker(Flicker flicker, boolean[] ended, @Nullable Runnable[] off) {
        if (ended[0]) {
            return;
        }
        if (off[0] == null) {
            off[0] = flicker.begin();
        } else {
            off[0].run();
            off[0] = null;
        }
        hive.scheduler()
                .after(random.between(20, 700) * SimTime.MILLI, () -> flicker(flicker, ended, off));
    }

    private Runnable cutLink(SimPod one, SimPod other) {
        cutAll(List.of(one), List.of(other), true);
        return () -> healAll(List.of(one), List.of(other), true);
    }

    private Runnable failDns(SimPod pod) {
        hive.dns().fail(pod, true);
        return () -> hive.dns().fail(pod, false);
    }

    private List<SimPod> othersOf(SimPod pod) {
        return hive.pods().stream().filter(other -> other != pod).toList();
    }

    /** Takes a fault back when its time has come, or when faults end, and never twice. */
    private void undoLater(Runnable undo) {
        Runnable[] once = new Runnable[1];
        once[0] =
                () -> {
                    if (running.remove(once[0])) {
                        undo.run();
                    }
                };
        running.add(once[0]);
        hive.scheduler().after(1 + random.exponential(options.faultLengthNanos()), once[0]);
    }
}

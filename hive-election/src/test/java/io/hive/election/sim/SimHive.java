package io.hive.election.sim;

import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.node.NodeId;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Decision;
import io.hive.election.Effect;
import io.hive.election.ElectionSettings;
import io.hive.election.ElectionView;
import io.hive.election.Input;
import io.hive.election.Outcome;
import io.hive.election.Step;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One hive: its pods and the world around them. */
final class SimHive {
    /** 2026-01-01T00:00:00Z: a date that looks like one in a trace. */
    private static final long EPOCH_MILLIS = 1_767_225_600_000L;

    private static final long SKEW_MILLIS = 120_000;

    private final SimScheduler scheduler;
    private final SimRandom random;
    private final SimRandom ids;
    private final SimNetwork network;
    private final SimDns dns;
    private final SimTimes times;
    private final ElectionSettings settings;
    private final boolean fixedTimes;
    private final SimClocks clocks;
    private final SimTrace trace;
    private final List<SimPod> pods = new ArrayList<>();
    private final Map<NodeId, SimPod> byNode = new HashMap<>();
    private final Map<RedisEndpoint, SimPod> byEndpoint = new HashMap<>();
    private List<SimPod> present = List.of();
    private final List<SimWatcher> watchers = new ArrayList<>();
    private final BitSet setAside = new BitSet();

    /**
     * @param fixedTimes no jitter anywhere, for scenarios that are read
     */
    SimHive(
            SimScheduler scheduler,
            SimRandom random,
            SimTrace trace,
            ElectionSettings settings,
            Function<SimRandom, SimNetwork> network,
            Function<SimRandom, SimTimes> times,
            SimClocks clocks,
            boolean fixedTimes) {
        this.scheduler = scheduler;
        this.random = random;
        this.ids = random.fork();
        this.trace = trace;
        this.settings = settings;
        this.network = network.apply(random.fork());
        this.dns = new SimDns(scheduler, random.fork());
        this.times = times.apply(random.fork());
        this.clocks = clocks;
        this.fixedTimes = fixedTimes;
    }

    SimScheduler scheduler() {
        return scheduler;
    }

    SimRandom random() {
        return random;
    }

    SimNetwork network() {
        return network;
    }

    SimDns dns() {
        return dns;
    }

    SimTimes times() {
        return times;
    }

    ElectionSettings settings() {
        return settings;
    }

    SimClocks clocks() {
        return clocks;
    }

    boolean fixedTimes() {
        return fixedTimes;
    }

    /** Every pod there ever was. */
    List<SimPod> allPods() {
        return pods;
    }

    /** The pods that are part of the hive. */
    List<SimPod> pods() {
        return present;
    }

    void watch(SimWatcher watcher) {
        watchers.add(watcher);
    }

    ReplicationId freshId() {
        return new ReplicationId(ids.hex(40));
    }

    /** A wall clock, which is right within minutes. */
    long wallMillis(SimRandom drawn) {
        long skew = fixedTimes ? 0 : drawn.between(-SKEW_MILLIS, SKEW_MILLIS);
        return EPOCH_MILLIS + scheduler.now() / SimTime.MILLI + skew;
    }

    @Nullable SimPod podOf(RedisEndpoint endpoint) {
        return byEndpoint.get(endpoint);
    }

    @Nullable SimPod podOf(NodeId node) {
        return byNode.get(node);
    }

    String nameOf(RedisEndpoint endpoint) {
        SimPod pod = podOf(endpoint);
        return pod == null ? endpoint.toString() : pod.name();
    }

    // ---- Pods -------------------------------------------------------------------------------

    SimPod addPod(SimRedis.Setup setup) {
        SimPod pod = new SimPod(pods.size(), setup, this);
        pods.add(pod);
        byNode.put(pod.node, pod);
        byEndpoint.put(pod.endpoint, pod);
        present = pods.stream().filter(each -> !each.removed()).toList();
        return pod;
    }

    /** It is no part of the hive any more, and never again. */
    void remove(SimPod pod) {
        pod.remove();
        present = pods.stream().filter(each -> !each.removed()).toList();
    }

    void startSidecar(SimPod pod) {
        if (pod.sidecar == null && !pod.removed()) {
            SimNode node = new SimNode(this, pod);
            pod.sidecar = node;
            node.start();
        }
    }

    void stopSidecar(SimPod pod, boolean vanished) {
        SimNode node = pod.sidecar;
        if (node != null) {
            trace(SimTrace.Kind.FAULT, pod, () -> "sidecar ends");
            pod.sidecar = null;
            node.stop(vanished);
        }
    }

    void startRedis(SimPod pod) {
        if (!pod.removed()) {
            pod.redis.start();
        }
    }

    void killRedis(SimPod pod) {
        if (pod.redis.running()) {
            pod.redis.kill();
            if (pod.sidecar != null) {
                pod.sidecar.redisClosed();
            }
        }
    }

    /** A control loop that cannot go on ends its process, which its container starts anew. */
    void overflowed(SimPod pod) {
        trace(SimTrace.Kind.FAULT, pod, () -> "the control queue is full: the sidecar ends");
        stopSidecar(pod, false);
        scheduler.after(SimTime.SECOND, () -> startSidecar(pod));
    }

    /** Both processes end; nobody is told where the whole machine vanished. */
    void killPod(SimPod pod, boolean vanished) {
        stopSidecar(pod, vanished);
        if (vanished) {
            pod.redis.vanish();
        } else {
            killRedis(pod);
        }
    }

    // ---- What is seen -----------------------------------------------------------------------

    void trace(SimTrace.Kind kind, @Nullable SimPod pod, Supplier<String> text) {
        if (trace.shows(kind)) {
            trace.log(kind, pod == null ? "-" : pod.name(), text);
        }
    }

    void traceInput(SimNode node, Input input) {
        if (!trace.shows(SimTrace.Kind.MESSAGE) && !trace.shows(SimTrace.Kind.INPUT)) {
            return;
        }
        switch (input) {
            case Input.Tick _ -> {}
            case Input.Received received ->
                    trace(
                            SimTrace.Kind.MESSAGE,
                            node.pod(),
                            () ->
                                    "from "
                                            + nameOf(received.peer().node())
                                            + ": "
                                            + received.message());
            default -> trace(SimTrace.Kind.INPUT, node.pod(), () -> brief(input));
        }
    }

    /** One line of an input; what Redis reported is shown as Redis stands now. */
    private static String brief(Input input) {
        return switch (input) {
            case Input.Observed(Observation.Reported(RedisReport report)) ->
                    "redis reports " + brief(report);
            case Input.OperationEnded ended ->
                    "operation " + ended.operation() + " ended: " + brief(ended.outcome());
            case Input.Discovered(Set<NodeId> nodes) -> "discovered " + new TreeSet<>(nodes);
            default -> input.toString();
        };
    }

    static String brief(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Confirmed(RedisReport report) -> "confirmed, " + brief(report);
            case Outcome.OffDuty(Position position) -> "off duty at " + position;
            case Outcome.LeftAlone(String reason) -> "left alone: " + reason;
            case Outcome.Salvaged(RedisReport report, String file, long size) ->
                    "set aside in " + file + ", " + size + " bytes, " + brief(report);
            case Outcome.Failed(String reason) -> "failed: " + reason;
        };
    }

    private static String brief(RedisReport report) {
        MasterLink link = report.link();
        String role =
                link == null
                        ? "master"
                        : "replica of "
                                + link.masterHost()
                                + (link.up() ? "" : link.syncInProgress() ? " (syncs)" : " (down)");
        return role
                + ", "
                + report.keys()
                + " keys, "
                + report.replicationId().brief()
                + "@"
                + report.appliedOffset()
                + (report.loading() ? ", loading" : "")
                + (report.replicationUser() == null ? "" : ", " + report.replicationUser());
    }

    String brief(Decision decision) {
        NodeId leader = decision.leader();
        return decision.from()
                + (decision.from() == decision.to() ? "" : " -> " + decision.to())
                + (leader == null ? "" : ", leader " + nameOf(leader))
                + ", epoch "
                + decision.epoch()
                + (decision.rule() == 0 ? "" : ", rule " + decision.rule())
                + (decision.lostBytes() == 0 ? "" : ", lost " + decision.lostBytes() + " bytes")
                + ": "
                + decision.reason();
    }

    private String nameOf(NodeId node) {
        SimPod pod = podOf(node);
        return pod == null ? node.toString() : pod.name();
    }

    void stepped(SimNode node, @Nullable ElectionView before, Step step) {
        ElectionView after = step.view();
        if (before == null || before.state() != after.state()) {
            trace(
                    SimTrace.Kind.STATE,
                    node.pod(),
                    () ->
                            (before == null ? "" : before.state() + " -> ")
                                    + after.state()
                                    + ", epoch "
                                    + after.epoch());
        }
        for (SimWatcher watcher : watchers) {
            watcher.stepped(node, before, step);
        }
    }

    void emitted(SimNode node, Effect effect) {
        SimPod pod = node.pod();
        switch (effect) {
            case Effect.Report report ->
                    trace(SimTrace.Kind.DECISION, pod, () -> brief(report.decision()));
            case Effect.RenewRoute _, Effect.Send _ -> {}
            default -> trace(SimTrace.Kind.EFFECT, pod, effect::toString);
        }
        for (SimWatcher watcher : watchers) {
            watcher.emitted(node, effect);
        }
    }

    void ended(SimNode node, Effect.Operation operation, Outcome outcome) {
        trace(
                SimTrace.Kind.OUTCOME,
                node.pod(),
                () ->
                        operation.getClass().getSimpleName()
                                + " "
                                + operation.number()
                                + ": "
                                + brief(outcome));
        watchers.forEach(watcher -> watcher.ended(node, operation, outcome));
    }

    /** These keys are in a snapshot that a loser has set aside (rule 23). */
    void setAside(BitSet keys) {
        setAside.or(keys);
    }

    BitSet setAside() {
        return setAside;
    }

    void acknowledged(int value) {
        watchers.forEach(watcher -> watcher.acknowledged(value));
    }

    /** A dataset is gone: its process ended, or a load failed. */
    void dataLost(SimPod pod) {
        watchers.forEach(watcher -> watcher.dataLost(pod));
    }

    /** A Redis was told to follow another. */
    void roleChanged(SimPod pod) {
        watchers.forEach(watcher -> watcher.roleChanged(pod));
    }

    void overwritten(SimPod pod, BitSet before, BitSet after, boolean known) {
        watchers.forEach(watcher -> watcher.overwritten(pod, before, after, known));
    }
}

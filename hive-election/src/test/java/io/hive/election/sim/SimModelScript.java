package io.hive.election.sim;

import io.hive.core.lineage.ReplicationId;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.core.redis.RedisVersion;
import io.hive.election.ElectionSettings;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A script of replication commands, drawn from a seed and played with three {@link SimRedis}es:
 * what each of them shows after each command, once nothing more happens. A test of the sidecar
 * plays the same script with real servers, and compares.
 */
final class SimModelScript {
    private static final int STEPS = 12;
    private static final long SETTLED = 8 * SimTime.SECOND;
    private static final long PACKET = 500 * SimTime.MICRO;

    private final SimScheduler scheduler = new SimScheduler();
    private final SimRandom random;
    private final SimHive hive;
    private final List<String> lines = new ArrayList<>();
    private final Names names = new Names();
    private final Map<SimPod, Boolean> guards = new HashMap<>();
    private int values;

    private SimModelScript(long seed) {
        random = new SimRandom(seed);
        SimTimes.Range quick = SimTimes.Range.millis(5, 5);
        hive =
                new SimHive(
                        scheduler,
                        random.fork(),
                        SimTrace.of(scheduler, EnumSet.of(SimTrace.Kind.CHECK), line -> {}),
                        ElectionSettings.defaults(),
                        own -> new SimNetwork(scheduler, own, PACKET, PACKET, 0),
                        own -> new SimTimes(own, quick, quick, quick, SimTimes.Range.millis(0, 0)),
                        SimClocks.EXACT,
                        true);
        for (int i = 0; i < 3; i++) {
            boolean guarded = random.chance(0.6);
            SimPod pod =
                    hive.addPod(
                            new SimRedis.Setup(
                                    guarded,
                                    false,
                                    1 << 20,
                                    false,
                                    100,
                                    new RedisVersion(7, 0, 15)));
            pod.redis.withoutPings();
            guards.put(pod, guarded);
        }
    }

    /** The script of this seed: commands, each with what is seen after it, indented. */
    static List<String> play(long seed) {
        return new SimModelScript(seed).play();
    }

    private List<String> play() {
        for (SimPod pod : hive.pods()) {
            hive.startRedis(pod);
            step("start " + pod + (Boolean.TRUE.equals(guards.get(pod)) ? " guarded" : " plain"));
        }
        for (int i = 0; i < STEPS; i++) {
            String command = draw();
            if (command != null) {
                step(command);
            }
        }
        return lines;
    }

    private void step(String command) {
        long until = scheduler.now() + SETTLED;
        while (scheduler.runNext(until)) {
            // Until nothing more is under way.
        }
        lines.add(command);
        Map<String, RedisReport> reports = new LinkedHashMap<>();
        for (SimPod pod : hive.pods()) {
            if (pod.redis.running()) {
                reports.put(pod.name(), pod.redis.report());
            }
        }
        names.show(reports, hive::nameOf).forEach(line -> lines.add("  " + line));
    }

    /** Does something, and says what; null where that makes no sense now. */
    private @Nullable String draw() {
        SimPod pod = random.pick(hive.pods());
        SimPod other = random.pick(hive.pods());
        return switch (random.below(12)) {
            case 0, 1, 2 -> follow(pod, other);
            case 3, 4 -> {
                pod.redis.replicaOfNoOne();
                yield "replicaof " + pod + " none";
            }
            case 5, 6 -> {
                pod.redis.replicaOf(RedisEndpoint.DEAD);
                yield "replicaof " + pod + " dead";
            }
            case 7, 8 -> pod.redis.isMaster() ? write(pod) : null;
            case 9 -> {
                pod.redis.save();
                yield "save " + pod;
            }
            case 10 -> restart(pod);
            default -> disturb(pod);
        };
    }

    /** A chain is what Hive never makes. */
    private @Nullable String follow(SimPod pod, SimPod other) {
        if (pod == other || !other.redis.isMaster() || isFollowed(pod)) {
            return null;
        }
        pod.redis.replicaOf(other.endpoint);
        return "replicaof " + pod + " " + other;
    }

    private String write(SimPod pod) {
        int count = (int) random.between(1, 20);
        for (int i = 0; i < count; i++) {
            pod.redis.write(values++, 40);
        }
        return "write " + pod + " " + count;
    }

    private String restart(SimPod pod) {
        boolean empty = random.chance(0.4);
        if (empty) {
            pod.redis.putOnDisk(null);
        }
        hive.killRedis(pod);
        hive.startRedis(pod);
        return "restart " + pod + (empty ? " empty" : " saved");
    }

    private String disturb(SimPod pod) {
        if (pod.redis.isMaster()) {
            pod.redis.makeBacklog();
            return "backlog " + pod;
        }
        RedisEndpoint endpoint = pod.redis.master();
        SimPod master = endpoint == null ? null : hive.podOf(endpoint);
        if (master != null) {
            hive.network()
                    .between(pod.index, master.index)
                    .forEach(connection -> connection.reset("cut"));
        }
        return "cut " + pod;
    }

    private boolean isFollowed(SimPod pod) {
        return hive.pods().stream().anyMatch(each -> pod.endpoint.equals(each.redis.master()));
    }

    /** Where a master is, by the name of its server. */
    interface Servers {
        String nameOf(RedisEndpoint endpoint);
    }

    /**
     * Shows what INFO reports in words that are the same for every run: IDs by the order in which
     * they appear, offsets by their order.
     */
    static final class Names {
        private final Map<ReplicationId, String> ids = new HashMap<>();

        private String of(ReplicationId id) {
            return ids.computeIfAbsent(id, i -> "id" + (ids.size() + 1));
        }

        List<String> show(Map<String, RedisReport> reports, Servers servers) {
            SortedSet<Long> offsets = new TreeSet<>();
            reports.values()
                    .forEach(report -> {
                        offsets.add(report.masterOffset());
                        offsets.add(report.appliedOffset());
                    });
            List<String> shown = new ArrayList<>();
            reports.forEach((name, report) -> {
                MasterLink link = report.link();
                String id = of(report.replicationId());
                String before = report.previousId() == null ? "" : of(report.previousId());
                shown.add(
                        name
                                + " "
                                + (link == null ? "master" : "replica of " + master(link, servers))
                                + ", "
                                + report.keys()
                                + " keys, "
                                + id
                                + " at "
                                + rank(report.masterOffset(), offsets)
                                + (link == null
                                        ? ""
                                        : " applied " + rank(link.appliedOffset(), offsets))
                                + (before.isEmpty() ? "" : " after " + before + second(report))
                                + (report.backlogActive() ? ", backlog" : "")
                                + (report.connectedReplicas() > 0
                                        ? ", replicas " + report.connectedReplicas()
                                        : ""));
            });
            return shown;
        }

        private static String master(MasterLink link, Servers servers) {
            String name =
                    link.follows(RedisEndpoint.DEAD)
                            ? "nobody"
                            : servers.nameOf(
                                    RedisEndpoint.parse(
                                            link.masterHost() + ":" + link.masterPort(), 6379));
            return name + (link.up() ? " up" : " down");
        }

        private static String rank(long offset, SortedSet<Long> all) {
            return offset <= 1 ? Long.toString(offset) : "#" + all.subSet(2L, offset).size();
        }

        private static String second(RedisReport report) {
            long distance = report.secondOffset() - report.masterOffset() - 1;
            return distance == 0 ? " here" : distance < 0 ? " earlier" : " later";
        }
    }
}

package io.hive.election.sim;

import io.hive.core.redis.RedisVersion;
import io.hive.election.ElectionSettings;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;

/**
 * A hive in which happens what a text says, and nothing by chance: every packet takes as long as
 * every other, and so does every command.
 */
final class Scenario {
    private static final long PACKET = 500 * SimTime.MICRO;

    /** Each lineage that a scenario names has keys of its own, apart from what clients write. */
    private static final int KEYS_PER_LINEAGE = 100_000;

    final SimHive hive;
    final SimClients clients;
    final ScenarioNames names;
    final ScenarioLog log;
    private final List<Runnable> heals = new ArrayList<>();
    private final List<String> lineages = new ArrayList<>();

    Scenario() {
        SimScheduler scheduler = new SimScheduler();
        // what is drawn all the same are names: IDs and passwords
        SimRandom random = new SimRandom(0);
        hive =
                new SimHive(
                        scheduler,
                        random.fork(),
                        SimTrace.of(scheduler, EnumSet.of(SimTrace.Kind.REDIS), this::traced),
                        ElectionSettings.defaults(),
                        own -> new SimNetwork(scheduler, own, PACKET, PACKET, 0),
                        own ->
                                new SimTimes(
                                        own,
                                        SimTimes.Range.millis(5, 5),
                                        SimTimes.Range.millis(5, 5),
                                        SimTimes.Range.millis(5, 5),
                                        SimTimes.Range.millis(0, 0)),
                        SimClocks.EXACT,
                        true);
        clients = new SimClients(hive, random.fork(), SimTime.SECOND);
        names = new ScenarioNames(hive);
        log = new ScenarioLog(hive, names);
        SimChecks checks = new SimChecks(hive, clients);
        hive.watch(log);
        hive.watch(checks);
        checks.start();
    }

    private void traced(SimTrace.Line line) {
        log.traced(line);
    }

    /** Carries out the commands of a block, and returns what came of it. */
    List<String> play(List<String> commands) {
        for (String command : commands) {
            if (!command.startsWith("#")) {
                List<String> words = List.of(command.strip().split("\\s+"));
                try {
                    ScenarioVerbs.of(words.getFirst()).run(this, words.subList(1, words.size()));
                } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                    throw new IllegalArgumentException(
                            "expected a command, see the Javadoc of ScenarioVerbs; got '"
                                    + command
                                    + "'",
                            e);
                }
            }
        }
        List<String> lines = log.take();
        return lines.isEmpty() ? List.of("nothing happens") : lines;
    }

    void run(long nanos) {
        long until = hive.scheduler().now() + nanos;
        while (hive.scheduler().runNext(until)) {
            // Each event is checked as it happens.
        }
    }

    SimPod pod(String name) {
        for (SimPod pod : hive.allPods()) {
            if (pod.name().equals(name)) {
                return pod;
            }
        }
        throw new IllegalArgumentException("expected the name of a pod, got '" + name + "'");
    }

    List<SimPod> pods(List<String> all) {
        return all.stream().map(this::pod).toList();
    }

    SimPod addPod() {
        return hive.addPod(
                new SimRedis.Setup(true, false, 1_000_000, true, 100, new RedisVersion(7, 4, 1)));
    }

    /** The first so many keys that were ever written on a lineage. */
    BitSet keys(String lineage, int count) {
        if (!lineages.contains(lineage)) {
            lineages.add(lineage);
        }
        int first = KEYS_PER_LINEAGE * (1 + lineages.indexOf(lineage));
        BitSet keys = new BitSet();
        keys.set(first, first + count);
        return keys;
    }

    void cut(SimPod one, SimPod other) {
        hive.network().cut(one.index, other.index);
        hive.network().cut(other.index, one.index);
        heals.add(() -> {
            hive.network().heal(one.index, other.index);
            hive.network().heal(other.index, one.index);
        });
    }

    void heal() {
        heals.forEach(Runnable::run);
        heals.clear();
    }
}

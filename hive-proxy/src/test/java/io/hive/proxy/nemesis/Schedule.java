package io.hive.proxy.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Faults that are drawn from a seed: which, of whom, for how long. The same seed draws the same;
 * when a process notices is up to the machine.
 *
 * <p>One fault at a time, and the next once the hive has settled, with one replica that must
 * confirm: then no acknowledged write may be lost, whatever is drawn. <em>Wild</em>, faults meet
 * and follow each other without a rest: then losses are counted, and what is asked for is that the
 * hive comes together in the end.
 */
final class Schedule {
    private static final int PODS = 3;
    private static final int CLIENTS_PER_POD = 2;
    private static final int SOME = 20;
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(4);

    private final List<Fault> faults;
    private final long seed;
    private final boolean wild;
    private final Random random;
    private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);

    Schedule(long seed, boolean wild, Set<Fault> faults) {
        this.faults = List.copyOf(faults);
        this.seed = seed;
        this.wild = wild;
        this.random = new Random(seed);
    }

    /** How often each fault was there. */
    Map<Fault, Integer> struck() {
        return struck;
    }

    /**
     * Strikes for so long, then heals all, and compares what clients were told with what is there.
     */
    Verdict run(Duration time) {
        System.out.println("nemesis: seed " + seed + (wild ? ", wild" : ""));
        try (Cluster cluster = Cluster.slowable(PODS, new Random(random.nextLong()))) {
            cluster.acknowledged(1);
            cluster.start();
            try (Workload workload = new Workload(cluster.pods, CLIENTS_PER_POD)) {
                long end = System.nanoTime() + time.toNanos();
                while (System.nanoTime() - end < 0) {
                    if (wild) {
                        meeting(cluster);
                    } else {
                        single(cluster, workload);
                    }
                }
                Verdict verdict = Verdict.of(cluster, workload).print();
                verdict.nothingDeniedIsThere(cluster);
                return wild ? verdict : verdict.nothingLost(cluster);
            }
        } catch (AssertionError e) {
            throw new AssertionError(
                    "seed "
                            + seed
                            + (wild ? ", wild" : "")
                            + ", after "
                            + struck
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private void single(Cluster cluster, Workload workload) {
        Fault fault = draw();
        Pod victim = victim(cluster);
        long hold = hold();
        fault.strike(cluster, victim);
        LockSupport.parkNanos(hold);
        fault.undo(cluster, victim);
        cluster.awaitSettled();
        workload.awaitProgress(cluster, cluster.pods, SOME);
    }

    /** A second fault begins before the first has ended, and what is down meets what is cut. */
    private void meeting(Cluster cluster) {
        record Struck(Fault fault, Pod victim) {}
        List<Struck> together = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            Pod victim = victim(cluster);
            Fault fault = draw();
            if (together.stream().noneMatch(other -> other.victim == victim)) {
                fault.strike(cluster, victim);
                together.add(new Struck(fault, victim));
            }
            LockSupport.parkNanos(hold() / 2);
        }
        together.forEach(one -> one.fault.undo(cluster, one.victim));
        LockSupport.parkNanos(hold());
    }

    private Fault draw() {
        Fault fault = faults.get(random.nextInt(faults.size()));
        struck.merge(fault, 1, Integer::sum);
        return fault;
    }

    /** Mostly whoever leads, since that is where it hurts. */
    private Pod victim(Cluster cluster) {
        boolean wanted = random.nextInt(3) > 0;
        Pod drawn = cluster.pods.get(random.nextInt(cluster.pods.size()));
        Pod leader = wanted ? leader(cluster) : null;
        return leader == null ? drawn : leader;
    }

    private static @Nullable Pod leader(Cluster cluster) {
        return cluster.pods.stream()
                .filter(Pod::isUp)
                .filter(pod -> pod.says(io.hive.core.node.NodeState.LEADING))
                .findFirst()
                .orElse(null);
    }

    private long hold() {
        return random.nextLong(SHORTEST.toNanos(), LONGEST.toNanos());
    }
}

package io.hive.proxy.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the clients were told, compared with what is there in the end.
 *
 * @param writes all of them
 * @param lost acknowledged, and not there
 * @param phantoms said not to have run, and there
 * @param reportedLostBytes what the sidecars that live say was lost
 */
record Verdict(List<Write> writes, List<Write> lost, List<Write> phantoms, long reportedLostBytes) {

    /** Stops the clients, waits until the hive has settled, and compares. */
    static Verdict of(Cluster cluster, Workload... workloads) {
        List<Write> writes = Stream.of(workloads).flatMap(each -> each.stop().stream()).toList();
        Pod leader = cluster.awaitSettled();
        Set<String> there = keys(leader);
        for (Pod pod : cluster.pods) {
            cluster.until(
                    "the Redis of " + pod + " holds what the master holds",
                    () -> keys(pod).equals(there));
        }
        List<Write> lost =
                writes.stream()
                        .filter(write -> write.outcome() == Write.Outcome.ACKNOWLEDGED)
                        .filter(write -> !there.contains(write.key()))
                        .toList();
        List<Write> phantoms =
                writes.stream()
                        .filter(write -> write.outcome() == Write.Outcome.NOT_RUN)
                        .filter(write -> there.contains(write.key()))
                        .toList();
        return new Verdict(writes, lost, phantoms, cluster.reportedLostBytes());
    }

    private static Set<String> keys(Pod pod) {
        return pod.direct(connection -> connection.list("KEYS", "w:*")).stream()
                .map(String::valueOf)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** Nothing that was acknowledged is gone, and nothing that was denied is there. */
    Verdict nothingLost(Cluster cluster) {
        print();
        assertThat(lost).as("acknowledged and lost; %s%n%s", this, cluster.logs()).isEmpty();
        return nothingDeniedIsThere(cluster);
    }

    Verdict nothingDeniedIsThere(Cluster cluster) {
        assertThat(phantoms).as("said not to have run; %s%n%s", this, cluster.logs()).isEmpty();
        return this;
    }

    /** Nothing is lost of what was sent after this moment. */
    Verdict nothingLostSince(long nanos, Cluster cluster) {
        assertThat(lost.stream().filter(write -> write.sentNanos() - nanos > 0))
                .as("sent after the fault, acknowledged and lost; %s%n%s", this, cluster.logs())
                .isEmpty();
        return this;
    }

    /** Says what came of it, for whoever reads the tests' output. */
    Verdict print() {
        System.out.println("nemesis: " + this);
        return this;
    }

    @Override
    public String toString() {
        Map<String, Long> answers =
                writes.stream()
                        .collect(
                                Collectors.groupingBy(
                                        write ->
                                                write.through()
                                                        + ":"
                                                        + write.answer()
                                                                .split("[ :]", 2)[0]
                                                                .replaceFirst(".*\\.", ""),
                                        TreeMap::new,
                                        Collectors.counting()));
        return writes.size()
                + " writes, by pod and answer "
                + answers
                + "; acknowledged and lost "
                + lost.size()
                + ", denied and there "
                + phantoms.size()
                + ", reported lost "
                + reportedLostBytes
                + " bytes";
    }
}

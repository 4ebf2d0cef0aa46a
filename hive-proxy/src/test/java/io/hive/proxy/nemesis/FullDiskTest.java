package io.hive.proxy.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A replica whose disk has no room for the snapshot that it is to load. */
@Tag("nemesis")
class FullDiskTest {
    private static final int SOME = 50;
    private static final int VALUES = 8;
    private static final int VALUE_BYTES = 500_000;
    private static final long SEED = 20261120;

    /** It cannot be in sync, so it does not lead either, until there is room. */
    @Test
    void aReplicaThatCannotStoreTheSnapshotDoesNotLeadAndDoesNotHinder() {
        try (Cluster cluster = Cluster.of(3)) {
            cluster.pods.forEach(pod -> mount(pod, "size=2m"));
            Pod first = cluster.start();
            Random random = new Random(SEED);
            for (int i = 0; i < VALUES; i++) {
                byte[] bytes = new byte[VALUE_BYTES];
                random.nextBytes(bytes);
                String value = HexFormat.of().formatHex(bytes);
                String key = "big" + i;
                first.client(connection -> connection.command("SET", key, value));
            }
            List<Pod> others = cluster.without(first);
            Pod sick = others.getFirst();
            Pod well = others.getLast();
            cluster.until(
                    "the replicas have it all, from the stream",
                    () -> others.stream().allMatch(pod -> bigKeys(pod) == VALUES));
            sick.restartRedisEmpty();
            cluster.until(
                    "its Redis fails to store the snapshot",
                    () -> sick.redisLog().contains("Write error or short write"));
            try (Workload workload = new Workload(List.of(first, well), 2)) {
                workload.awaitProgress(cluster, List.of(first, well), SOME);
                assertThat(first.redisIsMaster()).as(cluster.logs()).isTrue();
                first.kill();
                workload.awaitProgress(cluster, List.of(well), SOME);
                assertThat(well.redisIsMaster()).as(cluster.logs()).isTrue();
                assertThat(bigKeys(well)).isEqualTo(VALUES);
                cluster.pods.forEach(pod -> mount(pod, "remount,size=64m"));
                first.bringBack();
                Verdict verdict = Verdict.of(cluster, workload).print();
                verdict.nothingDeniedIsThere(cluster);
                assertThat(bigKeys(sick)).isEqualTo(VALUES);
            }
        }
    }

    private static void mount(Pod pod, String options) {
        pod.space.run(
                "mount", "-t", "tmpfs", "-o", options, "tmpfs", pod.redisDirectory().toString());
    }

    private static int bigKeys(Pod pod) {
        return pod.direct(connection -> connection.list("KEYS", "big*")).size();
    }
}

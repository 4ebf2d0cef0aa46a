package io.hive.proxy.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.admin.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Sidecars whose wall clocks disagree by hours, and jump. */
@Tag("nemesis")
class ClockTest {
    private static final int SOME = 100;
    private static final List<String> OFFSETS = List.of("+3600s", "-3600s", "+86400s");

    @Test
    void clocksThatDisagreeAndJumpChangeNothing() throws IOException {
        Path library = library();
        if (library == null) {
            throw new TestAbortedException("libfaketime is not installed");
        }
        try (Cluster cluster = Cluster.of(3).acknowledged(1)) {
            for (Pod pod : cluster.pods) {
                setClock(pod, OFFSETS.get(pod.number - 1));
                pod.settings.putAll(
                        Map.of(
                                "LD_PRELOAD", library.toString(),
                                "FAKETIME_TIMESTAMP_FILE", clock(pod).toString(),
                                "FAKETIME_CACHE_DURATION", "1",
                                "FAKETIME_DONT_FAKE_MONOTONIC", "1"));
            }
            Pod first = cluster.start();
            Status status = first.status();
            assertThat(status).isNotNull();
            assertThat(status.members())
                    .as("the clocks are wrong, or this test shows nothing")
                    .anyMatch(member -> later(member, Duration.ofMinutes(50)))
                    .anyMatch(member -> later(member, Duration.ofHours(20)));
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                long epoch = cluster.epoch();
                for (Pod pod : cluster.pods) {
                    setClock(pod, OFFSETS.get(pod.number % OFFSETS.size()));
                }
                workload.awaitProgress(cluster, cluster.pods, 10 * SOME);
                assertThat(cluster.epoch()).as(cluster.logs()).isEqualTo(epoch);
                first.kill();
                workload.awaitProgress(cluster, cluster.without(first), SOME);
                first.bringBack();
                Verdict.of(cluster, workload).nothingLost(cluster);
            }
        }
    }

    private static boolean later(Status.Node member, Duration by) {
        return member.since() != null && member.since().isAfter(Instant.now().plus(by));
    }

    private static Path clock(Pod pod) {
        return pod.log().resolveSibling("clock");
    }

    private static void setClock(Pod pod, String offset) throws IOException {
        Files.writeString(clock(pod), offset + "\n");
    }

    private static @Nullable Path library() throws IOException {
        for (String folder : List.of("/usr/lib", "/usr/lib64", "/usr/local/lib")) {
            if (!Files.isDirectory(Path.of(folder))) {
                continue;
            }
            try (var found =
                    Files.find(
                            Path.of(folder),
                            3,
                            (path, _) -> path.endsWith("faketime/libfaketimeMT.so.1"))) {
                Path first = found.findFirst().orElse(null);
                if (first != null) {
                    return first;
                }
            }
        }
        return null;
    }
}

package io.hive.proxy.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.admin.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Sidecars whose wall clocks disagree by hours, and jump. */
@Tag("nemesis")
class ClockTest {
    private static final int SOME = 100;
    private static final List<String> OFFSETS = List.of("3600", "-3600", "86400");

    @Test
    void clocksThatDisagreeAndJumpChangeNothing(@TempDir Path folder) throws Exception {
        Path library = compile(folder);
        try (Cluster cluster = Cluster.of(3).acknowledged(1)) {
            for (Pod pod : cluster.pods) {
                setClock(pod, OFFSETS.get(pod.number - 1));
                pod.settings.putAll(
                        Map.of(
                                "LD_PRELOAD", library.toString(),
                                "HIVE_TEST_CLOCK", clock(pod).toString()));
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

    /** libfaketime would do, but slows a JVM down by as much as a starved one. */
    private static Path compile(Path folder) throws Exception {
        Path source = folder.resolve("clock.c");
        Path library = folder.resolve("clock.so");
        try (InputStream bytes = ClockTest.class.getResourceAsStream("clock.c")) {
            assertThat(bytes).isNotNull();
            Files.copy(bytes, source);
        }
        try {
            Process compiler =
                    new ProcessBuilder(
                                    "cc",
                                    "-shared",
                                    "-fPIC",
                                    "-nostdlib",
                                    "-nostartfiles",
                                    "-o",
                                    library.toString(),
                                    source.toString())
                            .inheritIO()
                            .start();
            assertThat(compiler.waitFor()).as("the compiler's exit code").isZero();
        } catch (IOException e) {
            throw new TestAbortedException("there is no C compiler (cc) to make a clock with", e);
        }
        return library;
    }
}

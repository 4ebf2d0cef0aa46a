package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.HeadlessDns;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two halves of a hive that do not know of each other write, and meet again (rules 21 to 23). They
 * are kept apart by what discovery names.
 */
@Timeout(180)
class SplitBrainTest {
    private static final int COMMON = 50;
    private static final int LONE = 20;
    private static final int MANY = 200;

    @TempDir private Path directory;

    /** Where the lone one began to write on its own. */
    private long fork;

    private final HeadlessDns apart = HeadlessDns.start(Loopback.address(), 0);

    /** A hive of three, one of which has lived and written on its own. */
    private TestPod split(TestHive hive) throws IOException {
        hive.settings.put("HIVE_PARK_TIMEOUT", "1s");
        hive.add(3);
        for (TestPod pod : hive.pods) {
            pod.settings.put("HIVE_SALVAGE_DIR", Files.createDirectory(kept(pod)).toString());
            pod.startRedis();
            pod.startSidecar();
        }
        TestPod first = hive.awaitSettled();
        write(first, "common", COMMON);
        for (TestPod pod : hive.pods) {
            hive.until(pod + " has all", () -> keys(pod) == COMMON);
        }
        TestPod lone = hive.followers(first).getFirst();
        lone.direct(c -> c.text("SAVE"));
        lone.kill();
        List<TestPod> many = hive.followers(lone);
        hive.publish(many);
        apart.set(TestHive.NAME, List.of(lone.address));
        lone.settings.put("HIVE_DNS_SERVER", apart.hostPort());
        lone.startRedis();
        lone.startSidecar();
        hive.awaitSettled(lone);
        hive.awaitSettled(many.toArray(TestPod[]::new));
        fork = offset(lone);
        write(lone, "lone", LONE);
        write(many.getFirst(), "many", MANY);
        return lone;
    }

    private Path kept(TestPod pod) {
        return directory.resolve("kept-" + pod.number);
    }

    private void heal(TestHive hive) {
        apart.set(TestHive.NAME, hive.pods.stream().map(pod -> pod.address).toList());
        hive.publish(hive.pods);
    }

    private static void write(TestPod through, String prefix, int count) {
        through.client(c -> {
            for (int i = 0; i < count; i++) {
                assertThat(c.command("SET", prefix + ":" + i, prefix)).isEqualTo("OK");
            }
            return true;
        });
    }

    private static long keys(TestPod pod) {
        return pod.direct(c -> c.number("DBSIZE"));
    }

    private static long offset(TestPod master) {
        return Long.parseLong(
                master.redisInfo("replication").getOrDefault("master_repl_offset", ""));
    }

    @Test
    void theSideThatLosesLessGoesOnAndTheOthersDataIsSetAside() throws IOException {
        try (apart;
                TestHive hive = TestHive.empty()) {
            TestPod lone = split(hive);
            long bytes = offset(lone) - fork;
            assertThat(bytes).isPositive();

            heal(hive);

            TestPod leader = hive.awaitSettled();
            assertThat(leader).isNotSameAs(lone);
            for (TestPod pod : hive.pods) {
                hive.until(pod + " has the winner's", () -> keys(pod) == COMMON + MANY);
            }
            List<Path> files = files(kept(lone));
            assertThat(files).as(hive.logs()).hasSize(1);
            String file = files.getFirst().getFileName().toString();
            for (TestPod pod : hive.followers(lone)) {
                assertThat(files(kept(pod))).as("of the winner's side").isEmpty();
            }
            isTold(lone, lone, bytes, "own", "\"" + file + "\"");
            isTold(leader, lone, bytes, "others", "null");
            assertThat(lone.log()).contains(file);
            assertThat(lone.http("/metrics")).contains("hive_salvaged_files_total 1.0");
            loads(files.getFirst());
        }
    }

    /** The log, the metrics and the status say the same of it. */
    private static void isTold(TestPod by, TestPod lone, long bytes, String whose, String file) {
        int keys = COMMON + LONE;
        assertThat(by.log())
                .contains(keys + " keys, " + LONE + " writes and " + bytes + " bytes of ");
        assertThat(by.http("/api/status"))
                .contains(
                        "\"dropped\":{\"by\":\""
                                + lone.address
                                + ":3000\",\"keys\":"
                                + keys
                                + ",\"writes\":"
                                + LONE
                                + ",\"bytes\":"
                                + bytes
                                + ",\"file\":"
                                + file
                                + "}");
        String label = "{whose=\"" + whose + "\"} ";
        assertThat(by.http("/metrics").lines())
                .contains(
                        "hive_dropped_keys_total" + label + (double) keys,
                        "hive_dropped_writes_total" + label + (double) LONE,
                        "hive_dropped_bytes_total" + label + (double) bytes);
    }

    private void loads(Path file) throws IOException {
        Path fresh = Files.createDirectory(directory.resolve("fresh"));
        Files.copy(file, fresh.resolve("dump.rdb"));
        try (RedisServer other =
                        RedisServer.at(Loopback.address(6379), 6379)
                                .safeBoot(false)
                                .directory(fresh)
                                .start();
                RedisConnection redis = other.connect()) {
            assertThat(redis.number("DBSIZE")).isEqualTo(COMMON + LONE);
            for (int i = 0; i < LONE; i++) {
                assertThat(redis.command("GET", "lone:" + i)).isEqualTo("lone");
            }
            for (int i = 0; i < COMMON; i++) {
                assertThat(redis.command("GET", "common:" + i)).isEqualTo("common");
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    /** A disk that does not take it: the data stays where it is, and the pod out of the service. */
    @Test
    void whatCannotBeSetAsideIsKeptAndThePodIsNotReady() throws IOException {
        try (apart;
                TestHive hive = TestHive.empty()) {
            TestPod lone = split(hive);
            Files.delete(kept(lone));

            heal(hive);

            TestPod leader = hive.awaitSettled(hive.followers(lone).toArray(TestPod[]::new));
            hive.until(
                    "it says why it stays out",
                    () -> lone.http("/readyz").contains("could not be set aside"));
            assertThat(keys(lone)).isEqualTo(COMMON + LONE);
            assertThat(lone.redisIsMaster()).isFalse();
            assertThat(lone.http("/metrics")).contains("hive_ready 0.0");
            assertThat(lone.log()).contains("does not follow, since 70 keys, 20 writes");
            // its clients are served by the leader
            assertThat(lone.<Object>client(c -> c.command("GET", "many:7"))).isEqualTo("many");
            assertThat(leader.redisGet("lone:1")).isNull();

            Files.createDirectory(kept(lone));
            hive.awaitSettled();
            assertThat(files(kept(lone))).hasSize(1);
        }
    }

    @Test
    void aDirectoryThatIsNotThereEndsTheStartWithOneLine() {
        try (apart;
                TestHive hive = TestHive.empty()) {
            hive.add(1);
            TestPod pod = hive.pod(1);
            String missing = directory.resolve("missing").toString();
            pod.settings.put("HIVE_SALVAGE_DIR", missing);
            pod.startSidecar();
            hive.until("the sidecar ends", () -> !pod.sidecar().isAlive());
            assertThat(pod.log().lines().filter(line -> line.contains("HIVE_SALVAGE_DIR")))
                    .singleElement()
                    .asString()
                    .startsWith("hive: HIVE_SALVAGE_DIR is '")
                    .endsWith("it does not exist; create it, or mount a volume there");
        }
    }
}

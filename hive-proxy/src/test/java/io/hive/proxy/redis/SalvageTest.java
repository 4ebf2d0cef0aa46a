package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Effect;
import io.hive.election.Outcome;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.salvage.SalvageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The snapshot of a detached Redis, taken by a real server, loads in another. */
class SalvageTest {
    private static final int KEYS = 20_000;

    private final String address = Loopback.address(6379, 6380);
    private final RedisServer server = RedisServer.start(address, 6379);

    @TempDir private Path directory;

    private final SalvageStore store() {
        return new SalvageStore(
                directory, "tests", NodeId.parse("10.0.0.1:3000", 0), Clock.systemUTC());
    }

    @AfterEach
    void end() {
        server.close();
    }

    /** It has led, and is frozen now. */
    private RedisReport frozen(Watched watched) {
        assertThat(watched.promote(ReplicationUser.of(1, "sesame")))
                .isInstanceOf(Outcome.Confirmed.class);
        try (RedisConnection redis = server.connect()) {
            redis.command(
                    "EVAL",
                    "for i=1,"
                            + KEYS
                            + " do redis.call('set','k'..i,string.rep(tostring(i),20)) end",
                    "0");
            redis.command("RPUSH", "list", "a", "b", "c");
            redis.command("SET", "fleeting", "1", "EX", "1000");
        }
        assertThat(watched.detach(null)).isInstanceOf(Outcome.Confirmed.class);
        return watched.awaitReport(
                report -> report.follows(RedisEndpoint.DEAD) && report.keys() == KEYS + 2);
    }

    private static Effect.Salvage salvage(Watched watched, RedisReport report) {
        return new Effect.Salvage(
                watched.next(),
                Duration.ofSeconds(20).toNanos(),
                report.runId(),
                7,
                report.position(),
                "open sesame");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    @ParameterizedTest(name = "repl-diskless-sync {0}")
    @ValueSource(strings = {"yes", "no"})
    void theSnapshotLoadsInAnotherRedis(String diskless) throws IOException {
        SalvageStore store = store();
        try (Watched watched = new Watched(server, UnaryOperator.identity(), store)) {
            RedisReport report = frozen(watched);
            try (RedisConnection redis = server.connect()) {
                redis.command("CONFIG", "SET", "repl-diskless-sync", diskless);
            }

            Outcome outcome = watched.run(salvage(watched, report));

            assertThat(outcome).isInstanceOf(Outcome.Salvaged.class);
            Outcome.Salvaged salvaged = (Outcome.Salvaged) outcome;
            Path file = directory.resolve(salvaged.file());
            assertThat(files()).containsExactly(file);
            assertThat(Files.size(file)).isEqualTo(salvaged.size());
            assertThat(salvaged.file())
                    .contains(report.replicationId().value())
                    .contains("-" + report.appliedOffset() + "-epoch7-");
            // as it was, but for the ID, which continues the one before
            RedisReport after = salvaged.report();
            assertThat(after.follows(RedisEndpoint.DEAD)).isTrue();
            assertThat(after.keys()).isEqualTo(KEYS + 2);
            assertThat(after.previousId()).isEqualTo(report.replicationId());
            assertThat(after.appliedOffset()).isEqualTo(report.appliedOffset());
            try (RedisConnection redis = server.connect()) {
                assertThat(redis.list("ACL", "USERS")).containsExactly("default");
                assertThat(redis.list("CONFIG", "GET", "min-replicas-to-write"))
                        .containsExactly("min-replicas-to-write", "0");
            }
            loads(file);
        }
    }

    private void loads(Path file) throws IOException {
        Path fresh = Files.createDirectory(directory.resolve("fresh"));
        Files.copy(file, fresh.resolve("dump.rdb"));
        try (RedisServer other =
                RedisServer.at(address, 6380).safeBoot(false).directory(fresh).start()) {
            try (RedisConnection redis = other.connect()) {
                assertThat(redis.number("DBSIZE")).isEqualTo(KEYS + 2);
                assertThat(redis.command("GET", "k17")).isEqualTo("17".repeat(20));
                assertThat(redis.list("LRANGE", "list", "0", "-1")).containsExactly("a", "b", "c");
                assertThat(redis.number("TTL", "fleeting")).isBetween(1L, 1000L);
            }
        }
    }

    @Test
    void nothingElseIsSetAsideThanWhatWasWeighed() throws IOException {
        try (Watched watched = new Watched(server, UnaryOperator.identity(), store())) {
            RedisReport report = frozen(watched);
            Effect.Salvage wanted = salvage(watched, report);
            Position earlier = new Position(report.replicationId(), report.appliedOffset() - 1);
            assertThat(
                            watched.run(
                                    new Effect.Salvage(
                                            wanted.number(),
                                            wanted.boundNanos(),
                                            wanted.runId(),
                                            7,
                                            earlier,
                                            "x")))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.reason()).contains("expected to set"));
            assertThat(
                            watched.run(
                                    new Effect.Salvage(
                                            watched.next(),
                                            wanted.boundNanos(),
                                            "another",
                                            7,
                                            report.position(),
                                            "x")))
                    .isInstanceOf(Outcome.Failed.class);
            assertThat(files()).isEmpty();
            assertThat(watched.awaitReport(r -> true).follows(RedisEndpoint.DEAD)).isTrue();
        }
    }

    /** Where it cannot be written, nothing is lost: Redis is as it was, and nobody's master. */
    @Test
    void aDirectoryThatIsGoneIsToldAndLeavesRedisDetached() throws IOException {
        SalvageStore gone =
                new SalvageStore(
                        directory.resolve("gone"),
                        "tests",
                        NodeId.parse("10.0.0.1:3000", 0),
                        Clock.systemUTC());
        try (Watched watched = new Watched(server, UnaryOperator.identity(), gone)) {
            RedisReport report = frozen(watched);
            assertThat(watched.run(salvage(watched, report))).isInstanceOf(Outcome.Failed.class);
            assertThat(gone.counts().failures()).isEqualTo(1);
            RedisReport after =
                    watched.awaitReport(r ->
                            r.follows(RedisEndpoint.DEAD)
                                    && report.replicationId().equals(r.previousId()));
            assertThat(after.keys()).isEqualTo(KEYS + 2);
            // and again, from where that has left it
            Files.createDirectory(directory.resolve("gone"));
            assertThat(watched.run(salvage(watched, after))).isInstanceOf(Outcome.Salvaged.class);
        }
    }

    /** An election does not wait for a snapshot: it is given up, and nothing is left of it. */
    @Test
    void aNewerOperationEndsIt() throws IOException {
        SalvageStore store = store();
        try (Watched watched = new Watched(server, UnaryOperator.identity(), store)) {
            RedisReport report = frozen(watched);
            try (RedisConnection redis = server.connect()) {
                // the child that writes the snapshot takes 20 s
                redis.command("CONFIG", "SET", "rdb-key-save-delay", "1000");
            }
            Effect.Salvage slow = salvage(watched, report);
            watched.execute(slow);
            Watched.until("a snapshot is on its way", () -> unfinished() == 1);

            assertThat(watched.detach(null)).isInstanceOf(Outcome.Confirmed.class);

            assertThat(watched.outcome(slow.number()))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.reason()).contains("superseded"));
            Watched.until("nothing is left of it", () -> unfinished() == 0);
            assertThat(files()).isEmpty();
            assertThat(store.counts().failures()).as("that is no failure").isZero();
            assertThat(watched.awaitReport(r -> true).follows(RedisEndpoint.DEAD)).isTrue();
        }
    }

    private int unfinished() {
        try {
            return (int) files().stream().filter(file -> file.toString().endsWith(".part")).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

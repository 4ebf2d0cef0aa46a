package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.election.Effect;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rights in docs/redis-user.md are enough, and none of them is too much. */
class LeastRightsTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "redis-user.md");
    private static final String PASSWORD = "sesame";
    private static final ReplicationUser USER = ReplicationUser.of(1, "open");

    private final String address = Loopback.address(6379, 6380);

    @Test
    void theyAreEnough() throws IOException {
        assertThat(everyOperation(rights())).isEmpty();
    }

    /** One less is missed: Redis has refused something. */
    @ParameterizedTest
    @MethodSource("rights")
    void noneIsTooMuch(String right) throws IOException {
        List<String> others = rights().filter(each -> !each.equals(right)).toList();
        assertThat(others).hasSize((int) rights().count() - 1);
        assertThat(everyOperation(others.stream())).isNotEmpty();
    }

    /** Runs all that the sidecar does; returns what Redis refused. */
    private List<Object> everyOperation(Stream<String> rights) {
        List<String> user =
                Stream.concat(Stream.of("--user", "hive", "on", ">" + PASSWORD, "-@all"), rights)
                        .toList();
        UnaryOperator<LocalRedisSettings> login =
                settings -> settings.withLogin("hive", () -> PASSWORD);
        try (RedisServer one = RedisServer.start(address, 6379, user.toArray(String[]::new));
                RedisServer two = RedisServer.start(address, 6380, user.toArray(String[]::new));
                RedisConnection redis = one.connect();
                RedisConnection other = two.connect();
                Watched a = new Watched(one, login);
                Watched b = new Watched(two, login)) {
            Watched.until("an observation", () -> a.seen() > 0 && b.seen() > 0);
            a.promote(USER, redis.info("server").get("run_id"), 0);
            Position target =
                    new Position(
                            new ReplicationId(redis.info("replication").get("master_replid")), 0);
            b.fetch(a.endpoint(), USER, target, Duration.ofSeconds(2));
            b.follow(a.endpoint(), ReplicationUser.of(1, "not this"));
            b.follow(a.endpoint(), USER);
            String runId = redis.info("server").get("run_id");
            a.run(new Effect.Pause(a.next(), 1_000_000_000, runId, 1_000_000_000));
            a.run(new Effect.Unpause(a.next(), 1_000_000_000));
            b.takeOffDuty(a);
            a.detach(null);
            Stream<Object> refused =
                    Stream.concat(
                            redis.list("ACL", "LOG").stream(), other.list("ACL", "LOG").stream());
            return refused.filter(entry -> entry.toString().contains("command")).toList();
        }
    }

    /** The rights, from the one line in the document that gives them. */
    private static Stream<String> rights() throws IOException {
        List<String> lines =
                Files.readAllLines(DOCUMENT).stream()
                        .filter(line -> line.startsWith("user hive on "))
                        .toList();
        assertThat(lines).hasSize(1);
        return Arrays.stream(lines.getFirst().split(" ")).filter(word -> word.startsWith("+"));
    }
}

package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The master on the relay's own pod, over its unix socket. */
@ExtendWith(Leaks.class)
class NeighbourTest {
    @TempDir private Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void begin() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void end() {
        logger().detachAppender(log);
    }

    @Test
    void isReachedOverItsSocketAndAnotherOverTcp() {
        Path socket = directory.resolve("redis.sock");
        try (RedisServer near = start("--unixsocket", socket.toString());
                RelayHarness hive = hive(near, socket)) {
            hive.open(near);
            RawClient client = hive.client();
            client.send("SET k v\r\nMULTI\r\nGET k\r\nEXEC\r\nWATCH k\r\n");
            client.expect("+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n$1\r\nv\r\n+OK\r\n");
            List<String> upstreams = upstreams(hive, near);
            assertThat(upstreams).hasSizeGreaterThanOrEqualTo(2);
            assertThat(upstreams)
                    .allSatisfy(line -> assertThat(line).contains("addr=" + socket, "flags=U"));
            RedisServer far = hive.master();
            client.send("UNWATCH\r\nSET k v\r\n").expect("+OK\r\n+OK\r\n");
            assertThat(upstreams(hive, far))
                    .isNotEmpty()
                    .noneMatch(line -> line.contains("flags=U"));
            hive.open(near);
            client.send("GET k\r\n").expect("$1\r\nv\r\n");
            assertThat(upstreams(hive, near)).allMatch(line -> line.contains("flags=U"));
            assertThat(log.list).isEmpty();
        }
    }

    @Test
    void aSocketThatIsMissingIsNoObstacle() {
        Path socket = directory.resolve("redis.sock");
        try (RedisServer near = start();
                RelayHarness hive = hive(near, socket)) {
            hive.open(near);
            for (int i = 0; i < 6; i++) {
                RawClient client = hive.client().send("SET k v\r\nWATCH k\r\n");
                client.expect("+OK\r\n+OK\r\n");
            }
            assertThat(upstreams(hive, near))
                    .isNotEmpty()
                    .noneMatch(line -> line.contains("flags=U"));
            // One line for each of the two event loops, not one for each connection.
            assertThat(log.list).hasSizeBetween(1, 2);
            assertThat(log.list.getFirst().getFormattedMessage())
                    .contains(socket.toString(), "over TCP", "HIVE_REDIS_SOCKET");
        }
    }

    /** Neither way leads to it yet. */
    @Test
    void aNeighbourThatStartsLaterIsFound() {
        Path socket = directory.resolve("redis.sock");
        RedisServer near = start("--unixsocket", socket.toString());
        try (near;
                RelayHarness hive = hive(near, socket)) {
            near.kill();
            hive.open(near);
            RawClient client = hive.client().send("PING\r\n");
            Await.until("it waits", () -> hive.counts().parkedSessions() == 1);
            near.restart();
            client.expect("+PONG\r\n");
        }
    }

    private static RedisServer start(String... arguments) {
        return RedisServer.startMaster(Loopback.address(6379), 6379, arguments);
    }

    private static RelayHarness hive(RedisServer near, Path socket) {
        return new RelayHarness(s -> s.withNeighbour(RelayHarness.endpoint(near), socket));
    }

    /** The clients of a server but for the one that asks. */
    private static List<String> upstreams(RelayHarness hive, RedisServer server) {
        RedisConnection direct = hive.direct(server);
        return direct.text("CLIENT", "LIST")
                .lines()
                .filter(line -> !line.contains("cmd=client|list"))
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Connector.class);
    }
}

package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisReport;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.transport.Transport;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class WatcherTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final String address = Loopback.address(6379);
    private final RedisServer server = RedisServer.start(address, 6379);

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void aRestartIsALossAndAnotherRun() {
        try (Watched watched = Watched.watch(server)) {
            String before = watched.awaitReport(report -> true).runId();
            int from = watched.seen();
            server.restart();
            watched.awaitObservation(from, Observation.Lost.class);
            assertThat(watched.awaitReport(report -> true).runId()).isNotEqualTo(before);
        }
    }

    /** Observed once an hour, a loss is told all the same: it is the socket that tells. */
    @Test
    void aKilledServerIsNoticedAtOnce() {
        try (Watched watched =
                new Watched(server, settings -> settings.withTimes(HOUR.plus(HOUR), HOUR))) {
            watched.awaitReport(report -> true);
            int from = watched.seen();
            server.kill();
            assertThat(watched.awaitObservation(from, Observation.Lost.class).reason())
                    .contains(address);
        }
    }

    @Test
    void aFrozenServerIsSilentAndThenLost() {
        try (Watched watched =
                new Watched(
                        server,
                        settings ->
                                settings.withTimes(
                                        Duration.ofMillis(900), Duration.ofMillis(50)))) {
            watched.awaitReport(report -> true);
            int from = watched.seen();
            server.freeze();
            Observation.Silent silent = watched.awaitObservation(from, Observation.Silent.class);
            assertThat(silent.silentMillis()).isGreaterThan(100);
            watched.awaitObservation(from, Observation.Lost.class);
            List<Observation> all = watched.observations();
            assertThat(all.indexOf(silent))
                    .isLessThan(
                            all.indexOf(watched.awaitObservation(from, Observation.Lost.class)));
            server.thaw();
            watched.awaitReport(report -> true);
        }
    }

    /** It comes back within its limit: it was never lost. */
    @Test
    void aServerThatWasOnlySlowIsNotLost() {
        try (Watched watched = new Watched(server, settings -> settings.withTimes(HOUR, QUICK))) {
            watched.awaitReport(report -> true);
            int from = watched.seen();
            server.freeze();
            watched.awaitObservation(from, Observation.Silent.class);
            server.thaw();
            watched.awaitReport(report -> true);
            assertThat(watched.observations().stream().skip(from))
                    .noneMatch(Observation.Lost.class::isInstance);
        }
    }

    /**
     * A script that does not end: Redis answers everything with BUSY, and is not dead (pain 12).
     */
    @Test
    void aServerThatRunsAScriptIsSilentAndNotLost() {
        try (Watched watched = new Watched(server, settings -> settings.withTimes(HOUR, QUICK));
                RedisConnection script = server.connect();
                RedisConnection redis = server.connect()) {
            redis.command("CONFIG", "SET", "busy-reply-threshold", "50");
            watched.awaitReport(report -> true);
            int from = watched.seen();
            script.send("EVAL", "while true do end", "0");
            Watched.until(
                    "BUSY",
                    () -> {
                        try {
                            redis.command("PING");
                            return false;
                        } catch (RedisReplyException e) {
                            return e.getMessage().startsWith("BUSY");
                        }
                    });
            int busy = watched.seen();
            watched.awaitObservation(busy, Observation.Silent.class);
            redis.command("SCRIPT", "KILL");
            watched.awaitReport(report -> true);
            assertThat(watched.observations().stream().skip(from))
                    .noneMatch(Observation.Lost.class::isInstance);
        }
    }

    @Test
    void aServerThatIsNotThereYetIsLost() {
        server.kill();
        try (Watched watched = new Watched(server, UnaryOperator.identity())) {
            assertThat(watched.awaitObservation(0, Observation.Lost.class).reason())
                    .contains("refused");
            server.restart();
            watched.awaitReport(report -> true);
        }
    }

    @Test
    void aWrongPasswordIsNamedOnceAndNotQuoted() {
        server.restart("--requirepass", "sesame");
        AtomicReference<String> password = new AtomicReference<>("mustard");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("io.hive.proxy.redis");
        log.start();
        logger.addAppender(log);
        try (Watched watched =
                        new Watched(server, settings -> settings.withLogin("", password::get));
                RedisConnection redis = server.connect()) {
            String reason = watched.awaitObservation(0, Observation.Lost.class).reason();
            assertThat(reason)
                    .contains("HIVE_REDIS_PASSWORD")
                    .contains("HIVE_REDIS_USERNAME")
                    .doesNotContain("mustard");
            redis.command("AUTH", "sesame");
            Watched.until(
                    "five attempts",
                    () ->
                            Long.parseLong(redis.info("stats").get("total_connections_received"))
                                    >= 7);
            assertThat(List.copyOf(log.list).stream())
                    .filteredOn(event -> event.getFormattedMessage().contains(address))
                    .hasSize(1)
                    .noneMatch(event -> event.getFormattedMessage().contains("mustard"));
            // The file behind it was changed: it is read again.
            password.set("sesame");
            watched.awaitReport(report -> true);
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void aMissingPasswordIsNamed() {
        server.restart("--requirepass", "sesame");
        try (Watched watched = new Watched(server, UnaryOperator.identity())) {
            assertThat(watched.awaitObservation(0, Observation.Lost.class).reason())
                    .contains("set HIVE_REDIS_PASSWORD");
        }
    }

    @Test
    void aPasswordThatIsNotAskedForIsNamed() {
        try (Watched watched =
                new Watched(server, settings -> settings.withLogin("", () -> "mustard"))) {
            assertThat(watched.awaitObservation(0, Observation.Lost.class).reason())
                    .contains("HIVE_REDIS_PASSWORD")
                    .doesNotContain("mustard");
        }
    }

    @Test
    void aPasswordThatCannotBeReadIsALoss() {
        AtomicReference<RuntimeException> failure =
                new AtomicReference<>(new IllegalStateException("no such file"));
        try (Watched watched =
                new Watched(
                        server,
                        settings ->
                                settings.withLogin(
                                        "",
                                        () -> {
                                            RuntimeException current = failure.get();
                                            if (current != null) {
                                                throw current;
                                            }
                                            return "";
                                        }))) {
            assertThat(watched.awaitObservation(0, Observation.Lost.class).reason())
                    .contains("no such file");
            failure.set(null);
            watched.awaitReport(report -> true);
        }
    }

    @Test
    void aUserWithTooFewRightsIsTold() {
        server.restart("--user", "hive", "on", ">s", "~*", "-@all", "+ping");
        try (Watched watched =
                new Watched(server, settings -> settings.withLogin("hive", () -> "s"))) {
            assertThat(watched.awaitObservation(0, Observation.Lost.class).reason())
                    .contains("'hive'")
                    .contains("docs/redis-user.md");
        }
    }

    @Test
    void aServerThatLoadsIsReported() {
        try (RedisConnection redis = server.connect()) {
            redis.command("REPLICAOF", "NO", "ONE");
            redis.command(
                    "EVAL",
                    "for i=1,2000 do redis.call('set','k'..i,string.rep('x',100)..i) end",
                    "0");
            redis.command("SAVE");
        }
        try (Watched watched = Watched.watch(server)) {
            server.restart(
                    "--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024");
            watched.awaitReport(RedisReport::loading);
            assertThat(watched.awaitReport(report -> !report.loading()).keys()).isEqualTo(2000);
        }
    }

    @Test
    void whatOthersChangeIsSeen() {
        try (Watched watched = Watched.watch(server);
                RedisConnection redis = server.connect()) {
            redis.command("REPLICAOF", "NO", "ONE");
            redis.command("ACL", "SETUSER", "hive-replication-3");
            redis.command("CONFIG", "SET", "replica-priority", "0");
            redis.command("SET", "k", "v");
            watched.awaitReport(report ->
                    report.isMaster()
                            && report.priority() == 0
                            && report.keys() == 1
                            && ReplicationUser.PREFIX.concat("3").equals(report.replicationUser()));
            redis.command("ACL", "DELUSER", "hive-replication-3");
            watched.awaitReport(report -> report.replicationUser() == null);
        }
    }

    /** Nothing is sent that Redis does not know, as clients like to do when they connect. */
    @Test
    void nothingIsSentThatRedisRefuses() {
        try (Watched watched = Watched.watch(server);
                RedisConnection redis = server.connect()) {
            watched.awaitReport(report -> true);
            assertThat(redis.text("INFO", "errorstats")).doesNotContain("errorstat_");
            assertThat(redis.text("INFO", "commandstats"))
                    .doesNotContain("client|")
                    .doesNotContain("cmdstat_hello")
                    .doesNotContain("cmdstat_ping");
        }
    }

    @Test
    void aSocketInTheFileSystem(@TempDir Path folder) {
        Path socket = folder.resolve("redis.sock");
        server.restart("--unixsocket", socket.toString());
        try (Watched watched =
                new Watched(
                        server,
                        settings ->
                                new LocalRedisSettings(
                                        "192.0.2.1",
                                        1,
                                        socket,
                                        "",
                                        () -> "",
                                        settings.announced(),
                                        settings.silenceLimit(),
                                        settings.pollInterval()))) {
            watched.awaitReport(report -> true);
            int from = watched.seen();
            server.kill();
            watched.awaitObservation(from, Observation.Lost.class);
        }
    }

    @Test
    void aNameIsResolved() {
        server.close();
        int port = Loopback.port("127.0.0.1");
        try (RedisServer named = RedisServer.start("127.0.0.1", port);
                Watched watched =
                        new Watched(
                                named,
                                settings ->
                                        LocalRedisSettings.of(
                                                "localhost", port, settings.announced()))) {
            watched.awaitReport(report -> true);
        }
    }

    /** Lettuce takes epoll by itself; loops of another kind are left alone. */
    @Test
    void eventLoopsOfAnotherKindDoNoHarm() throws Exception {
        EventLoopGroup loops = Transport.NIO.eventLoops(1, "test-nio");
        BlockingQueue<Observation> seen = new LinkedBlockingQueue<>();
        try (LocalRedis redis =
                new LocalRedis(
                        LocalRedisSettings.of(address, 6379, Watched.endpoint(server)),
                        loops,
                        seen::add,
                        (number, outcome) -> {})) {
            redis.start();
            assertThat(seen.poll(30, TimeUnit.SECONDS)).isInstanceOf(Observation.Reported.class);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static final Duration QUICK = Duration.ofMillis(50);
}

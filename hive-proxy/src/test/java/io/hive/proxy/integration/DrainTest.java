package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.RedisConnection;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sidecar that is told to stop moves its own clients, and no command of theirs fails. */
@Timeout(300)
class DrainTest {
    private static RedisClient client(TestPod pod, int port, MaintNotificationsConfig config) {
        RedisClient client =
                RedisClient.create(
                        RedisURI.builder()
                                .withHost(pod.address)
                                .withPort(port)
                                .withTimeout(Duration.ofSeconds(20))
                                .build());
        client.setOptions(
                ClientOptions.builder()
                        .protocolVersion(ProtocolVersion.RESP3)
                        .maintNotificationsConfig(config)
                        .build());
        return client;
    }

    /** Commands without a pause, a hundred under way at once, until it is told to end. */
    private static final class Caller implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong done = new AtomicLong();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final Thread thread;

        Caller(StatefulRedisConnection<String, String> connection, String key) {
            thread =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    call(connection, key);
                                } catch (Throwable e) {
                                    failure.set(e);
                                }
                            });
        }

        private void call(StatefulRedisConnection<String, String> connection, String key)
                throws Exception {
            List<RedisFuture<Long>> batch = new ArrayList<>();
            while (!over.get()) {
                for (int i = 0; i < 100; i++) {
                    batch.add(connection.async().incr(key));
                }
                for (RedisFuture<Long> one : batch) {
                    assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(done.incrementAndGet());
                }
                batch.clear();
            }
        }

        /** Ends, and tells how often it has called. */
        long finish() throws InterruptedException {
            over.set(true);
            thread.join();
            assertThat(failure.get()).isNull();
            return done.get();
        }

        @Override
        public void close() {
            over.set(true);
        }
    }

    @Test
    void lettuceGoesOnElsewhereWithoutAFailedCommand() throws Exception {
        try (TestHive hive = TestHive.of(3)) {
            TestPod leader = hive.leader();
            // First a follower's sidecar, then the leader's, which hands over, too.
            List<TestPod> leaving = List.of(hive.followers(leader).getFirst(), leader);
            for (TestPod pod : leaving) {
                RedisClient client = client(pod, 7000, MaintNotificationsConfig.enabled());
                try (StatefulRedisConnection<String, String> connection = client.connect();
                        StatefulRedisConnection<String, String> idle = client.connect();
                        Caller caller = new Caller(connection, "n-" + pod.number)) {
                    idle.sync().ping();
                    hive.until("it calls", () -> caller.done.get() > 1000);

                    pod.sidecar().stop();

                    long before = caller.done.get();
                    hive.until("it calls elsewhere", () -> caller.done.get() > before + 1000);
                    long calls = caller.finish();
                    assertThat(idle.sync().get("n-" + pod.number)).isEqualTo(Long.toString(calls));
                } finally {
                    client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
                }
            }
        }
    }

    @Test
    void lettuceOnThePortForReadsIsMovedToAnotherPortForReads() throws Exception {
        try (TestHive hive = TestHive.of(3)) {
            TestPod leader = hive.leader();
            TestPod pod = hive.followers(leader).getFirst();
            hive.write(leader, "key", "value");
            hive.awaitValue("key", "value", hive.pods);
            RedisClient client = client(pod, 7001, MaintNotificationsConfig.enabled());
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                assertThat(connection.sync().get("key")).isEqualTo("value");

                pod.sidecar().stop();

                for (int i = 0; i < 200; i++) {
                    assertThat(connection.sync().get("key")).isEqualTo("value");
                }
                org.assertj.core.api.Assertions.assertThatThrownBy(
                                () -> connection.sync().set("key", "other"))
                        .hasMessageContaining("READONLY");
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
            }
        }
    }

    /** Looking at the path changes nothing; asking for it drains, once for all. */
    @Test
    void headAsksForNothing() {
        try (TestHive hive = TestHive.of(2)) {
            TestPod leader = hive.leader();
            assertThat(leader.head("/prestop")).isEqualTo(405);
            assertThat(leader.inSync()).isTrue();
            try (RedisConnection client = hive.connect(leader.address, 7000)) {
                assertThat(client.text("PING")).isEqualTo("PONG");
                assertThat(leader.http("/prestop")).contains("safe to stop");
                assertThat(client.closedByOther()).isTrue();
            }
            assertThat(leader.http("/readyz")).contains("draining");
            Map<String, String> info = leader.redisInfo("replication");
            assertThat(info).containsEntry("role", "slave");
        }
    }
}

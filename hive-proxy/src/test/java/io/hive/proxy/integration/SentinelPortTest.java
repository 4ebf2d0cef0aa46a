package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisSentinelClient;

/** The sentinel port of real sidecars, by hand and with the clients that people have. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SentinelPortTest {
    private static final int PORT = 26379;
    private static final String NAME = "mymaster";

    private @Nullable TestHive hive;

    @BeforeAll
    void start() {
        hive = TestHive.of(3);
    }

    @AfterAll
    void end() {
        hive().close();
    }

    private TestHive hive() {
        return Objects.requireNonNull(hive);
    }

    @Test
    @Order(1)
    void everySidecarNamesTheLeadersRelay() {
        TestPod leader = hive().leader();
        for (TestPod pod : hive().pods) {
            try (RedisConnection sentinel = RedisConnection.open(pod.address, PORT)) {
                assertThat(sentinel.list("SENTINEL", "get-master-addr-by-name", NAME))
                        .containsExactly(leader.address, "7000");
                assertThat(sentinel.list("SENTINEL", "MASTERS")).hasSize(1);
                assertThat(sentinel.list("SENTINEL", "replicas", NAME)).hasSize(2);
                assertThat(sentinel.list("SENTINEL", "slaves", NAME)).hasSize(2);
                assertThat(sentinel.list("SENTINEL", "sentinels", NAME)).hasSize(2);
                assertThat(sentinel.text("SENTINEL", "ckquorum", NAME)).startsWith("OK 3 usable");
                assertThat(sentinel.text("SENTINEL", "myid")).matches("[0-9a-f]{40}");
                assertThat(sentinel.text("PING")).isEqualTo("PONG");
                assertThat(sentinel.list("ROLE")).startsWith("sentinel");
                assertThat(sentinel.text("INFO"))
                        .contains("redis_mode:sentinel", "status=ok,address=" + leader.address);
                assertThat(sentinel.list("SENTINEL", "MASTER", NAME))
                        .contains("ip", leader.address, "flags", "master", "num-slaves", "2");
            }
        }
    }

    @Test
    @Order(2)
    void whatIsNotForItGetsOneLineAndTheConnectionStays() {
        try (RedisConnection sentinel =
                RedisConnection.open(hive().pods.getFirst().address, PORT)) {
            for (List<String> command :
                    List.of(
                            List.of("GET", "x"),
                            List.of("SENTINEL"),
                            List.of("SENTINEL", "nonsense"),
                            List.of("SENTINEL", "master"),
                            List.of("SENTINEL", "monitor", "a", "1.1.1.1", "1", "1"),
                            List.of("CLIENT", "nonsense"),
                            List.of("SUBSCRIBE"),
                            List.of("HELLO", "4"),
                            List.of("AUTH", "secret"))) {
                assertThatThrownBy(() -> sentinel.command(command.toArray(String[]::new)))
                        .isInstanceOf(RedisReplyException.class);
            }
            assertThat(sentinel.text("PING")).isEqualTo("PONG");
        }
    }

    @Test
    @Order(3)
    void failoverIsAPlannedHandover() {
        TestPod leader = hive().leader();
        TestPod asked = hive().followers(leader).getFirst();
        try (RedisConnection sentinel = RedisConnection.open(asked.address, PORT)) {
            assertThat(sentinel.text("SENTINEL", "failover", NAME)).isEqualTo("OK");
            TestPod next = hive().awaitSettled();
            assertThat(next).isNotSameAs(leader);
            hive().until(
                            "the next leader is told",
                            () ->
                                    sentinel.list("SENTINEL", "get-master-addr-by-name", NAME)
                                            .contains(next.address));
        }
    }

    @Test
    @Order(4)
    void clientsInSentinelModeFindTheNextMaster() {
        TestPod leader = hive().leader();
        List<TestPod> others = hive().followers(leader);
        try (RedisConnection watcher = RedisConnection.open(others.getFirst().address, PORT);
                LettuceClient lettuce = new LettuceClient(hive().pods);
                RedisSentinelClient jedis = jedis();
                RedissonCloser redisson = new RedissonCloser(redisson())) {
            watcher.text("PING");
            watcher.list("SENTINEL", "get-master-addr-by-name", NAME);
            watcher.send("PSUBSCRIBE", "*");
            assertThat(watcher.receive()).asString().contains("psubscribe");
            lettuce.connection.sync().set("lettuce", "1");
            jedis.set("jedis", "1");
            redisson.client.getBucket("redisson", StringCodec.INSTANCE).set("1");

            leader.kill();

            AtomicReference<String> told = new AtomicReference<>("");
            hive().until(
                            "a message about the next master",
                            () -> {
                                told.set(String.valueOf(watcher.receive()));
                                return told.get().contains("+switch-master, " + NAME);
                            });
            String switched = told.get();
            assertThat(switched).contains(leader.address + " 7000 ");
            TestPod next = hive().awaitSettled(others.toArray(TestPod[]::new));
            assertThat(switched).contains(" " + next.address + " 7000");
            hive().until(
                            "Lettuce writes",
                            () -> worked(() -> lettuce.connection.sync().set("lettuce", "2")));
            hive().until("Jedis writes", () -> worked(() -> jedis.set("jedis", "2")));
            hive().until(
                            "Redisson writes",
                            () ->
                                    worked(() ->
                                            redisson.client
                                                    .getBucket("redisson", StringCodec.INSTANCE)
                                                    .set("2")));
            try (RedisConnection redis = RedisConnection.open(next.address, 6379)) {
                assertThat(redis.text("GET", "lettuce")).isEqualTo("2");
                assertThat(redis.text("GET", "jedis")).isEqualTo("2");
                assertThat(redis.text("GET", "redisson")).isEqualTo("2");
            }
        }
    }

    private static boolean worked(Runnable command) {
        try {
            command.run();
            return true;
        } catch (RuntimeException _) {
            return false;
        }
    }

    private RedisSentinelClient jedis() {
        Set<HostAndPort> sentinels = new LinkedHashSet<>();
        hive().pods.forEach(pod -> sentinels.add(new HostAndPort(pod.address, PORT)));
        return RedisSentinelClient.builder()
                .masterName(NAME)
                .sentinels(sentinels)
                .clientConfig(DefaultJedisClientConfig.builder().build())
                .build();
    }

    private RedissonClient redisson() {
        Config config = new Config();
        var sentinels = config.useSentinelServers().setMasterName(NAME).setScanInterval(200);
        hive().pods
                .forEach(
                        pod -> sentinels.addSentinelAddress("redis://" + pod.address + ":" + PORT));
        return Redisson.create(config);
    }

    private record RedissonCloser(RedissonClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.shutdown();
        }
    }

    private static final class LettuceClient implements AutoCloseable {
        private final RedisClient client;
        private final StatefulRedisConnection<String, String> connection;

        LettuceClient(List<TestPod> pods) {
            RedisURI.Builder uri =
                    RedisURI.Builder.sentinel(pods.getFirst().address, PORT, NAME)
                            .withTimeout(Duration.ofSeconds(2));
            pods.stream().skip(1).forEach(pod -> uri.withSentinel(pod.address, PORT));
            client = RedisClient.create(uri.build());
            connection = client.connect();
        }

        @Override
        public void close() {
            connection.close();
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }
}

package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The port for reads of real sidecars, shown by what each Redis counted. */
@Timeout(300)
class ReadPortTest {
    private static final int READS = 7001;

    private static long gets(TestPod pod) {
        Map<String, String> stats = pod.direct(redis -> redis.info("commandstats"));
        String get = stats.getOrDefault("cmdstat_get", "calls=0,");
        return Long.parseLong(get.substring(6, get.indexOf(',')));
    }

    private static String read(TestPod pod, String... command) {
        return pod.reader(reads -> String.valueOf(reads.command(command)));
    }

    private static List<Long> gets(TestHive hive) {
        return hive.pods.stream().map(ReadPortTest::gets).toList();
    }

    private static void awaitServedBy(TestHive hive, TestPod asked, String by, TestPod redis) {
        hive.until(
                "reads of " + asked + " are served by " + by,
                () -> asked.says("\"servedBy\":\"" + by + "\",\"redis\":\"" + redis.address + ":"));
    }

    @ParameterizedTest(name = "password {0}")
    @NullSource
    @ValueSource(strings = "correct horse")
    void theLocalReplicaAnswersAndWritesAreRefused(String password) {
        try (TestHive hive = TestHive.of(3, password)) {
            TestPod leader = hive.leader();
            TestPod follower = hive.followers(leader).getFirst();
            hive.write(follower, "key", "value");
            hive.awaitValue("key", "value", hive.pods);
            awaitServedBy(hive, follower, "local", follower);
            List<Long> before = gets(hive);

            for (int i = 0; i < 5; i++) {
                follower.reader(reads -> {
                    for (int j = 0; j < 10; j++) {
                        assertThat(reads.text("GET", "key")).isEqualTo("value");
                    }
                    return true;
                });
            }

            List<Long> after = gets(hive);
            for (TestPod pod : hive.pods) {
                int i = pod.number - 1;
                assertThat(after.get(i) - before.get(i))
                        .as("reads that the Redis of %s has run", pod)
                        .isEqualTo(pod == follower ? 50 : 0);
            }
            // Nobody writes through it: not where a replica serves, and not where the master could.
            for (TestPod pod : hive.pods) {
                for (List<String> write :
                        List.of(
                                List.of("SET", "key", "other"),
                                List.of("EVAL", "return redis.call('set','key','x')", "0"),
                                List.of("PUBLISH", "channel", "x"))) {
                    assertThatThrownBy(() ->
                                    pod.reader(
                                            reads -> reads.command(write.toArray(String[]::new))))
                            .isInstanceOf(RedisReplyException.class);
                }
            }
            hive.awaitValue("key", "value", hive.pods);
        }
    }

    @Test
    void theLeadersPortIsServedByAReplicaAndALonePodsByItsMaster() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod leader = hive.leader();
            hive.write(leader, "key", "value");
            hive.awaitValue("key", "value", hive.pods);
            hive.until("a replica serves", () -> leader.says("\"servedBy\":\"replica\""));
            long before = gets(leader);
            assertThat(read(leader, "GET", "key")).isEqualTo("value");
            assertThat(read(leader, "ROLE")).contains("slave");
            assertThat(gets(leader)).isEqualTo(before);

            for (TestPod follower : hive.followers(leader)) {
                follower.kill();
            }

            awaitServedBy(hive, leader, "master", leader);
            assertThat(read(leader, "GET", "key")).isEqualTo("value");
            assertThatThrownBy(() -> leader.reader(reads -> reads.command("SET", "key", "other")))
                    .hasMessageContaining("READONLY");
            assertThat(leader.redisGet("key")).isEqualTo("value");
        }
    }

    @Test
    void whileTheLocalRedisHangsAnotherOneAnswersTheSameConnection() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod leader = hive.leader();
            TestPod follower = hive.followers(leader).getFirst();
            hive.write(leader, "key", "value");
            hive.awaitValue("key", "value", hive.pods);
            awaitServedBy(hive, follower, "local", follower);
            try (RedisConnection reads = hive.connect(follower.address, READS)) {
                assertThat(reads.text("GET", "key")).isEqualTo("value");

                follower.redis().freeze();

                // What is under way when that shows is run again elsewhere.
                for (int i = 0; i < 100; i++) {
                    assertThat(reads.text("GET", "key")).isEqualTo("value");
                }
                assertThat(follower.says("\"servedBy\":\"replica\"")).isTrue();

                follower.redis().thaw();
                awaitServedBy(hive, follower, "local", follower);
                assertThat(reads.text("GET", "key")).isEqualTo("value");
            }
        }
    }

    /** Each restart is of another, empty process on the same address. */
    @Test
    void aRedisThatHasJustStartedNeverAnswersBeforeItHasCaughtUp() {
        try (TestHive hive = TestHive.of(2)) {
            TestPod leader = hive.leader();
            TestPod follower = hive.followers(leader).getFirst();
            leader.direct(redis -> {
                redis.command("CONFIG", "SET", "repl-diskless-sync-delay", "0");
                String fill = "for i=1,200000 do redis.call('set','p'..i,'x') end";
                return redis.command("EVAL", fill, "0");
            });
            hive.write(leader, "key", "value");
            hive.awaitValue("key", "value", hive.pods);
            awaitServedBy(hive, follower, "local", follower);
            try (RedisConnection kept = hive.connect(follower.address, READS)) {
                for (int restart = 0; restart < 3; restart++) {
                    follower.redis().kill();
                    follower.redis().restartEmpty();
                    AtomicInteger answers = new AtomicInteger();
                    hive.until(
                            "the local replica serves again",
                            () -> {
                                for (int i = 0; i < 20; i++) {
                                    String fresh =
                                            follower.reader(reads -> reads.text("GET", "key"));
                                    assertThat(fresh).isEqualTo("value");
                                    assertThat(kept.text("GET", "key")).isEqualTo("value");
                                    answers.incrementAndGet();
                                }
                                return follower.says("\"servedBy\":\"local\"");
                            });
                    assertThat(answers.get()).isPositive();
                }
            }
        }
    }

    @Test
    void connectionsStayThroughFailoversAndTheLocalRedisMayBecomeMaster() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod leader = hive.leader();
            hive.write(leader, "key", "value");
            hive.awaitValue("key", "value", hive.pods);
            List<TestPod> others = hive.followers(leader);
            List<RedisConnection> kept = new ArrayList<>();
            try {
                for (TestPod pod : others) {
                    kept.add(hive.connect(pod.address, READS));
                }
                TestPod next = others.getFirst();
                hive.until(
                        "it is handed over",
                        () -> leader.post("/api/handoff?to=" + next.address).contains("epoch"));
                for (int i = 0; i < 50; i++) {
                    kept.forEach(reads -> assertThat(reads.text("GET", "key")).isEqualTo("value"));
                }
                assertThat(hive.awaitSettled()).isSameAs(next);
                hive.until(
                        "a replica serves where the master is",
                        () -> next.says("\"servedBy\":\"replica\""));

                leader.kill();
                for (int i = 0; i < 50; i++) {
                    kept.forEach(reads -> assertThat(reads.text("GET", "key")).isEqualTo("value"));
                }
                TestPod last = others.getLast();
                next.kill();
                for (int i = 0; i < 50; i++) {
                    assertThat(kept.getLast().text("GET", "key")).isEqualTo("value");
                }
                hive.until("the last one leads", last::redisIsMaster);
                awaitServedBy(hive, last, "master", last);
                assertThat(kept.getLast().text("GET", "key")).isEqualTo("value");
                assertThatThrownBy(() -> kept.getLast().command("SET", "key", "x"))
                        .hasMessageContaining("READONLY");
            } finally {
                kept.forEach(RedisConnection::close);
            }
        }
    }

    @Test
    void lettuceReadsAndSubscribesOverResp3ThroughAFailover() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod leader = hive.leader();
            TestPod reader = hive.followers(leader).getFirst();
            hive.write(leader, "key", "value");
            hive.awaitValue("key", "value", hive.pods);
            awaitServedBy(hive, reader, "local", reader);
            RedisClient client =
                    RedisClient.create(
                            RedisURI.builder()
                                    .withHost(reader.address)
                                    .withPort(READS)
                                    .withTimeout(Duration.ofSeconds(20))
                                    .build());
            client.setOptions(
                    ClientOptions.builder()
                            .protocolVersion(ProtocolVersion.RESP3)
                            .autoReconnect(false)
                            .build());
            try (StatefulRedisConnection<String, String> connection = client.connect();
                    StatefulRedisPubSubConnection<String, String> pubSub = client.connectPubSub()) {
                Queue<String> messages = new ConcurrentLinkedQueue<>();
                pubSub.addListener(
                        new io.lettuce.core.pubsub.RedisPubSubAdapter<>() {
                            @Override
                            public void message(String channel, String message) {
                                messages.add(message);
                            }
                        });
                pubSub.sync().subscribe("channel");
                assertThat(connection.sync().get("key")).isEqualTo("value");
                awaitMessage(hive, leader, messages, "before");

                leader.kill();

                for (int i = 0; i < 200; i++) {
                    assertThat(connection.sync().get("key")).isEqualTo("value");
                }
                TestPod next = hive.awaitSettled(hive.followers(leader).toArray(TestPod[]::new));
                awaitMessage(hive, next, messages, "after");
                assertThat(connection.isOpen()).isTrue();
                assertThat(pubSub.isOpen()).isTrue();
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
            }
        }
    }

    private static void awaitMessage(
            TestHive hive, TestPod through, Queue<String> messages, String text) {
        hive.until(
                "a message comes",
                () -> {
                    through.client(c -> c.command("PUBLISH", "channel", text));
                    return messages.contains(text);
                });
    }

    /** The two ways of docs/reads.md, with nothing but what every client has. */
    @Test
    void aClientReadsItsOwnWrites() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod leader = hive.leader();
            TestPod follower = hive.followers(leader).getFirst();
            awaitServedBy(hive, follower, "local", follower);
            try (RedisConnection writes = hive.connect(follower.address, 7000);
                    RedisConnection reads = hive.connect(follower.address, READS)) {
                for (int i = 0; i < 200; i++) {
                    String value = Integer.toString(i);
                    writes.command("SET", "a", value);
                    assertThat(writes.number("WAIT", "2", "5000")).isEqualTo(2);
                    assertThat(reads.text("GET", "a")).isEqualTo(value);

                    writes.command("SET", "b", value);
                    Map<String, String> master = writes.info("replication");
                    hive.until(
                            "the read is as new as the write", () -> readAt(reads, master, value));
                }
            }
        }
    }

    private static boolean readAt(RedisConnection reads, Map<String, String> master, String value) {
        reads.command("MULTI");
        reads.command("INFO", "replication");
        reads.command("GET", "b");
        List<?> replies = reads.list("EXEC");
        String info = String.valueOf(replies.getFirst());
        boolean same = info.contains("master_replid:" + master.get("master_replid"));
        boolean there =
                same
                        && offset(info, "slave_repl_offset:")
                                >= Long.parseLong(master.get("master_repl_offset"));
        if (there) {
            assertThat(replies.getLast()).isEqualTo(value);
        }
        return there;
    }

    private static long offset(String info, String name) {
        int at = info.indexOf(name);
        return at < 0
                ? -1
                : Long.parseLong(info.substring(at + name.length(), info.indexOf('\r', at)));
    }
}

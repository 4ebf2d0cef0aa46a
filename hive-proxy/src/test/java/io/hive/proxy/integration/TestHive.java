package io.hive.proxy.integration;

import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.HeadlessDns;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A hive of real processes. Everything it starts ends with {@link #close}; a failed wait tells the
 * end of every sidecar's log.
 */
final class TestHive implements AutoCloseable {
    static final String NAME = "hive.test.internal.";
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final HeadlessDns dns = HeadlessDns.start(Loopback.address(), 0);
    final @Nullable String password;
    final Map<String, String> settings = new LinkedHashMap<>();
    final List<TestPod> pods = new ArrayList<>();
    private final Path directory;

    private TestHive(@Nullable String password) {
        this.password = password;
        try {
            directory = Files.createTempDirectory("hive-test-");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        settings.put("HIVE_DNS_NAME", NAME);
        settings.put("HIVE_DNS_SERVER", dns.hostPort());
        settings.put("HIVE_SECRET", "a secret of the tests");
    }

    /** A hive without pods. */
    static TestHive empty() {
        return new TestHive(null);
    }

    /** A hive without pods, whose Redises ask for this password. */
    static TestHive withPassword(@Nullable String password) {
        return new TestHive(password);
    }

    /** A hive of so many pods, all of them up, one leading and the others in sync. */
    static TestHive of(int pods) {
        return of(pods, null);
    }

    static TestHive of(int pods, @Nullable String password) {
        TestHive hive = new TestHive(password);
        try {
            hive.add(pods);
            hive.pods.forEach(TestPod::startRedis);
            hive.pods.forEach(TestPod::startSidecar);
            hive.awaitSettled();
            return hive;
        } catch (Throwable e) {
            hive.close();
            throw e;
        }
    }

    /** Adds pods that are named by DNS and not started. */
    void add(int count) {
        for (int i = 0; i < count; i++) {
            pods.add(new TestPod(this, pods.size() + 1, directory));
        }
        publish(pods);
    }

    /** Makes DNS name these pods. */
    void publish(Collection<TestPod> named) {
        dns.set(NAME, named.stream().map(pod -> pod.address).toList());
    }

    TestPod pod(int number) {
        return pods.get(number - 1);
    }

    /** Waits until exactly one of these leads, the others follow it in sync, and all say so. */
    TestPod awaitSettled(TestPod... among) {
        List<TestPod> expected = among.length == 0 ? List.copyOf(pods) : List.of(among);
        until(
                "one of " + expected.size() + " pods leads and the others follow it in sync",
                () -> settledLeader(expected) != null);
        TestPod leader = settledLeader(expected);
        if (leader == null) {
            return awaitSettled(among);
        }
        return leader;
    }

    private static @Nullable TestPod settledLeader(List<TestPod> expected) {
        @Nullable TestPod leader = null;
        for (TestPod pod : expected) {
            if (pod.says("\"state\":\"LEADING\",\"leader\":")) {
                if (leader != null) {
                    return null;
                }
                leader = pod;
            }
        }
        if (leader == null || !leader.redisIsMaster()) {
            return null;
        }
        for (TestPod pod : expected) {
            if (!pod.says("\"leader\":\"" + leader.address + ":3000\"") || !pod.inSync()) {
                return null;
            }
            if (pod != leader && !pod.redisFollows(leader)) {
                return null;
            }
        }
        return leader;
    }

    TestPod leader() {
        return awaitSettled(pods.stream().filter(TestPod::isUp).toArray(TestPod[]::new));
    }

    List<TestPod> followers(TestPod leader) {
        return pods.stream().filter(pod -> pod != leader).toList();
    }

    /** Writes through a sidecar, and tries again until a master has acknowledged it. */
    void write(TestPod through, String key, String value) {
        until(
                "a write through " + through.address + " is acknowledged",
                () -> through.client(c -> "OK".equals(c.command("SET", key, value))));
    }

    /** Waits until every one of these Redises holds the value. */
    void awaitValue(String key, String value, Collection<TestPod> in) {
        for (TestPod pod : in) {
            until(
                    "the Redis of " + pod.address + " holds " + key + "=" + value,
                    () -> value.equals(pod.redisGet(key)));
        }
    }

    void until(String what, java.util.concurrent.Callable<Boolean> condition) {
        try {
            Await.until(what, PATIENCE, condition);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + logs(), e);
        }
    }

    String logs() {
        StringBuilder all = new StringBuilder();
        for (TestPod pod : pods) {
            all.append("--- ").append(pod).append('\n').append(pod.logEnd(60)).append('\n');
        }
        return all.toString();
    }

    RedisConnection connect(String host, int port) {
        RedisConnection connection = RedisConnection.open(host, port, Duration.ofSeconds(15));
        if (password != null) {
            connection.command("AUTH", password);
        }
        return connection;
    }

    @Override
    public void close() {
        pods.forEach(TestPod::close);
        dns.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

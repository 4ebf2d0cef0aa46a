package io.hive.proxy.integration;

import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.demo.SidecarProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One pod of a {@link TestHive}: a Redis on port 6379 and a sidecar, on an address of its own. */
final class TestPod implements AutoCloseable {
    final int number;
    final String address;
    final Map<String, String> settings = new LinkedHashMap<>();
    private final TestHive hive;
    private final Path directory;
    private @Nullable RedisServer redis;
    private @Nullable SidecarProcess sidecar;

    TestPod(TestHive hive, int number, Path parent) {
        this(hive, number, parent, Loopback.address(6379, 7000, 7001, 3000, 8080));
    }

    private TestPod(TestHive hive, int number, Path parent, String address) {
        this.hive = hive;
        this.number = number;
        this.address = address;
        this.directory = parent.resolve("pod-" + number);
        try {
            Files.createDirectories(directory.resolve("redis"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Starts Redis as the manifests do: nobody's master. */
    void startRedis(String... arguments) {
        startRedis(true, arguments);
    }

    void startRedis(boolean guarded, String... arguments) {
        List<String> all = new ArrayList<>();
        if (hive.password != null) {
            all.addAll(List.of("--requirepass", hive.password, "--masterauth", hive.password));
        }
        all.addAll(List.of(arguments));
        redis =
                RedisServer.at(address, 6379)
                        .safeBoot(guarded)
                        .directory(directory.resolve("redis"))
                        .arguments(all.toArray(String[]::new))
                        .start();
    }

    RedisServer redis() {
        if (redis == null) {
            throw new IllegalStateException("the Redis of " + this + " was not started");
        }
        return redis;
    }

    SidecarProcess sidecar() {
        if (sidecar == null) {
            throw new IllegalStateException("the sidecar of " + this + " was not started");
        }
        return sidecar;
    }

    /** Starts the sidecar and does not wait for it. */
    void startSidecar() {
        Map<String, String> all = new LinkedHashMap<>(hive.settings);
        all.put("HIVE_ADDRESS", address);
        all.put("HIVE_BIND", address);
        all.put("HIVE_REDIS_HOST", address);
        if (hive.password != null) {
            all.put("HIVE_REDIS_PASSWORD", hive.password);
        }
        all.putAll(settings);
        SidecarProcess starting =
                new SidecarProcess(
                        List.of("io.hive.proxy.Main", "run"),
                        all,
                        "http://" + address + ":8080",
                        directory.resolve("sidecar.log"));
        sidecar = starting;
        starting.launch();
    }

    boolean isUp() {
        return redis != null && redis.isAlive() && sidecar != null && sidecar.isAlive();
    }

    /** Both processes end at once. */
    void kill() {
        redis().kill();
        sidecar().kill();
    }

    void freeze() {
        redis().freeze();
        sidecar().freeze();
    }

    void thaw() {
        redis().thaw();
        sidecar().thaw();
    }

    /** What the admin port says under this path; empty while it says nothing. */
    String http(String path) {
        return http("GET", path);
    }

    /** What the admin port answers when it is asked to do something. */
    String post(String path) {
        return http("POST", path);
    }

    /** The status of the admin port's answer to a HEAD. */
    int head(String path) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create("http://" + address + ":8080" + path)
                                    .toURL()
                                    .openConnection();
            connection.setRequestMethod("HEAD");
            connection.setReadTimeout(20_000);
            try {
                return connection.getResponseCode();
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String http(String method, String path) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create("http://" + address + ":8080" + path)
                                    .toURL()
                                    .openConnection();
            connection.setRequestMethod(method);
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(path.startsWith("/api/status") ? 2000 : 20_000);
            try (var body =
                    connection.getResponseCode() < 400
                            ? connection.getInputStream()
                            : connection.getErrorStream()) {
                return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether the status page has this text. */
    boolean says(String text) {
        return http("/api/status").contains(text);
    }

    /** Whether it is ready, and not only by the grace of a change. */
    boolean inSync() {
        String said = http("/readyz");
        return said.contains("the local Redis is");
    }

    boolean redisIsMaster() {
        return "master".equals(redisInfo("replication").get("role"));
    }

    boolean redisFollows(TestPod leader) {
        Map<String, String> info = redisInfo("replication");
        return "slave".equals(info.get("role"))
                && leader.address.equals(info.get("master_host"))
                && "up".equals(info.get("master_link_status"));
    }

    Map<String, String> redisInfo(String section) {
        return direct(connection -> connection.info(section));
    }

    @Nullable String redisGet(String key) {
        return direct(connection -> (String) connection.command("GET", key));
    }

    /** Asks this pod's Redis, past the relay. */
    <T> T direct(Function<RedisConnection, T> question) {
        try (RedisConnection connection = hive.connect(address, 6379)) {
            return question.apply(connection);
        }
    }

    /** Asks through this pod's relay. */
    <T> T client(Function<RedisConnection, T> question) {
        try (RedisConnection connection = hive.connect(address, 7000)) {
            return question.apply(connection);
        }
    }

    /** Asks through this pod's port for reads. */
    <T> T reader(Function<RedisConnection, T> question) {
        try (RedisConnection connection = hive.connect(address, 7001)) {
            return question.apply(connection);
        }
    }

    String log() {
        try {
            return Files.readString(directory.resolve("sidecar.log"));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    String logEnd(int lines) {
        List<String> all = log().lines().toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    @Override
    public void close() {
        if (sidecar != null) {
            sidecar.close();
        }
        if (redis != null) {
            redis.thaw();
            redis.close();
        }
    }

    @Override
    public String toString() {
        return "pod " + number + " (" + address + ")";
    }
}

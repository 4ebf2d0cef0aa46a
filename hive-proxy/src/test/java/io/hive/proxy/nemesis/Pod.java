package io.hive.proxy.nemesis;

import io.hive.core.node.NodeState;
import io.hive.proxy.admin.Status;
import io.hive.proxy.admin.StatusJson;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.demo.SidecarProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pod: a redis-server and a sidecar in a network of their own. What is asked here is asked from
 * inside the pod, as its application would, so that no fault of the network is in the way.
 */
final class Pod implements AutoCloseable {
    static final int REDIS_PORT = 6379;
    static final int PROXY_PORT = 7000;
    private static final int ADMIN_PORT = 8080;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    final int number;
    final String address;
    final Space space;

    /** Settings of this sidecar alone. */
    final Map<String, String> settings = new LinkedHashMap<>();

    /** Arguments of this Redis alone. */
    final List<String> redisArguments = new ArrayList<>();

    private final Cluster cluster;
    private final Path directory;
    private @Nullable RedisServer redis;
    private @Nullable SidecarProcess sidecar;

    Pod(Cluster cluster, int number, String address, Space space, Path parent) {
        this.cluster = cluster;
        this.number = number;
        this.address = address;
        this.space = space;
        this.directory = parent.resolve("pod-" + number);
        try {
            Files.createDirectories(redisDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path redisDirectory() {
        return directory.resolve("redis");
    }

    /** A folder for what is set aside; the sidecar's setting names it. */
    Path salvageDirectory() {
        return directory.resolve("salvage");
    }

    /** Starts its Redis, empty, as the manifests do: nobody's master. */
    void startRedis() {
        RedisServer current = redis;
        if (current == null) {
            redis =
                    inside(() ->
                            RedisServer.at(address, REDIS_PORT)
                                    .directory(redisDirectory())
                                    .arguments(redisArguments.toArray(String[]::new))
                                    .start());
        } else if (!current.isAlive()) {
            inside(() -> {
                current.restartEmpty();
                return current;
            });
        }
    }

    /** Starts the sidecar and does not wait for it. */
    void startSidecar() {
        Map<String, String> all = new LinkedHashMap<>(cluster.settings);
        all.put("HIVE_ADDRESS", address);
        all.put("HIVE_BIND", address);
        all.put("HIVE_REDIS_HOST", address);
        all.putAll(settings);
        SidecarProcess starting =
                new SidecarProcess(
                        List.of("io.hive.proxy.Main", "run"),
                        all,
                        "http://" + address + ":" + ADMIN_PORT,
                        log());
        inside(() -> {
            starting.launch();
            return starting;
        });
        sidecar = starting;
    }

    void start() {
        startRedis();
        startSidecar();
    }

    /** Starts what of it does not run. */
    void bringBack() {
        startRedis();
        if (!sidecarIsUp()) {
            startSidecar();
        }
    }

    void killRedis() {
        if (redis != null) {
            redis.kill();
        }
    }

    /** It comes back at once, as another process without data. */
    void restartRedisEmpty() {
        RedisServer current = redis();
        inside(() -> {
            current.restartEmpty();
            return current;
        });
    }

    void killSidecar() {
        if (sidecar != null) {
            sidecar.kill();
        }
    }

    /** Both processes end as nearly at once as can be. */
    void kill() {
        ProcessHandle.of(redis().pid()).ifPresent(ProcessHandle::destroyForcibly);
        killSidecar();
        killRedis();
    }

    void freeze() {
        redis().freeze();
        sidecar().freeze();
    }

    void thaw() {
        redis().thaw();
        sidecar().thaw();
    }

    void freezeRedis() {
        redis().freeze();
    }

    void thawRedis() {
        redis().thaw();
    }

    void freezeSidecar() {
        sidecar().freeze();
    }

    void thawSidecar() {
        sidecar().thaw();
    }

    boolean sidecarIsUp() {
        return sidecar != null && sidecar.isAlive();
    }

    boolean isUp() {
        return sidecarIsUp() && redis != null && redis.isAlive();
    }

    private RedisServer redis() {
        if (redis == null) {
            throw new IllegalStateException("the Redis of " + this + " was not started");
        }
        return redis;
    }

    private SidecarProcess sidecar() {
        if (sidecar == null) {
            throw new IllegalStateException("the sidecar of " + this + " was not started");
        }
        return sidecar;
    }

    <T> T inside(Callable<T> what) {
        return space.call(what);
    }

    /** What the admin port answers, with its headers; empty while it says nothing. */
    String http(String method, String path) {
        return inside(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(address, ADMIN_PORT),
                        Math.toIntExact(PATIENCE.toMillis()));
                socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
                String request =
                        method
                                + " "
                                + path
                                + " HTTP/1.1\r\nHost: "
                                + address
                                + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException _) {
                return "";
            }
        });
    }

    /** The status page, or null while there is none. */
    @Nullable Status status() {
        String answer = http("GET", "/api/status");
        int body = answer.indexOf("\r\n\r\n");
        if (body < 0) {
            return null;
        }
        try {
            return StatusJson.read(answer.substring(body + 4));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    boolean says(NodeState state) {
        Status status = status();
        return status != null && status.state() == state;
    }

    /** The value of a metric without labels, or the sum over its labels; 0 while unknown. */
    double metric(String name) {
        return http("GET", "/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    boolean inSync() {
        return http("GET", "/readyz").contains("the local Redis is");
    }

    boolean redisIsMaster() {
        return "master".equals(redisInfo("replication").get("role"));
    }

    boolean redisFollows(Pod leader) {
        Map<String, String> info = redisInfo("replication");
        return "slave".equals(info.get("role"))
                && leader.address.equals(info.get("master_host"))
                && "up".equals(info.get("master_link_status"));
    }

    Map<String, String> redisInfo(String section) {
        return direct(connection -> connection.info(section));
    }

    /** Asks this pod's Redis, past the relay. */
    <T> T direct(Function<RedisConnection, T> question) {
        return ask(REDIS_PORT, question);
    }

    /** Asks through this pod's relay. */
    <T> T client(Function<RedisConnection, T> question) {
        return ask(PROXY_PORT, question);
    }

    private <T> T ask(int port, Function<RedisConnection, T> question) {
        return inside(() -> {
            try (RedisConnection connection =
                    RedisConnection.open(address, port, Duration.ofSeconds(15))) {
                return question.apply(connection);
            }
        });
    }

    /** What its Redis has written, seen from inside, where its disk may be another one. */
    String redisLog() {
        return inside(() -> redis().log());
    }

    Path log() {
        return directory.resolve("sidecar.log");
    }

    String logEnd(int lines) {
        try {
            List<String> all = Files.readAllLines(log());
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no log)";
        }
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
        return "pod " + number;
    }
}

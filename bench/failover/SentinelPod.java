import io.hive.proxy.demo.RedisBinary;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Redis and a Sentinel beside it, on a loopback address of their own. */
final class SentinelPod implements AutoCloseable {
    static final String MASTER = "bench";
    static final int REDIS_PORT = 6379;
    static final int SENTINEL_PORT = 26379;
    private static final Duration ANSWER = Duration.ofMillis(500);

    final String address;
    final RedisServer redis;
    private final Path directory;
    private Process sentinel;

    SentinelPod(String address, String master, Path logs) throws IOException {
        this.address = address;
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--bind-source-addr", address, "--repl-diskless-sync-delay", "0"));
        if (!master.equals(address)) {
            arguments.addAll(List.of("--replicaof", master + " " + REDIS_PORT));
        }
        directory = Files.createDirectories(logs.resolve("sentinel-" + address));
        Files.writeString(
                configuration(),
                """
                port %d
                bind %s
                bind-source-addr %s
                dir %s
                protected-mode no
                sentinel monitor %s %s %d 2
                sentinel down-after-milliseconds %s 1000
                """
                        .formatted(
                                SENTINEL_PORT, address, address, directory, MASTER, master,
                                REDIS_PORT, MASTER));
        redis =
                RedisServer.at(address, REDIS_PORT)
                        .safeBoot(false)
                        .arguments(arguments.toArray(String[]::new))
                        .start();
    }

    private Path configuration() {
        return directory.resolve("sentinel.conf");
    }

    /** Starts the Sentinel, which goes on with what it wrote down when it ran last. */
    void startSentinel() throws IOException {
        sentinel =
                new ProcessBuilder(
                                RedisBinary.find().path().toString(),
                                configuration().toString(),
                                "--sentinel")
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        directory.resolve("sentinel.log").toFile()))
                        .start();
    }

    void killSentinel() throws InterruptedException {
        sentinel.destroyForcibly();
        sentinel.waitFor();
    }

    void signalSentinel(String signal) throws IOException, InterruptedException {
        if (new ProcessBuilder("sh", "-c", "kill -" + signal + " " + sentinel.pid())
                        .inheritIO()
                        .start()
                        .waitFor()
                != 0) {
            throw new IllegalStateException("could not send " + signal + " to a Sentinel");
        }
    }

    /** An answer of its Sentinel's. */
    Object ask(String... command) {
        try (RedisConnection connection =
                RedisConnection.open(address, SENTINEL_PORT, ANSWER)) {
            return connection.command(command);
        }
    }

    /** Whether its Sentinel only watches, since its clock or its process stood still. */
    boolean tilts() {
        return !String.valueOf(ask("INFO", "sentinel")).contains("sentinel_tilt:0");
    }

    /** What its Sentinel knows of the master. */
    Map<String, String> master() {
        return fields((List<?>) ask("SENTINEL", "MASTER", MASTER));
    }

    /** What its Sentinel knows of the replicas. */
    List<Map<String, String>> replicas() {
        List<Map<String, String>> replicas = new ArrayList<>();
        for (Object replica : (List<?>) ask("SENTINEL", "REPLICAS", MASTER)) {
            replicas.add(fields((List<?>) replica));
        }
        return replicas;
    }

    private static Map<String, String> fields(List<?> list) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < list.size(); i += 2) {
            fields.put(String.valueOf(list.get(i)), String.valueOf(list.get(i + 1)));
        }
        return fields;
    }

    Map<String, String> replication() {
        try (RedisConnection connection = RedisConnection.open(address, REDIS_PORT, ANSWER)) {
            return connection.info("replication");
        } catch (RuntimeException e) {
            return Map.of();
        }
    }

    @Override
    public void close() {
        if (sentinel != null) {
            sentinel.destroyForcibly();
            try {
                sentinel.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        redis.thaw();
        redis.close();
    }
}

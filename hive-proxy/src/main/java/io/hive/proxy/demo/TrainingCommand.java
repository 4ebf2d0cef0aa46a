package io.hive.proxy.demo;

import io.hive.proxy.cli.WorkshopCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code ./hive train}, for the launcher and for image builds: runs a hive of two for a moment and
 * lets the JVM of one record what it loaded and linked (JEP 483, JEP 514). Started with that
 * record, a sidecar is up in half the time and keeps its classes in pages of a file instead of
 * memory of its own. Only the starting thread enters.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Write an AOT cache for the sidecar's JVM, made by running one for a moment.")
public final class TrainingCommand implements WorkshopCommand, Callable<Integer> {
    private static final Duration READY = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);

    /** The JVM writes the cache while it ends; on half a core that takes most of a minute. */
    private static final Duration WRITE = Duration.ofMinutes(2);

    private static final int ROUNDS = 200;

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--output", paramLabel = "FILE", required = true, description = "The cache.")
    private @Nullable Path output;

    /** Made by the command line. */
    public TrainingCommand() {}

    @Override
    public Integer call() throws InterruptedException, IOException {
        Path cache = Objects.requireNonNull(output).toAbsolutePath();
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        Path directory = Files.createTempDirectory("hive-training-");
        try {
            train(cache, directory);
            if (Files.isRegularFile(cache)) {
                return ExitCode.OK;
            }
            err.println("hive: the JVM wrote no cache to " + cache);
        } catch (DemoException e) {
            err.println("hive: no training: " + e.getMessage());
        } finally {
            err.flush();
            Directories.delete(directory);
        }
        return ExitCode.SOFTWARE;
    }

    private static void train(Path cache, Path directory) throws InterruptedException {
        String trained = Loopback.address(DemoSettings.ports().stream().mapToInt(p -> p).toArray());
        String other = Loopback.address(DemoSettings.ports().stream().mapToInt(p -> p).toArray());
        String peers = trained + "," + other;
        // With classes linked in advance a JVM that cannot use the cache (a smaller heap, another
        // collector) would not start at all; without, it goes on as if there were none.
        List<String> record =
                List.of(
                        "-XX:AOTCacheOutput=" + cache,
                        "-XX:-AOTClassLinking",
                        "-Xlog:aot=error",
                        "-Xlog:cds=error");
        try (RedisServer _ = RedisServer.start(trained, DemoSettings.REDIS_PORT);
                RedisServer _ = RedisServer.start(other, DemoSettings.REDIS_PORT);
                SidecarProcess peer = sidecar(other, peers, List.of(), directory);
                SidecarProcess sidecar = sidecar(trained, peers, record, directory)) {
            peer.launch();
            sidecar.launch();
            peer.awaitAlive();
            sidecar.awaitAlive();
            awaitReady(sidecar);
            awaitReady(peer);
            use(trained);
            use(other);
            handOver(trained);
            handOver(trained);
            if (!sidecar.stop(WRITE)) {
                throw new DemoException(
                        "the trained sidecar did not end within " + WRITE.toSeconds() + " s");
            }
        }
    }

    /** There and back: a planned change of master is to be quick the first time it is asked for. */
    private static void handOver(String address) {
        try {
            URI uri = URI.create("http://" + address + ":" + DemoSettings.ADMIN_PORT);
            if (uri.resolve("/api/handoff").toURL().openConnection()
                    instanceof HttpURLConnection asked) {
                asked.setRequestMethod("POST");
                asked.setReadTimeout((int) READY.toMillis());
                int _ = asked.getResponseCode();
                asked.disconnect();
            }
        } catch (IOException _) {
            // Then it is not in the record, which is no worse than it was.
        }
    }

    private static SidecarProcess sidecar(
            String address, String peers, List<String> flags, Path directory) {
        return new SidecarProcess(
                flags,
                DemoCommand.SIDECAR,
                Map.of(
                        "HIVE_ADDRESS", address,
                        "HIVE_BIND", address,
                        "HIVE_DISCOVERY", "static",
                        "HIVE_PEERS", peers,
                        "HIVE_REDIS_HOST", address,
                        "HIVE_LOG", "json"),
                "http://" + address + ":" + DemoSettings.ADMIN_PORT,
                directory.resolve(address + ".log"));
    }

    private static void awaitReady(SidecarProcess sidecar) throws InterruptedException {
        long deadline = System.nanoTime() + READY.toNanos();
        while (!sidecar.isReady()) {
            if (System.nanoTime() - deadline > 0) {
                throw new DemoException("no sidecar was ready after " + READY.toSeconds() + " s");
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
    }

    /** What clients commonly do, so that the classes for it are in the record. */
    private static void use(String address) {
        try (RedisConnection client = RedisConnection.open(address, DemoSettings.PROXY_PORT)) {
            for (int i = 0; i < ROUNDS; i++) {
                client.send("SET", "training", Integer.toString(i));
                client.send("GET", "training");
                client.receive();
                client.receive();
            }
            client.command("CLIENT", "SETNAME", "training");
            client.command("MULTI");
            client.command("INCR", "trained");
            client.command("EXEC");
            client.command("BLPOP", "nothing", "0.01");
            client.command("SUBSCRIBE", "training");
            client.command("UNSUBSCRIBE", "training");
            client.command("DEL", "training", "trained");
        }
    }
}

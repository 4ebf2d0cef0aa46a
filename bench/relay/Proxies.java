import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The proxies that Hive is compared with, each with the settings that suit it best here. */
final class Proxies {
    private static final Duration START = Duration.ofSeconds(10);

    private Proxies() {}

    /**
     * A program on the PATH, or where Debian keeps what is for administrators; null if there is
     * none.
     */
    static Path find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        for (String folder : path.split(File.pathSeparator)) {
            Path file = Path.of(folder, program);
            if (!folder.isEmpty() && Files.isExecutable(file) && Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }

    /** HAProxy that copies bytes, with one thread: more make it slower on few processors. */
    static Target haproxy(Children children, Options options, Path program, Pod pod)
            throws IOException, InterruptedException {
        String address = Loopback.address(Pod.PROXY_PORT);
        String server =
                options.unixSocket
                        ? "unix@" + pod.redisSocket()
                        : pod.address() + ":" + Pod.REDIS_PORT;
        Path file = children.folder().resolve("haproxy.cfg");
        Files.writeString(
                file,
                """
                global
                    nbthread 1
                    maxconn 2000
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 1h
                    timeout server 1h
                listen redis
                    bind %s:%d
                    server redis %s
                """
                        .formatted(address, Pod.PROXY_PORT, server));
        return start(
                children,
                "haproxy",
                List.of(program.toString(), "-db", "-f", file.toString()),
                address,
                pod);
    }

    /** twemproxy with one connection to the server, which it shares among its clients. */
    static Target twemproxy(Children children, Options options, Path program, Pod pod)
            throws IOException, InterruptedException {
        String address = Loopback.address(Pod.PROXY_PORT, 22222);
        String server =
                options.unixSocket
                        ? pod.redisSocket() + ":1 redis"
                        : pod.address() + ":" + Pod.REDIS_PORT + ":1";
        Path file = children.folder().resolve("nutcracker.yml");
        Files.writeString(
                file,
                """
                redis:
                  listen: %s:%d
                  hash: fnv1a_64
                  distribution: ketama
                  redis: true
                  auto_eject_hosts: false
                  server_connections: 1
                  servers:
                   - %s
                """
                        .formatted(address, Pod.PROXY_PORT, server));
        return start(
                children,
                "twemproxy",
                List.of(
                        program.toString(),
                        "-c",
                        file.toString(),
                        "-a",
                        address,
                        "-s",
                        "22222",
                        "-p",
                        children.folder().resolve("nutcracker.pid").toString(),
                        "-o",
                        children.folder().resolve("nutcracker.out").toString(),
                        "-v",
                        "2"),
                address,
                pod);
    }

    private static Target start(
            Children children, String name, List<String> line, String address, Pod pod)
            throws InterruptedException {
        Path log = children.folder().resolve(name + ".log");
        Process process = children.start(line, log, null);
        long deadline = System.nanoTime() + START.toNanos();
        while (!answers(address)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        name + " does not serve; it wrote:\n" + Children.endOf(log));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return new Target(name, address, Pod.PROXY_PORT, process.pid(), pod);
    }

    private static boolean answers(String address) {
        try (RedisConnection connection =
                RedisConnection.open(address, Pod.PROXY_PORT, Duration.ofSeconds(1))) {
            connection.command("GET", "bench:absent");
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }
}

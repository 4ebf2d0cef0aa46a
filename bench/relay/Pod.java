import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A redis-server and its sidecar, on a loopback address of their own with the usual ports. */
final class Pod implements AutoCloseable {
    static final int REDIS_PORT = 6379;
    static final int PROXY_PORT = 7000;
    private static final int ADMIN_PORT = 8080;
    private static final int[] PORTS = {REDIS_PORT, PROXY_PORT, 7001, 3000, ADMIN_PORT, 26379};
    private static final Duration START = Duration.ofSeconds(60);

    private final Children children;
    private final String address;
    private final Path log;
    private final RedisServer redis;
    private Process sidecar;

    private Pod(Children children, String address, Path socket) {
        this.children = children;
        this.address = address;
        this.log = children.folder().resolve("sidecar-" + address + ".log");
        this.redis =
                RedisServer.at(address, REDIS_PORT)
                        .arguments(
                                "--unixsocket", socket.toString(),
                                // Not the default of 10,000: a relay with a connection for each
                                // client is to fail, if it does, by itself.
                                "--maxclients",
                                        Long.toString(
                                                Math.min(Proc.openFilesLimit(), 30_000) - 100))
                        .start();
    }

    /**
     * Starts a hive of so many pods that find each other by a static list, and waits until one
     * leads and the others are in sync with it.
     *
     * @param settings further ones, as {@code HIVE_…}
     * @return the pods, the one that leads first
     */
    static List<Pod> startHive(
            Children children, Options options, int pods, Map<String, String> settings)
            throws InterruptedException {
        List<Pod> started = new ArrayList<>();
        try {
            for (int i = 0; i < pods; i++) {
                String address = Loopback.address(PORTS);
                started.add(
                        new Pod(children, address, children.folder().resolve(address + ".sock")));
            }
            String peers = String.join(",", started.stream().map(Pod::address).toList());
            for (Pod pod : started) {
                Map<String, String> all = new HashMap<>(settings);
                all.put("HIVE_PEERS", peers);
                pod.startSidecar(options, all);
            }
            awaitReady(started);
            started.sort((a, b) -> Boolean.compare(b.leads(), a.leads()));
            return started;
        } catch (RuntimeException | InterruptedException e) {
            started.forEach(Pod::close);
            throw e;
        }
    }

    String address() {
        return address;
    }

    long redisPid() {
        return redis.pid();
    }

    long sidecarPid() {
        return sidecar.pid();
    }

    Path redisSocket() {
        return children.folder().resolve(address + ".sock");
    }

    RedisConnection redis() {
        return redis.connect();
    }

    /** Through the sidecar. */
    Target target(String name) {
        return new Target(name, address, PROXY_PORT, sidecar.pid(), this);
    }

    /** Around the sidecar. */
    Target direct() {
        return new Target(Target.DIRECT, address, REDIS_PORT, 0, this);
    }

    /** If the sidecar has ended, the end of its log. */
    String lastWords() {
        return sidecar.isAlive()
                ? ""
                : "\nthe sidecar has ended; its log ends:\n" + Children.endOf(log);
    }

    @Override
    public void close() {
        if (sidecar != null) {
            children.kill(sidecar);
        }
        redis.close();
    }

    private void startSidecar(Options options, Map<String, String> settings) {
        String flags = System.getProperty("hive.jvm.flags");
        if (flags == null) {
            throw new IllegalStateException(
                    "the flags of the sidecar's JVM are not known; start this with './hive bench"
                        + " relay'");
        }
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : (flags + " " + options.javaOptions).strip().split("\\s+")) {
            line.add(flag);
        }
        line.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "io.hive.proxy.Main", "run"));
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeIf(Pod::belongsToOnePod);
        environment.putIfAbsent("HIVE_LOG", "text");
        environment.put("HIVE_ADDRESS", address);
        environment.put("HIVE_BIND", address);
        environment.put("HIVE_REDIS_HOST", address);
        environment.put("HIVE_DISCOVERY", "static");
        if (options.unixSocket) {
            environment.put("HIVE_REDIS_SOCKET", redisSocket().toString());
        }
        environment.putAll(settings);
        sidecar = children.start(line, log, environment);
    }

    /** What must not be taken over from the terminal. */
    private static boolean belongsToOnePod(String variable) {
        return variable.equals("POD_IP")
                || List.of(
                                "HIVE_ADDRESS",
                                "HIVE_BIND",
                                "HIVE_DISCOVERY",
                                "HIVE_PEERS",
                                "HIVE_ACK_REPLICAS")
                        .contains(variable)
                || variable.startsWith("HIVE_DNS_")
                || variable.startsWith("HIVE_REDIS_")
                || (variable.startsWith("HIVE_") && variable.endsWith("_PORT"));
    }

    private static void awaitReady(List<Pod> pods) throws InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!pods.stream().allMatch(pod -> pod.isReady(pods.size()))) {
            for (Pod pod : pods) {
                boolean late = System.nanoTime() - deadline > 0;
                if (late || !pod.sidecar.isAlive()) {
                    throw new IllegalStateException(
                            (late
                                            ? "no hive within " + START.toSeconds() + " s"
                                            : "a sidecar ended")
                                    + "; its log ends:\n"
                                    + Children.endOf(pod.log));
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Whether it leads with all replicas, or follows, and its sidecar answers. */
    private boolean isReady(int pods) {
        try (RedisConnection direct = redis.connect();
                RedisConnection relayed =
                        RedisConnection.open(address, PROXY_PORT, Duration.ofSeconds(2))) {
            Map<String, String> replication = direct.info("replication");
            long online =
                    replication.values().stream().filter(v -> v.contains("state=online")).count();
            boolean inSync =
                    replication.get("role").equals("master")
                            ? online == pods - 1
                            : "up".equals(replication.get("master_link_status"));
            return inSync
                    && "PONG".equals(relayed.timeout(Duration.ofSeconds(2)).command("PING"))
                    && answers("/readyz");
        } catch (RuntimeException e) {
            return false;
        }
    }

    private boolean leads() {
        try (RedisConnection direct = redis.connect()) {
            return direct.info("replication").get("role").equals("master");
        }
    }

    private boolean answers(String path) {
        try {
            URI uri = URI.create("http://" + address + ":" + ADMIN_PORT + path);
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            int code = connection.getResponseCode();
            connection.disconnect();
            return code == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }
}

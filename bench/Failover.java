import io.hive.proxy.demo.HeadlessDns;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.demo.SidecarProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How long a hive of three is without a master: from the loss until a write has been acknowledged
 * again through <em>every</em> surviving sidecar, in real processes on loopback addresses.
 *
 * <p>{@code ./hive bench failover [--rounds N] [--cut] [--only handed_over]}. Each round kills, freezes or cuts off the
 * pod that leads, or has it hand over, then brings it back (empty where it was killed) and waits until all are in sync.
 * To cut a pod off takes a network of its own, as in {@code ip netns add bench}, {@code ip -n bench
 * link set lo up}, {@code ip netns exec bench ./hive bench failover --cut}; it needs iptables.
 */
final class Failover {
    private static final String NETWORK = "127.0.77.";
    private static final int PODS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    enum Fault {
        REDIS_KILLED("Redis killed", 0.5),
        POD_KILLED("Redis and sidecar killed", 0.7),
        POD_FROZEN("pod frozen whole (peer timeout 1 s)", 1.7),
        POD_CUT_OFF("pod cut off from the others (1 s)", 1.7),
        HANDED_OVER("planned handover (longest gap)", 0.02);

        final String title;
        final double goalSeconds;

        Fault(String title, double goalSeconds) {
            this.title = title;
            this.goalSeconds = goalSeconds;
        }
    }

    /** One pod: a Redis and its sidecar. */
    static final class Pod implements AutoCloseable {
        final String address;
        final RedisServer redis;
        final SidecarProcess sidecar;

        Pod(String address, String dns, Path logs) {
            this.address = address;
            this.redis = RedisServer.at(address, 6379).arguments("--bind", address).start();
            this.sidecar =
                    new SidecarProcess(
                            List.of("io.hive.proxy.Main", "run"),
                            Map.of(
                                    "HIVE_ADDRESS", address,
                                    "HIVE_BIND", address,
                                    "HIVE_REDIS_HOST", address,
                                    "HIVE_DNS_NAME", "hive.bench.internal.",
                                    "HIVE_DNS_SERVER", dns),
                            "http://" + address + ":8080",
                            logs.resolve(address + ".log"));
            sidecar.launch();
        }

        boolean leads() {
            try (RedisConnection connection =
                    RedisConnection.open(address, 6379, Duration.ofMillis(500))) {
                return connection.info("replication").getOrDefault("role", "").equals("master");
            } catch (RuntimeException e) {
                return false;
            }
        }

        @Override
        public void close() {
            sidecar.close();
            redis.thaw();
            redis.close();
        }
    }

    public static void main(String[] args) throws Exception {
        List<String> options = List.of(args);
        int at = options.indexOf("--rounds");
        int rounds = at < 0 ? 10 : Integer.parseInt(options.get(at + 1));
        List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
        if (!options.contains("--cut")) {
            faults.remove(Fault.POD_CUT_OFF);
        }
        int only = options.indexOf("--only");
        if (only >= 0) {
            faults.removeIf(fault -> !fault.name().equalsIgnoreCase(options.get(only + 1)));
        }
        Path logs = Files.createTempDirectory("hive-bench-failover");
        List<Pod> pods = new ArrayList<>();
        try (HeadlessDns dns = HeadlessDns.start(NETWORK + "1", 0)) {
            List<String> addresses = new ArrayList<>();
            for (int i = 0; i < PODS; i++) {
                addresses.add(NETWORK + (11 + i));
            }
            dns.set("hive.bench.internal.", addresses);
            for (String address : addresses) {
                pods.add(new Pod(address, dns.hostPort(), logs));
            }
            run(pods, faults, rounds);
        } finally {
            pods.forEach(Pod::close);
        }
        System.out.println("logs of the sidecars: " + logs);
    }

    private static void run(List<Pod> pods, List<Fault> faults, int rounds) throws Exception {
        awaitReady(pods);
        Map<Fault, List<Double>> results = new ConcurrentHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (Fault fault : faults) {
                double seconds = once(pods, fault);
                results.computeIfAbsent(fault, _ -> new ArrayList<>()).add(seconds);
                System.out.printf("round %d, %s: %.3f s%n", round, fault.title, seconds);
            }
        }
        System.out.printf("%n%-40s %8s %8s %8s   %s%n", "loss of the leader", "median", "worst", "goal", "all, seconds");
        for (Fault fault : faults) {
            double[] sorted = results.get(fault).stream().mapToDouble(d -> d).sorted().toArray();
            System.out.printf(
                    "%-40s %8.3f %8.3f %8.1f   %s%n",
                    fault.title,
                    median(sorted),
                    sorted[sorted.length - 1],
                    fault.goalSeconds,
                    String.join(" ", Arrays.stream(sorted).mapToObj(s -> String.format("%.3f", s)).toList()));
        }
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** One loss: the time until the last of the survivors has acknowledged a write again. */
    private static double once(List<Pod> pods, Fault fault) throws Exception {
        Pod lost = pods.stream().filter(Pod::leads).findFirst().orElseThrow();
        List<Pod> survivors =
                fault == Fault.REDIS_KILLED || fault == Fault.HANDED_OVER ? pods : pods.stream().filter(p -> p != lost).toList();
        List<Writer> writers = new ArrayList<>();
        for (Pod pod : survivors) {
            writers.add(new Writer(pod));
        }
        writers.forEach(Thread::start);
        for (Writer writer : writers) {
            writer.awaitAcknowledged(System.nanoTime());
        }
        long atNanos = System.nanoTime();
        switch (fault) {
            case REDIS_KILLED -> lost.redis.kill();
            case POD_KILLED -> {
                ProcessHandle.of(lost.redis.pid()).ifPresent(ProcessHandle::destroyForcibly);
                lost.sidecar.kill();
            }
            case POD_FROZEN -> {
                lost.redis.freeze();
                lost.sidecar.freeze();
            }
            case POD_CUT_OFF -> cut("-A", lost.address);
            case HANDED_OVER -> {
                writers.forEach(Writer::measure);
                handOver(lost);
            }
        }
        // the clock starts before the fault; a write counts if it was sent after it had happened
        long happenedNanos = System.nanoTime();
        long last = happenedNanos;
        for (Writer writer : writers) {
            last = Math.max(last, writer.awaitAcknowledged(happenedNanos));
        }
        for (Writer writer : writers) {
            writer.finish();
        }
        if (fault == Fault.HANDED_OVER) {
            // the master is there all the time but for a moment: what counts is the longest one
            awaitReady(pods);
            return writers.stream().mapToLong(Writer::longestGapNanos).max().orElseThrow() / 1e9;
        }
        bringBack(lost, fault);
        awaitReady(pods);
        return (last - atNanos) / 1e9;
    }

    private static void bringBack(Pod pod, Fault fault) throws Exception {
        switch (fault) {
            case REDIS_KILLED -> pod.redis.restartEmpty("--bind", pod.address);
            case POD_KILLED -> {
                pod.redis.restartEmpty("--bind", pod.address);
                pod.sidecar.start();
            }
            case POD_FROZEN -> {
                pod.redis.thaw();
                pod.sidecar.thaw();
            }
            case POD_CUT_OFF -> cut("-D", pod.address);
            case HANDED_OVER -> {}
        }
    }

    private static void handOver(Pod leader) throws Exception {
        var connection =
                (HttpURLConnection)
                        URI.create("http://" + leader.address + ":8080/api/handoff").toURL().openConnection();
        connection.setRequestMethod("POST");
        if (connection.getResponseCode() != 200) {
            throw new IllegalStateException("the handover was answered " + connection.getResponseCode());
        }
        connection.disconnect();
    }

    /** Drops (or lets pass again) what goes between this pod and any other address. */
    private static void cut(String how, String address) throws Exception {
        for (List<String> ends :
                List.of(
                        List.of("-s", address, "!", "-d", address),
                        List.of("!", "-s", address, "-d", address))) {
            List<String> line = new ArrayList<>(List.of("iptables", how, "INPUT"));
            line.addAll(ends);
            line.addAll(List.of("-j", "DROP"));
            if (new ProcessBuilder(line).inheritIO().start().waitFor() != 0) {
                throw new IllegalStateException("iptables refused " + line);
            }
        }
    }

    private static void awaitReady(List<Pod> pods) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (pods.stream().filter(Pod::leads).count() != 1
                || !pods.stream().allMatch(p -> p.sidecar.isReady())) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the hive was not ready again within " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        // a pod counts as ready through a change of master; give the followers their sync
        TimeUnit.SECONDS.sleep(2);
    }

    /** A client of one sidecar that writes a unique value, again and again, until it is told. */
    static final class Writer extends Thread {
        private final Pod pod;
        private volatile long sentNanos;
        private volatile long acknowledgedNanos;
        private volatile boolean finished;
        private volatile boolean measuring;
        private volatile long longestGapNanos;

        Writer(Pod pod) {
            this.pod = pod;
            setDaemon(true);
        }

        @Override
        public void run() {
            RedisConnection connection = null;
            for (long n = 0; !finished; n++) {
                long sent = System.nanoTime();
                try {
                    if (connection == null) {
                        connection = RedisConnection.open(pod.address, 7000, Duration.ofSeconds(20));
                    }
                    if ("OK".equals(connection.command("SET", "bench:" + pod.address, "" + n))) {
                        long now = System.nanoTime();
                        if (measuring && acknowledgedNanos != 0) {
                            longestGapNanos = Math.max(longestGapNanos, now - acknowledgedNanos);
                        }
                        acknowledgedNanos = now;
                        sentNanos = sent;
                    }
                } catch (RedisReplyException e) {
                    // Hive says that it is not known, or did not run: tried again at once
                    Thread.onSpinWait();
                } catch (RuntimeException e) {
                    if (connection != null) {
                        connection.close();
                        connection = null;
                    }
                }
            }
            if (connection != null) {
                connection.close();
            }
        }

        /** From here on the longest time between two acknowledged writes counts. */
        void measure() {
            measuring = true;
        }

        long longestGapNanos() {
            return longestGapNanos;
        }

        /** When a write that was sent after this moment was acknowledged. */
        long awaitAcknowledged(long after) throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (sentNanos - after < 0 || sentNanos == 0) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException("no write through " + pod.address + " was acknowledged");
                }
                TimeUnit.MICROSECONDS.sleep(200);
            }
            return acknowledgedNanos;
        }

        void finish() throws InterruptedException {
            finished = true;
            join(5000);
        }
    }
}

package io.hive.proxy.nemesis;

import io.hive.core.node.NodeState;
import io.hive.proxy.admin.Status;
import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.HeadlessDns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A hive of pods in networks of their own, with a DNS server. Everything that it starts and makes
 * is gone with {@link #close}, which a JVM that is told to end calls, too. One thread at a time.
 */
final class Cluster implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "hive.nemesis.internal.";
    private static final int DNS_PORT = 53;

    final Map<String, String> settings = new LinkedHashMap<>();
    final List<Pod> pods = new ArrayList<>();
    final HeadlessDns dns;
    final Network network;
    private final Path directory;
    private final Thread atExit;
    private boolean closed;

    private Cluster(boolean slowable, Random random) {
        network = new Network(slowable, random);
        try {
            dns = network.hub().call(() -> HeadlessDns.start(Network.HUB_ADDRESS, DNS_PORT));
            directory = Files.createTempDirectory("hive-nemesis-");
        } catch (IOException e) {
            network.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
        settings.put("HIVE_DNS_NAME", NAME);
        settings.put("HIVE_DNS_SERVER", dns.hostPort());
        settings.put("HIVE_SECRET", "a secret of the tests");
        atExit = Thread.ofPlatform().name("end-nemesis").unstarted(this::cleanUp);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * A hive whose pods are not started yet; their cables are as fast as can be.
     *
     * @throws TestAbortedException where the machine does not allow it; the message says why
     */
    static Cluster of(int pods) {
        return make(pods, false, new Random(0));
    }

    /** As {@link #of}, with cables that can be made slow. */
    static Cluster slowable(int pods, Random random) {
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            throw new TestAbortedException("there is no /dev/net/tun to make a slow network with");
        }
        return make(pods, true, random);
    }

    private static Cluster make(int pods, boolean slowable, Random random) {
        List<String> obstacles = Space.obstacles();
        if (!obstacles.isEmpty()) {
            throw new TestAbortedException(
                    "no network namespaces on this machine: " + String.join("; ", obstacles));
        }
        Cluster cluster = new Cluster(slowable, random);
        try {
            for (int i = 1; i <= pods; i++) {
                String address = "10.99.0." + (10 + i);
                Space space = cluster.network.add(address);
                cluster.pods.add(new Pod(cluster, i, address, space, cluster.directory));
            }
            cluster.dns.set(NAME, cluster.pods.stream().map(pod -> pod.address).toList());
            return cluster;
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    /** Has a write acknowledged once this many replicas hold it. */
    Cluster acknowledged(int replicas) {
        settings.put("HIVE_ACK_REPLICAS", Integer.toString(replicas));
        return this;
    }

    /** Starts all pods, and waits until one leads and the others follow it. */
    Pod start() {
        pods.forEach(Pod::startRedis);
        pods.forEach(Pod::startSidecar);
        return awaitSettled();
    }

    List<Pod> without(Pod... left) {
        List<Pod> others = new ArrayList<>(pods);
        others.removeAll(List.of(left));
        return others;
    }

    /** Cuts these pods off from all others; DNS reaches all. */
    void isolate(Pod... some) {
        network.cut(addresses(List.of(some)), addresses(without(some)));
    }

    static List<String> addresses(List<Pod> of) {
        return of.stream().map(pod -> pod.address).toList();
    }

    Pod awaitSettled() {
        return awaitSettled(pods);
    }

    /** Waits until exactly one of these leads, the others follow it in sync, and all say so. */
    Pod awaitSettled(List<Pod> among) {
        until(
                "one of " + among + " leads and the others follow it in sync",
                () -> settledLeader(among) != null);
        Pod leader = settledLeader(among);
        return leader == null ? awaitSettled(among) : leader;
    }

    private static @Nullable Pod settledLeader(List<Pod> among) {
        @Nullable Pod leader = null;
        for (Pod pod : among) {
            if (pod.says(NodeState.LEADING)) {
                if (leader != null) {
                    return null;
                }
                leader = pod;
            }
        }
        if (leader == null || !leader.redisIsMaster()) {
            return null;
        }
        for (Pod pod : among) {
            Status status = pod.status();
            if (status == null
                    || status.leader() == null
                    || !status.leader().toString().equals(leader.address + ":3000")
                    || !pod.inSync()
                    || (pod != leader && !pod.redisFollows(leader))) {
                return null;
            }
        }
        return leader;
    }

    long epoch() {
        return pods.stream()
                .filter(Pod::sidecarIsUp)
                .map(Pod::status)
                .filter(status -> status != null)
                .mapToLong(Status::epoch)
                .max()
                .orElse(0);
    }

    /** What the sidecars that run now have reported as lost, in bytes of the stream. */
    long reportedLostBytes() {
        return (long) pods.stream().mapToDouble(pod -> pod.metric("hive_lost_bytes_total")).sum();
    }

    void until(String what, Callable<Boolean> condition) {
        try {
            Await.until(what, PATIENCE, condition);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + logs(), e);
        }
    }

    String logs() {
        StringBuilder all = new StringBuilder();
        for (Pod pod : pods) {
            all.append("--- ").append(pod).append(' ').append(pod.address).append('\n');
            all.append(pod.logEnd(60)).append('\n');
        }
        return all.toString();
    }

    @Override
    public void close() {
        cleanUp();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // The JVM is ending, and has done the same.
        }
    }

    /** {@code -Dhive.nemesis.logs} names a folder for whoever wants to read them. */
    private void keepLogs() {
        String folder = System.getProperty("hive.nemesis.logs", "");
        if (folder.isEmpty()) {
            return;
        }
        for (Pod pod : pods) {
            try {
                Path kept = Files.createDirectories(Path.of(folder, directory.getFileName() + ""));
                Files.copy(pod.log(), kept.resolve("sidecar-" + pod.number + ".log"));
                Files.writeString(kept.resolve("redis-" + pod.number + ".log"), pod.redisLog());
            } catch (IOException | IllegalStateException e) {
                System.err.println("a log of " + pod + " was not kept: " + e);
            }
        }
    }

    private synchronized void cleanUp() {
        if (closed) {
            return;
        }
        closed = true;
        pods.forEach(Pod::close);
        keepLogs();
        dns.close();
        network.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException | UncheckedIOException _) {
            // What is left over lies in the folder for temporary files, which the system empties.
        }
    }
}

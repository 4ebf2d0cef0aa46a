package io.hive.proxy.demo;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees which pod's Redis is master, by asking each of them over and over: what a person at the
 * terminal wants to know, and independent of what the sidecars say. Has a thread of its own.
 */
final class MasterWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** One that was frozen takes itself for master still, until its sidecar has looked around. */
    private static final int LOOKS = 3;

    /** While the last one says that it is master, too. */
    private static final int LOOKS_BESIDE = 10;

    private static final Duration TIMEOUT = Duration.ofMillis(300);

    private final List<DemoPod> pods;
    private final BiConsumer<DemoPod, OptionalLong> onChange;
    private final Map<DemoPod, RedisConnection> connections = new HashMap<>();
    private final Thread thread;
    private volatile @Nullable DemoPod master;
    private volatile boolean closed;

    // The watching thread's own.
    private long masterSeenAt;
    private long candidateSince;
    private int candidateLooks;
    private @Nullable DemoPod candidate;

    /**
     * Begins.
     *
     * @param onChange is told the new master, and for how many milliseconds about there was none
     */
    MasterWatch(List<DemoPod> pods, BiConsumer<DemoPod, OptionalLong> onChange) {
        this.pods = List.copyOf(pods);
        this.onChange = onChange;
        this.thread = Thread.ofVirtual().name("master-watch").start(this::watch);
    }

    /** The number of the pod that was master when last one was seen. */
    OptionalInt master() {
        DemoPod current = master;
        return current == null ? OptionalInt.empty() : OptionalInt.of(current.number());
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void watch() {
        try {
            while (!closed) {
                look();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            // Closed.
        } finally {
            connections.values().forEach(RedisConnection::close);
        }
    }

    private void look() {
        long at = System.nanoTime();
        List<DemoPod> masters = pods.stream().filter(this::isMaster).toList();
        DemoPod known = master;
        boolean knownIsMaster = known != null && masters.contains(known);
        DemoPod other = candidate(masters, known);
        if (other == null || !other.equals(candidate)) {
            candidate = other;
            candidateSince = at;
            candidateLooks = 0;
        }
        if (other != null) {
            candidateLooks++;
            if (known == null || candidateLooks >= (knownIsMaster ? LOOKS_BESIDE : LOOKS)) {
                OptionalLong gap =
                        known == null
                                ? OptionalLong.empty()
                                : OptionalLong.of(
                                        Duration.ofNanos(Math.max(0, candidateSince - masterSeenAt))
                                                .toMillis());
                master = other;
                masterSeenAt = at;
                candidate = null;
                onChange.accept(other, gap);
                return;
            }
        }
        if (knownIsMaster) {
            masterSeenAt = at;
        }
    }

    /** One who is master now and was not known as such, and rather the same as before. */
    private @Nullable DemoPod candidate(List<DemoPod> masters, @Nullable DemoPod known) {
        DemoPod before = candidate;
        if (before != null && masters.contains(before)) {
            return before;
        }
        return masters.stream().filter(pod -> !pod.equals(known)).findFirst().orElse(null);
    }

    private boolean isMaster(DemoPod pod) {
        if (!pod.isAlive(DemoPod.Part.REDIS)) {
            drop(pod);
            return false;
        }
        try {
            RedisConnection connection = connections.get(pod);
            if (connection == null) {
                connection = RedisConnection.open(pod.address(), DemoSettings.REDIS_PORT, TIMEOUT);
                connections.put(pod, connection);
            }
            return connection.list("ROLE").getFirst() instanceof String role
                    && role.equals("master");
        } catch (UncheckedIOException | RedisReplyException | IllegalStateException _) {
            drop(pod);
            return false;
        }
    }

    private void drop(DemoPod pod) {
        RedisConnection connection = connections.remove(pod);
        if (connection != null) {
            connection.close();
        }
    }
}

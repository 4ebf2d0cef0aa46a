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
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    private final List<DemoPod> pods;
    private final BiConsumer<DemoPod, OptionalLong> onChange;
    private final Map<DemoPod, RedisConnection> connections = new HashMap<>();
    private final Thread thread;
    private volatile @Nullable DemoPod master;
    private volatile long masterSeenAt;
    private volatile boolean closed;

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
        DemoPod before = master;
        // While two say so, the one that was not before is the news.
        DemoPod now = null;
        for (DemoPod pod : pods) {
            if (isMaster(pod) && (now == null || now.equals(before))) {
                now = pod;
            }
        }
        if (now == null) {
            return;
        }
        long at = System.nanoTime();
        if (!now.equals(before)) {
            OptionalLong gap =
                    before == null
                            ? OptionalLong.empty()
                            : OptionalLong.of(Duration.ofNanos(at - masterSeenAt).toMillis());
            master = now;
            onChange.accept(now, gap);
        }
        masterSeenAt = at;
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

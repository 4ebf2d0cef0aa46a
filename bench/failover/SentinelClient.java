import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * As good as a client of Sentinel can be, by Redis's guidelines for such clients: it asks any
 * Sentinel for the master, makes sure of its role, and listens to all of them for a change, on which
 * it drops its connection at once, even while it waits for an answer. Libraries do less: most find
 * out by a timeout that a master is frozen.
 */
final class SentinelClient implements Client {
    private static final Duration ANSWER = Duration.ofMillis(500);
    private static final Duration REPLY = Duration.ofSeconds(60);
    private static final long RETRY_NANOS = 20_000_000;

    private final List<String> sentinels;
    private final List<Thread> listeners = new ArrayList<>();
    private final AtomicReference<RedisConnection> current = new AtomicReference<>();
    private volatile boolean closed;

    SentinelClient(List<String> sentinels) {
        this.sentinels = sentinels;
        for (String sentinel : sentinels) {
            listeners.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name("listens-to-" + sentinel)
                            .start(() -> listen(sentinel)));
        }
    }

    @Override
    public boolean write(String key, String value) {
        RedisConnection connection = current.get();
        try {
            if (connection == null) {
                connection = connect();
                current.set(connection);
            }
            return "OK".equals(connection.command("SET", key, value));
        } catch (RedisReplyException e) {
            // READONLY, for one: it is not the master any more
            drop(connection);
            return false;
        } catch (RuntimeException e) {
            drop(connection);
            throw e;
        }
    }

    private RedisConnection connect() {
        RuntimeException failure = new IllegalStateException("no Sentinel answers");
        for (String sentinel : sentinels) {
            try {
                List<?> master;
                try (RedisConnection asking =
                        RedisConnection.open(sentinel, SentinelPod.SENTINEL_PORT, ANSWER)) {
                    master =
                            asking.list(
                                    "SENTINEL", "get-master-addr-by-name", SentinelPod.MASTER);
                }
                RedisConnection connection =
                        RedisConnection.open(
                                String.valueOf(master.get(0)),
                                Integer.parseInt(String.valueOf(master.get(1))),
                                ANSWER);
                if ("master".equals(connection.list("ROLE").getFirst())) {
                    return connection.timeout(REPLY);
                }
                connection.close();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private void listen(String sentinel) {
        while (!closed) {
            try (RedisConnection listening =
                    RedisConnection.open(sentinel, SentinelPod.SENTINEL_PORT, ANSWER)) {
                listening.command("SUBSCRIBE", "+switch-master");
                listening.timeout(Duration.ofSeconds(1));
                while (!closed) {
                    try {
                        listening.receive();
                        drop(current.get());
                    } catch (java.io.UncheckedIOException e) {
                        if (!(e.getCause() instanceof java.net.SocketTimeoutException)) {
                            throw e;
                        }
                    }
                }
            } catch (RuntimeException e) {
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void drop(RedisConnection connection) {
        if (connection != null && current.compareAndSet(connection, null)) {
            connection.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        drop(current.get());
    }
}

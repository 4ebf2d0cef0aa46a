import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Clients through every sidecar that send their next command as soon as the last is answered. */
final class FullLoad implements AutoCloseable {
    private static final int KEYS = 1000;

    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    FullLoad(List<HivePod> pods, int clientsPerPod) {
        for (HivePod pod : pods) {
            for (int i = 0; i < clientsPerPod; i++) {
                int number = i;
                threads.add(
                        Thread.ofPlatform()
                                .daemon()
                                .name("load-" + pod.address + "-" + i)
                                .start(() -> run(pod, number)));
            }
        }
    }

    private void run(HivePod pod, int number) {
        String value = "x".repeat(64);
        while (!stopped) {
            try (RedisConnection connection =
                    RedisConnection.open(pod.address, HivePod.PROXY_PORT, Duration.ofSeconds(60))) {
                for (long n = number; !stopped; n++) {
                    String key = "load:" + n % KEYS;
                    try {
                        Object _ =
                                n % 2 == 0
                                        ? connection.command("SET", key, value)
                                        : connection.command("GET", key);
                        answers.incrementAndGet();
                    } catch (RedisReplyException e) {
                        // BUSY, while a script is slow
                        errors.incrementAndGet();
                        LockSupport.parkNanos(1_000_000);
                    }
                }
            } catch (RuntimeException e) {
                errors.incrementAndGet();
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    long answers() {
        return answers.get();
    }

    long errors() {
        return errors.get();
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(20_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

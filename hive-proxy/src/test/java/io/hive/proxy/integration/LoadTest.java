package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A hundred clients over all sidecars while the master is killed. {@code -Dhive.load.rounds} is how
 * many times, one after the other in one hive.
 */
@Timeout(600)
class LoadTest {
    private static final int ROUNDS = Integer.getInteger("hive.load.rounds", 1);
    private static final int CLIENTS = 100;

    /** What each client does before a loss and after it, at least. */
    private static final int STEPS = 20;

    private final List<Client> clients = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stop;

    @Test
    void noClientNoticesThatTheMastersRedisIsKilled() throws InterruptedException {
        try (TestHive hive = TestHive.of(3)) {
            start(hive, hive.pods);
            for (int i = 0; i < ROUNDS; i++) {
                allGoOn(hive);
                TestPod first = hive.leader();
                first.redis().kill();
                allGoOn(hive);
                first.startRedis();
                hive.awaitSettled();
            }
            finish(ROUNDS);
        }
    }

    @Test
    void noClientOfAnotherPodNoticesThatTheMastersPodIsKilled() throws InterruptedException {
        try (TestHive hive = TestHive.of(3)) {
            TestPod first = hive.leader();
            start(hive, hive.followers(first));
            allGoOn(hive);
            first.kill();
            allGoOn(hive);
            finish(1);
        }
    }

    private void start(TestHive hive, List<TestPod> through) {
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client(hive, through.get(i % through.size()), i);
            clients.add(client);
            client.thread = Thread.ofVirtual().name("client " + i).start(client);
        }
    }

    /** Every client gets more answers than were under way. */
    private void allGoOn(TestHive hive) {
        List<Integer> before = clients.stream().map(client -> client.steps.get()).toList();
        hive.until(
                "all clients go on",
                () -> {
                    for (int i = 0; i < clients.size(); i++) {
                        if (clients.get(i).steps.get() < before.get(i) + STEPS) {
                            return !failures.isEmpty();
                        }
                    }
                    return true;
                });
        assertThat(failures).as(hive.logs()).isEmpty();
    }

    private void finish(int losses) throws InterruptedException {
        stop = true;
        for (Client client : clients) {
            assertThat(client.thread.join(Duration.ofSeconds(60))).as(client.toString()).isTrue();
        }
        assertThat(failures).isEmpty();
        for (Client client : clients) {
            assertThat(client.unknown.get())
                    .as("%s has one write under way at a time", client)
                    .isLessThanOrEqualTo(losses);
        }
    }

    /** Writes numbers that grow, and reads them, over one connection all the time. */
    private final class Client implements Runnable {
        private final TestHive hive;
        private final TestPod through;
        private final int number;
        private final AtomicInteger steps = new AtomicInteger();
        private final AtomicInteger unknown = new AtomicInteger();
        private Thread thread = Thread.currentThread();

        Client(TestHive hive, TestPod through, int number) {
            this.hive = hive;
            this.through = through;
            this.number = number;
        }

        @Override
        public void run() {
            try (RedisConnection connection = hive.connect(through.address, 7000)) {
                connection.timeout(TestHive.PATIENCE);
                while (!stop) {
                    write(connection);
                    read(connection);
                    steps.incrementAndGet();
                }
            } catch (RuntimeException e) {
                failures.add(this + ", step " + steps + ": " + e);
            }
        }

        private void write(RedisConnection connection) {
            try {
                connection.command("SET", "k" + number, number + ":" + steps);
            } catch (RedisReplyException e) {
                String error = String.valueOf(e.getMessage());
                if (!error.startsWith("UNKNOWNOUTCOME ")) {
                    throw e;
                }
                unknown.incrementAndGet();
            }
        }

        /** Replication is asynchronous: an older value of its own may be there, no other's. */
        private void read(RedisConnection connection) {
            Object value = connection.command("GET", "k" + number);
            if (value != null && !value.toString().startsWith(number + ":")) {
                throw new IllegalStateException("a value of another client: " + value);
            }
        }

        @Override
        public String toString() {
            return "client " + number + " of " + through;
        }
    }
}

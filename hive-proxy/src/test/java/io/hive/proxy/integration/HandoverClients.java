package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Clients of all kinds that know what each of their answers must be: whatever is lost, or happens
 * twice, or in another order, is noticed with the next one. An error reply is never expected.
 */
final class HandoverClients implements AutoCloseable {
    private final TestHive hive;
    private final boolean reconnect;
    private final List<Client> clients = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stop;

    /** How often a connection ended that had to be made anew. */
    final AtomicInteger reconnected = new AtomicInteger();

    /**
     * None yet.
     *
     * @param reconnect whether a pod may close a connection, as one that stops does
     */
    HandoverClients(TestHive hive, boolean reconnect) {
        this.hive = hive;
        this.reconnect = reconnect;
    }

    /** So many of each kind, over all pods. */
    void start(int ofEach) {
        for (int i = 0; i < ofEach; i++) {
            add(new Appender(i));
            add(new Transactions(i));
            Semaphore turn = new Semaphore(0);
            add(new Consumer(i, turn));
            add(new Producer(i, turn));
            add(new Subscriber(i));
            add(new Publisher(i));
        }
        for (Client client : clients) {
            client.thread = Thread.ofVirtual().name(client.toString()).start(client);
        }
    }

    private void add(Client client) {
        clients.add(client);
    }

    /** Every client gets more answers than were under way. */
    void allGoOn(int steps) {
        List<Integer> before = clients.stream().map(client -> client.steps.get()).toList();
        hive.until(
                "all clients go on",
                () -> {
                    for (int i = 0; i < clients.size(); i++) {
                        if (clients.get(i).steps.get() < before.get(i) + steps) {
                            return !failures.isEmpty();
                        }
                    }
                    return true;
                });
        assertThat(failures).as(hive.logs()).isEmpty();
    }

    void finish() throws InterruptedException {
        stop = true;
        for (Client client : clients) {
            assertThat(client.thread.join(Duration.ofSeconds(60))).as(client.toString()).isTrue();
        }
        assertThat(failures).as(hive.logs()).isEmpty();
    }

    @Override
    public void close() {
        stop = true;
        clients.forEach(client -> client.thread.interrupt());
    }

    /** An answer that cannot be right. */
    private static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1;

        Wrong(String what) {
            super(what);
        }
    }

    /** One connection after the other, and what was promised over them. */
    private abstract class Client implements Runnable {
        final String name;
        final AtomicInteger steps = new AtomicInteger();
        Thread thread = Thread.currentThread();
        private @Nullable TestPod last;

        Client(String kind, int number) {
            name = kind + "-" + number;
        }

        @Override
        public void run() {
            while (!stop) {
                try (RedisConnection connection = connect()) {
                    begin(connection);
                    while (!stop) {
                        step(connection);
                        steps.incrementAndGet();
                    }
                } catch (RedisReplyException | Wrong e) {
                    fail(e);
                    return;
                } catch (RuntimeException e) {
                    if (!reconnect) {
                        fail(e);
                        return;
                    }
                    reconnected.incrementAndGet();
                } catch (Exception e) {
                    fail(e);
                    return;
                }
            }
        }

        private void fail(Exception e) {
            if (!stop) {
                failures.add(this + ", step " + steps + ": " + e);
            }
        }

        private RedisConnection connect() {
            List<TestPod> up =
                    hive.pods.stream().filter(TestPod::isUp).filter(pod -> pod != last).toList();
            TestPod pod = up.get(ThreadLocalRandom.current().nextInt(up.size()));
            last = pod;
            RedisConnection connection = hive.connect(pod.address, 7000);
            connection.timeout(TestHive.PATIENCE);
            return connection;
        }

        /** Finds out what became of the last step, where a connection ended in it. */
        abstract void begin(RedisConnection connection) throws Exception;

        abstract void step(RedisConnection connection) throws Exception;

        void expect(@Nullable Object expected, @Nullable Object got) {
            if (!String.valueOf(expected).equals(String.valueOf(got))) {
                throw new Wrong("expected " + expected + ", got " + got);
            }
        }

        @Override
        public String toString() {
            return name + " of " + last;
        }
    }

    /** Its list is as long as it is told each time. */
    private final class Appender extends Client {
        private long length;

        Appender(int number) {
            super("list", number);
        }

        @Override
        void begin(RedisConnection connection) {
            long now = connection.number("LLEN", name);
            if (now != length && now != length + 1) {
                expect(length, now);
            }
            length = now;
        }

        @Override
        void step(RedisConnection connection) {
            expect(length + 1, connection.command("RPUSH", name, name + ":" + length));
            length++;
        }
    }

    private final class Transactions extends Client {
        private long count;

        Transactions(int number) {
            super("transaction", number);
        }

        @Override
        void begin(RedisConnection connection) {
            Object now = connection.command("GET", name);
            long seen = now == null ? 0 : Long.parseLong(now.toString());
            if (seen != count && seen != count + 1) {
                expect(count, seen);
            }
            count = seen;
            expect(count, connection.command("LLEN", name + ":l"));
        }

        @Override
        void step(RedisConnection connection) {
            expect("OK", connection.command("MULTI"));
            expect("QUEUED", connection.command("INCR", name));
            expect("QUEUED", connection.command("RPUSH", name + ":l", "x"));
            List<Object> all = List.of(count + 1, count + 1);
            expect(all, connection.command("EXEC"));
            count++;
        }
    }

    /** Pushes one, and the next once it was taken. */
    private final class Producer extends Client {
        private final Semaphore turn;
        private int next;
        private boolean unsure;

        Producer(int number, Semaphore turn) {
            super("producer", number);
            this.turn = turn;
        }

        @Override
        void begin(RedisConnection connection) {
            if (unsure) {
                // Pushed, or not: if it was, it is there, or was taken.
                unsure = false;
                next = (int) connection.number("LLEN", "pushed:" + name);
            }
        }

        @Override
        void step(RedisConnection connection) throws InterruptedException {
            unsure = true;
            connection.command("MULTI");
            connection.command("RPUSH", "pushed:" + name, "x");
            connection.command("RPUSH", "queue:" + name, Integer.toString(next));
            connection.command("EXEC");
            unsure = false;
            next++;
            while (!stop && !turn.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                // the consumer has not got it yet
            }
        }
    }

    private final class Consumer extends Client {
        private final Semaphore turn;
        private final String queue;
        private int next;

        Consumer(int number, Semaphore turn) {
            super("consumer", number);
            this.turn = turn;
            queue = "queue:producer-" + number;
        }

        @Override
        void begin(RedisConnection connection) {}

        @Override
        void step(RedisConnection connection) {
            Object popped = connection.command("BLPOP", queue, "1");
            if (popped != null) {
                expect(List.of(queue, Integer.toString(next)), popped);
                next++;
                turn.release();
            }
        }
    }

    private final class Publisher extends Client {
        Publisher(int number) {
            super("publisher", number);
        }

        @Override
        void begin(RedisConnection connection) {}

        @Override
        void step(RedisConnection connection) {
            connection.number("PUBLISH", "channel:" + name, Integer.toString(steps.get()));
        }
    }

    /** What is published arrives in order; what is published while it moves may not. */
    private final class Subscriber extends Client {
        private final String channel;
        private int last = -1;

        Subscriber(int number) {
            super("subscriber", number);
            channel = "channel:publisher-" + number;
        }

        @Override
        void begin(RedisConnection connection) {
            connection.send("SUBSCRIBE", channel);
            expect(List.of("subscribe", channel, 1), connection.receive());
        }

        @Override
        void step(RedisConnection connection) {
            Object message = connection.receive();
            List<?> parts = message instanceof List<?> list ? list : List.of();
            if (parts.size() != 3 || !"message".equals(parts.get(0))) {
                expect("a message", message);
            }
            int number = Integer.parseInt(String.valueOf(parts.get(2)));
            if (number <= last) {
                expect("a number above " + last, number);
            }
            last = number;
        }
    }
}

package io.hive.proxy.nemesis;

import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients inside the pods that write a unique key each time, through their pod's sidecar, and keep
 * what they were told. A client has one write under way at a time; it connects again when its
 * connection ends.
 */
final class Workload implements AutoCloseable {
    private static final Duration REPLY = Duration.ofSeconds(40);
    private static final Duration CONNECT_PAUSE = Duration.ofMillis(20);
    private static final Duration PACE = Duration.ofMillis(2);

    /** Errors after which a write has not run, and will not (contract: errors of a client). */
    private static final Set<String> NOT_RUN =
            Set.of(
                    "NOMASTER",
                    "OVERLOADED",
                    "NOTRUN",
                    "NOREPLICAS",
                    "READONLY",
                    "LOADING",
                    "MASTERDOWN",
                    "BUSY",
                    "MISCONF");

    /** Errors after which it may have run. */
    private static final Set<String> UNKNOWN = Set.of("UNKNOWNOUTCOME", "NOACK");

    private final List<Client> clients = new ArrayList<>();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /** Starts so many clients in each of these pods. */
    Workload(List<Pod> pods, int clientsPerPod) {
        for (Pod pod : pods) {
            add(pod, clientsPerPod);
        }
    }

    void add(Pod pod, int count) {
        for (int i = 0; i < count; i++) {
            Client client = new Client(pod, "w:" + pod.number + ":" + clients.size() + ":");
            clients.add(client);
            client.thread = pod.space.start("client-" + clients.size(), client);
        }
    }

    /** How many writes through this pod were sent after that moment and acknowledged. */
    long acknowledgedSince(Pod pod, long nanos) {
        return clients.stream()
                .filter(client -> client.pod == pod)
                .flatMap(client -> client.writes.stream())
                .filter(write -> write.outcome() == Write.Outcome.ACKNOWLEDGED)
                .filter(write -> write.sentNanos() - nanos > 0)
                .count();
    }

    /** How many writes through this pod have come to an end, however. */
    long ended(Pod pod) {
        return clients.stream()
                .filter(client -> client.pod == pod)
                .mapToLong(client -> client.ended.get())
                .sum();
    }

    /** Waits until each of these pods has acknowledged so many writes that were sent after now. */
    void awaitProgress(Cluster cluster, List<Pod> through, int writes) {
        long from = System.nanoTime();
        for (Pod pod : through) {
            cluster.until(
                    writes + " more writes through " + pod + " are acknowledged",
                    () -> acknowledgedSince(pod, from) >= writes);
        }
    }

    /** Ends the clients, and returns all that they were told, in the order of sending. */
    List<Write> stop() {
        stopped = true;
        for (Client client : clients) {
            try {
                if (!client.thread.join(REPLY.plusSeconds(10))) {
                    surprises.add(client.prefix + " does not end");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while clients end", e);
            }
        }
        if (!surprises.isEmpty()) {
            throw new AssertionError("answers that nobody promised: " + surprises);
        }
        return clients.stream()
                .flatMap(client -> client.writes.stream())
                .sorted((one, two) -> Long.compare(one.sentNanos(), two.sentNanos()))
                .toList();
    }

    @Override
    public void close() {
        stopped = true;
    }

    private final class Client implements Runnable {
        private final Pod pod;
        private final String prefix;
        private final Queue<Write> writes = new ConcurrentLinkedQueue<>();
        private final AtomicInteger ended = new AtomicInteger();
        private Thread thread = Thread.currentThread();

        Client(Pod pod, String prefix) {
            this.pod = pod;
            this.prefix = prefix;
        }

        @Override
        public void run() {
            int number = 0;
            while (!stopped) {
                try (RedisConnection connection =
                        RedisConnection.open(pod.address, Pod.PROXY_PORT, REPLY)) {
                    boolean usable = true;
                    while (usable && !stopped) {
                        usable = write(connection, prefix + number);
                        number++;
                        LockSupport.parkNanos(PACE.toNanos());
                    }
                } catch (UncheckedIOException _) {
                    // Nobody is there: nothing was sent.
                    LockSupport.parkNanos(CONNECT_PAUSE.toNanos());
                }
            }
        }

        /** Whether the connection can go on being used. */
        private boolean write(RedisConnection connection, String key) {
            long sent = System.nanoTime();
            String answer;
            Write.Outcome outcome;
            boolean usable = true;
            try {
                answer = String.valueOf(connection.command("SET", key, key));
                outcome = Write.Outcome.ACKNOWLEDGED;
                if (!answer.equals("OK")) {
                    surprises.add(key + ": " + answer);
                }
            } catch (RedisReplyException e) {
                answer = String.valueOf(e.getMessage());
                String code = answer.split(" ", 2)[0].toUpperCase(Locale.ROOT);
                outcome = NOT_RUN.contains(code) ? Write.Outcome.NOT_RUN : Write.Outcome.UNKNOWN;
                if (!NOT_RUN.contains(code) && !UNKNOWN.contains(code)) {
                    surprises.add(key + ": " + answer);
                }
            } catch (UncheckedIOException e) {
                answer = String.valueOf(e.getCause());
                outcome = Write.Outcome.UNKNOWN;
                usable = false;
            }
            writes.add(new Write(key, pod.number, sent, System.nanoTime(), outcome, answer));
            ended.incrementAndGet();
            return usable;
        }
    }
}

package io.hive.proxy.relay;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the clients of a run with failovers share with whoever breaks things. Any thread. */
final class Chaos {
    private final AtomicInteger stage = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /** Errors of each documented kind that clients got. */
    final AtomicLong unknown = new AtomicLong();

    final AtomicLong notRun = new AtomicLong();
    final AtomicLong aborted = new AtomicLong();

    /** A master is about to be lost. */
    void crashBegins() {
        stage.incrementAndGet();
    }

    /** The route leads to another master. */
    void crashEnds() {
        stage.incrementAndGet();
    }

    /**
     * Changes with each beginning and end of a crash. If it is the same, and even, before a command
     * was sent and after its answer came, the master was not lost with it under way.
     */
    int stage() {
        return stage.get();
    }

    static boolean isCalm(int before, int after) {
        return before == after && before % 2 == 0;
    }

    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped || !failures.isEmpty();
    }

    void fail(Throwable failure) {
        failures.add(failure);
    }

    Queue<Throwable> failures() {
        return failures;
    }
}

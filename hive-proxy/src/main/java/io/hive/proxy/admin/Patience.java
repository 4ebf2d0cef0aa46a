package io.hive.proxy.admin;

import io.hive.proxy.metrics.AdminCounts;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends connections over which an answer does not go out in time. The thread that writes waits for
 * the other side, so that another one has to look at the clock; to interrupt the former closes its
 * socket.
 */
final class Patience implements AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Set<Write> under = ConcurrentHashMap.newKeySet();
    private final AdminMeter meter;
    private final Thread watch;
    private volatile boolean closed;

    /** One write, from its beginning to its end. */
    private static final class Write {
        private final Thread writer = Thread.currentThread();
        private final long untilNanos;
        private boolean over;

        Write(long untilNanos) {
            this.untilNanos = untilNanos;
        }

        synchronized void end() {
            over = true;
        }

        synchronized boolean cut() {
            if (!over) {
                writer.interrupt();
            }
            return !over;
        }
    }

    /** What is written within a time. */
    interface Writing {
        void write() throws IOException;
    }

    Patience(AdminMeter meter) {
        this.meter = meter;
        watch = Thread.ofVirtual().name("admin-patience").start(this::watch);
    }

    /**
     * Writes, on this thread.
     *
     * @throws IOException if the connection is gone, or was ended since it took too long
     */
    void within(Duration limit, Writing writing) throws IOException {
        Write write = new Write(System.nanoTime() + limit.toNanos());
        under.add(write);
        try {
            writing.write();
        } finally {
            write.end();
            under.remove(write);
        }
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(LOOK_NANOS);
            long now = System.nanoTime();
            under.removeIf(write -> now - write.untilNanos >= 0 && cut(write));
        }
    }

    private boolean cut(Write write) {
        boolean cut = write.cut();
        if (cut) {
            meter.reject(AdminCounts.Reason.SLOW);
        }
        return cut;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watch);
    }
}

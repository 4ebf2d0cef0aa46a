package io.hive.proxy.discovery;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A virtual thread that does one thing again and again until it is closed. Any thread. */
final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);

    /** So that a step that always throws does not keep a processor busy. */
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);

    /** One round; waits by itself. */
    interface Step {
        void run() throws InterruptedException;
    }

    private final String name;
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private volatile boolean closed;

    Worker(String name) {
        this.name = name;
    }

    /**
     * Begins.
     *
     * @throws IllegalStateException if it has begun before
     */
    void start(Step step) {
        Thread starting = Thread.ofVirtual().name(name).unstarted(() -> loop(step));
        if (!thread.compareAndSet(null, starting)) {
            throw new IllegalStateException(name + " was started before");
        }
        starting.start();
    }

    /** Ends, and waits for the step under way unless that is who calls. */
    @Override
    public void close() {
        closed = true;
        Thread running = thread.get();
        if (running == null || running.equals(Thread.currentThread())) {
            return;
        }
        running.interrupt();
        try {
            if (!running.join(CLOSE_DEADLINE)) {
                LOG.warn("{} does not end within {}; it is left behind", name, CLOSE_DEADLINE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop(Step step) {
        while (!closed) {
            try {
                step.run();
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                LOG.error("{}: unexpected, going on: {}", name, e.toString(), e);
                try {
                    Thread.sleep(PAUSE_AFTER_ERROR);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }
}

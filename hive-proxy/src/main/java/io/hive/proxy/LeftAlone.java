package io.hive.proxy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a process that has left its hive because somebody meant to end it, and who then did not: it
 * would be of no use to anybody for ever. A kubelet runs Redis's hook, which asks the sidecar to
 * leave, also when it restarts that container alone. Any thread.
 */
final class LeftAlone {
    private final Duration patience;
    private final Runnable end;
    private final AtomicBoolean watching = new AtomicBoolean();

    /**
     * Nothing happens yet.
     *
     * @param patience how long the one who asked may take to end the process
     * @param end ends it, so that whatever keeps it running starts it anew
     */
    LeftAlone(Duration patience, Runnable end) {
        this.patience = patience;
        this.end = end;
    }

    /** Begins to wait, once; returns at once. */
    void watch() {
        if (watching.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(end);
        }
    }
}

package io.hive.proxy.peer;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, with a deadline that only a failure ever meets. */
final class Await {
    static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = 1_000_000;

    private Await() {}

    static void until(BooleanSupplier condition, Supplier<String> otherwise) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        "not within " + DEADLINE.toSeconds() + " s: " + otherwise.get());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}

package io.hive.proxy.demo;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Waits for what a test expects to happen. The deadline is only there so that a test ends; that
 * something was fast or slow is not checked. Any thread.
 */
public final class Await {
    public static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private Await() {}

    /** Waits up to 30 seconds; the failure tells what was there instead. */
    public static void until(BooleanSupplier condition, Supplier<String> otherwise) {
        until(
                () -> "a condition holds, but: " + otherwise.get(),
                DEADLINE,
                condition::getAsBoolean);
    }

    /** Waits up to 30 seconds. */
    public static void until(String what, Callable<Boolean> condition) {
        until(what, DEADLINE, condition);
    }

    /**
     * Waits until the condition holds. While it throws, or an assertion in it fails, it does not
     * hold.
     *
     * @param what is waited for, as in "the replica follows 127.1.1.1"
     */
    public static void until(String what, Duration deadline, Callable<Boolean> condition) {
        until(() -> what, deadline, condition);
    }

    private static void until(
            Supplier<String> what, Duration deadline, Callable<Boolean> condition) {
        var _ = value(what, deadline, condition, holds -> holds);
    }

    /** Waits up to 30 seconds for a value that passes, and returns it. */
    public static <T> T value(String what, Callable<T> source, Predicate<T> passes) {
        return value(what, DEADLINE, source, passes);
    }

    /** Waits for a value that passes, and returns it; the failure tells the last one seen. */
    public static <T> T value(
            String what, Duration deadline, Callable<T> source, Predicate<T> passes) {
        return value(() -> what, deadline, source, passes);
    }

    private static <T> T value(
            Supplier<String> what, Duration deadline, Callable<T> source, Predicate<T> passes) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            String seen;
            Throwable thrown = null;
            try {
                T value = source.call();
                if (passes.test(value)) {
                    return value;
                }
                seen = String.valueOf(value);
            } catch (Exception | AssertionError e) {
                thrown = e;
                seen = e.toString();
            }
            if (Thread.interrupted()) {
                throw new IllegalStateException("interrupted while waiting until " + what.get());
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        "waited " + deadline + " until " + what.get() + "; last seen: " + seen,
                        thrown);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}

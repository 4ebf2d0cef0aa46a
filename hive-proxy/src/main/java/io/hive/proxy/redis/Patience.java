package io.hive.proxy.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * For how long an operation may wait, and whether it is still wanted. All waiting goes through
 * here, so that no wait outlasts the operation's bound, the connection, or the sidecar.
 *
 * <p>Used by the thread of the operations alone; whoever makes one of the conditions true unparks
 * it.
 */
final class Patience {
    private static final long MILLI = 1_000_000;

    /** A Redis that has not answered for this long is not about to. */
    private static final long ANSWER_NANOS = 250 * MILLI;

    private final long deadline;
    private final Supplier<@Nullable String> cancelled;

    /**
     * Starts.
     *
     * @param deadline on {@link System#nanoTime}'s clock
     * @param cancelled why nobody waits for this any more, or null
     */
    Patience(long deadline, Supplier<@Nullable String> cancelled) {
        this.deadline = deadline;
        this.cancelled = cancelled;
    }

    /** Nanoseconds that are left; 0 or less when none are. */
    long left() {
        return deadline - System.nanoTime();
    }

    /** The same, for at most so long from now. */
    Patience atMost(long nanos) {
        return new Patience(nanos < left() ? System.nanoTime() + nanos : deadline, cancelled);
    }

    /** The same, whether or not somebody waits for the outcome: for a step that is not left out. */
    Patience firm(long nanos) {
        return new Patience(nanos < left() ? System.nanoTime() + nanos : deadline, () -> null);
    }

    /** Throws if nobody waits for the outcome any more. */
    void check() throws OperationFailure {
        String why = cancelled.get();
        if (why != null) {
            throw new OperationFailure.Unwanted(why);
        }
    }

    /**
     * Waits until this is done, with a value or a failure. A newer operation ends the wait only
     * when there has been no answer for so long that none is about to come.
     *
     * @param open whether the answer can come at all
     */
    void await(String what, CompletableFuture<?> answer, BooleanSupplier open)
            throws OperationFailure {
        long patient = System.nanoTime() + ANSWER_NANOS;
        Thread self = Thread.currentThread();
        var _ = answer.whenComplete((value, failure) -> LockSupport.unpark(self));
        while (!answer.isDone()) {
            if (!open.getAsBoolean()) {
                throw new OperationFailure("Redis was lost at " + what);
            }
            long now = System.nanoTime();
            if (now - deadline >= 0) {
                throw new OperationFailure.TimeUp(
                        "no answer to " + what + " in time; whether it was done is not known");
            }
            String why = cancelled.get();
            if (why != null && now - patient >= 0) {
                throw new OperationFailure.Unwanted("no answer to " + what + ", and " + why);
            }
            long rest = deadline - now;
            LockSupport.parkNanos(why == null ? rest : Math.min(rest, patient - now));
        }
    }

    /**
     * Waits for something to happen.
     *
     * @param unmet the reason, if the time is up
     * @param open whether it can happen at all
     */
    void pause(long nanos, String unmet, BooleanSupplier open) throws OperationFailure {
        long until = System.nanoTime() + nanos;
        while (true) {
            check();
            long now = System.nanoTime();
            if (now - deadline >= 0) {
                throw new OperationFailure(unmet);
            }
            if (!open.getAsBoolean()) {
                throw new OperationFailure("Redis was lost");
            }
            if (now - until >= 0) {
                return;
            }
            LockSupport.parkNanos(Math.min(until - now, deadline - now));
        }
    }
}

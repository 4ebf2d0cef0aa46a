package io.hive.proxy.redis;

import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation under way on one connection.
 *
 * <p>A newer operation ends it while it waits for something to happen, and while Redis does not
 * answer; not between commands that Redis answers at once. Either way nothing is left half done
 * that matters: every operation brings about the whole of a role, whatever it finds, and on one
 * connection the newer one's commands run after the older one's.
 *
 * <p>Used by the thread of the operations alone.
 */
record Attempt(RedisLink link, Patience patience) {
    private static final long MILLI = 1_000_000;
    private static final long POLL_NANOS = 2 * MILLI;
    private static final long RETRY_NANOS = 10 * MILLI;

    /** The same, with another patience. */
    Attempt with(Patience other) {
        return new Attempt(link, other);
    }

    /**
     * Asks Redis, again if it loads or runs a script, until it answers.
     *
     * @param what for the reason if it fails; never with a secret in it
     */
    <T> T ask(String what, Supplier<CompletableFuture<T>> command) throws OperationFailure {
        while (true) {
            CompletableFuture<T> answer = command.get();
            patience.await(what, answer, link::isOpen);
            Throwable failure = failure(answer);
            if (failure == null) {
                return answer.resultNow();
            }
            String refusal = refusal(what, failure);
            patience.pause(RETRY_NANOS, refusal + ", until the time was up", link::isOpen);
        }
    }

    /** Sends a command that is answered by one text. */
    String text(String what, String... words) throws OperationFailure {
        return ask(what, () -> link.text(words));
    }

    /**
     * Looks until what is seen is as it should be.
     *
     * @param unmet the reason if it never is
     */
    Snapshot look(Observer observer, Predicate<Snapshot> done, String unmet)
            throws OperationFailure {
        Snapshot seen = look(observer);
        while (!done.test(seen)) {
            patience.pause(POLL_NANOS, unmet, link::isOpen);
            try {
                seen = look(observer);
            } catch (OperationFailure.TimeUp _) {
                throw new OperationFailure(unmet);
            }
        }
        return seen;
    }

    /** Looks. */
    Snapshot look(Observer observer) throws OperationFailure {
        return ask("INFO", () -> observer.observe(link));
    }

    /** The line for a refusal that passes; throws if this is none. */
    private static String refusal(String what, Throwable failure) throws OperationFailure {
        String brief = RedisErrors.brief(failure);
        if (!RedisErrors.isReply(failure)) {
            throw new OperationFailure("Redis was lost at " + what + ": " + brief);
        }
        String refusal = what + " was refused: " + brief;
        if (!RedisErrors.isPassing(failure)) {
            throw new OperationFailure.Refused(refusal);
        }
        return refusal;
    }

    private static @Nullable Throwable failure(CompletableFuture<?> answer) {
        return switch (answer.state()) {
            case SUCCESS, RUNNING -> null;
            case FAILED -> answer.exceptionNow();
            case CANCELLED -> new java.util.concurrent.CancellationException("cancelled");
        };
    }
}

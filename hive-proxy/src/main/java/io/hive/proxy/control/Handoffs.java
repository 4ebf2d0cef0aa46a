package io.hive.proxy.control;

import io.hive.core.message.HandoffResult;
import io.hive.core.node.NodeId;
import io.hive.election.Input;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Those who asked for a planned change of master, until they have their answer. Any thread. */
public final class Handoffs {
    /** The election answers sooner; past this its loop has ended. */
    private static final int PATIENCE_SECONDS = 30;

    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<HandoffResult>> waiting = new ConcurrentHashMap<>();
    private final Consumer<Input> inputs;

    /**
     * Nobody waits yet.
     *
     * @param inputs takes what the election is asked
     */
    public Handoffs(Consumer<Input> inputs) {
        this.inputs = inputs;
    }

    /**
     * Asks for a change of master.
     *
     * @param to who is to lead, or null for the best of the others
     * @return completes when it is done or will not be, never with a failure
     */
    public CompletableFuture<HandoffResult> ask(@Nullable NodeId to) {
        long number = numbers.incrementAndGet();
        CompletableFuture<HandoffResult> answer = new CompletableFuture<>();
        waiting.put(number, answer);
        inputs.accept(new Input.Handoff(number, to));
        HandoffResult none =
                new HandoffResult(
                        HandoffResult.Outcome.FAILED,
                        null,
                        to,
                        0,
                        0,
                        "no answer within " + PATIENCE_SECONDS + " s");
        var _ = answer.completeOnTimeout(none, PATIENCE_SECONDS, TimeUnit.SECONDS);
        var _ = answer.whenComplete((result, failure) -> waiting.remove(number));
        return answer;
    }

    void ended(long request, HandoffResult result) {
        CompletableFuture<HandoffResult> answer = waiting.remove(request);
        if (answer != null) {
            // Off the control thread: what follows is no business of it.
            var _ = answer.completeAsync(() -> result);
        }
    }
}

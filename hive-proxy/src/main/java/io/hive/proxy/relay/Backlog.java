package io.hive.proxy.relay;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands that were taken back from a connection, with what is to become of them: they come before
 * the input.
 */
final class Backlog {
    private final ArrayDeque<Item> items = new ArrayDeque<>(0);
    private final Input input;
    private final RelayMetrics metrics;

    Backlog(Input input, RelayMetrics metrics) {
        this.input = input;
        this.metrics = metrics;
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** The next of them; null if there is none. */
    @Nullable Item peek() {
        return items.peek();
    }

    /** The next of them is dealt with. */
    void dealt() {
        items.poll();
    }

    /** Puts a command before everything that is still to be dealt with. */
    void first(Item item) {
        items.addFirst(item);
    }

    /** Puts a command behind those that were taken back. */
    void last(Item item) {
        items.add(item);
    }

    /** Puts commands before everything that is still to be dealt with. */
    void first(List<Item> taken) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            items.addFirst(taken.get(i));
        }
    }

    /** The same with what became of them; behind what nobody knows no write is run (rule 3). */
    void first(Outcomes outcomes) {
        metrics.answered(Answer.UNKNOWN_OUTCOME, outcomes.unknown());
        metrics.retried.add(outcomes.again());
        first(outcomes.items());
        if (outcomes.unknown() > 0) {
            input.rule(Answer.NOT_RUN);
        }
    }

    void clear() {
        items.clear();
    }
}

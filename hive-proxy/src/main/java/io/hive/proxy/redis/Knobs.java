package io.hive.proxy.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Changes settings of the local Redis; docs/redis-settings.md lists each, with the reason. Where
 * CONFIG is not to be had, goes on without, and says so once.
 *
 * <p>Used by the thread of the operations alone.
 */
final class Knobs {
    private final Notices notices;

    Knobs(Notices notices) {
        this.notices = notices;
    }

    /**
     * Sets these, in this order, in one write.
     *
     * @return those that Redis refused; already logged
     */
    List<String> set(Attempt attempt, Map<String, String> values) throws OperationFailure {
        if (values.isEmpty()) {
            return List.of();
        }
        List<List<String>> commands = new ArrayList<>();
        values.forEach((name, value) -> commands.add(List.of("CONFIG", "SET", name, value)));
        List<CompletableFuture<String>> answers = attempt.link().texts(commands);
        List<String> refused = new ArrayList<>();
        int i = 0;
        for (Map.Entry<String, String> entry : values.entrySet()) {
            CompletableFuture<String> sent = answers.get(i++);
            if (!accepted(attempt, entry.getKey(), entry.getValue(), sent)) {
                refused.add(entry.getKey());
            }
        }
        return refused;
    }

    private boolean accepted(
            Attempt attempt, String name, String value, CompletableFuture<String> sent)
            throws OperationFailure {
        String what = "CONFIG SET " + name;
        // What was sent already comes first; it is sent again only if Redis was busy.
        Deque<CompletableFuture<String>> already = new ArrayDeque<>(List.of(sent));
        try {
            attempt.ask(
                    what,
                    () ->
                            already.isEmpty()
                                    ? attempt.link().text("CONFIG", "SET", name, value)
                                    : already.pop());
            return true;
        } catch (OperationFailure.Refused refusal) {
            notices.once(
                    what,
                    refusal.reason()
                            + "; going on without (what it is for: docs/redis-settings.md, the"
                            + " rights that are needed: docs/redis-user.md)");
            return false;
        }
    }
}

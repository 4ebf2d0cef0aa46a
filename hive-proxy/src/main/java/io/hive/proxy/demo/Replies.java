package io.hive.proxy.demo;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replies as text for people. Any thread. */
final class Replies {
    private Replies() {}

    /** One line for a plain reply, a numbered line for each element of a list. */
    static String format(@Nullable Object reply) {
        return String.join("\n", lines(reply));
    }

    private static List<String> lines(@Nullable Object reply) {
        return switch (reply) {
            case null -> List.of("(nil)");
            case Long number -> List.of("(integer) " + number);
            case RedisReplyException error -> List.of("(error) " + error.getMessage());
            case List<?> list -> list.isEmpty() ? List.of("(empty)") : numbered(list);
            default -> reply.toString().lines().toList();
        };
    }

    private static List<String> numbered(List<?> list) {
        int width = String.valueOf(list.size()).length();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String label = " ".repeat(width - String.valueOf(i + 1).length()) + (i + 1) + ") ";
            for (String line : lines(list.get(i))) {
                lines.add(label + line);
                label = " ".repeat(label.length());
            }
        }
        return lines;
    }
}

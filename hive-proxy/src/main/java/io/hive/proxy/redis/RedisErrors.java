package io.hive.proxy.redis;

import io.lettuce.core.RedisCommandExecutionException;
import org.jspecify.annotations.Nullable;

/** What an error of Redis, or of the way to it, means. Pure functions. */
final class RedisErrors {
    private static final int LONGEST = 200;

    private RedisErrors() {}

    /**
     * The code that an error reply starts with, such as {@code LOADING}, or an empty text if this
     * is no error reply.
     */
    static String code(Throwable failure) {
        Throwable error = replied(failure);
        if (error == null || error.getMessage() == null) {
            return "";
        }
        String message = error.getMessage();
        int end = message.indexOf(' ');
        return end < 0 ? message : message.substring(0, end);
    }

    /** Whether Redis answered with an error, as opposed to not answering. */
    static boolean isReply(Throwable failure) {
        return replied(failure) != null;
    }

    /** Whether the command was not run, and may be later: the server loads, or runs a script. */
    static boolean isPassing(Throwable failure) {
        return switch (code(failure)) {
            case "LOADING", "BUSY" -> true;
            default -> false;
        };
    }

    /** Whether this login, or this server, will never run the command. */
    static boolean isForGood(Throwable failure) {
        return switch (code(failure)) {
            case "NOPERM", "ERR" -> true;
            default -> false;
        };
    }

    /**
     * One line for a log. An error that quotes what was sent is cut before the quotation, which may
     * be a password: {@code unknown command 'ACL', with args beginning with: ...}.
     */
    static String brief(Throwable failure) {
        Throwable error = replied(failure);
        Throwable cause = error == null ? root(failure) : error;
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        String code = code(failure);
        boolean quotes = error != null && !code.equals("NOPERM");
        int quotation = quotes ? message.indexOf('\'') : -1;
        String text = quotation < 0 ? message : message.substring(0, quotation);
        String line = text.lines().findFirst().orElse("").strip();
        if (line.isEmpty()) {
            return cause.getClass().getSimpleName();
        }
        return line.length() > LONGEST ? line.substring(0, LONGEST) : line;
    }

    private static @Nullable Throwable replied(Throwable failure) {
        for (Throwable next = failure; next != null; next = next.getCause()) {
            if (next instanceof RedisCommandExecutionException) {
                return next;
            }
        }
        return null;
    }

    private static Throwable root(Throwable failure) {
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last;
    }
}

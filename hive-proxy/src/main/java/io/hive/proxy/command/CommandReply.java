package io.hive.proxy.command;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Reads the reply to {@code COMMAND}: per command an array of its name, its arity, its flags and
 * more, and from Redis 7 on, as the tenth element, the same of its subcommands.
 */
final class CommandReply {
    private static final int FLAGS = 2;
    private static final int SUBCOMMANDS = 9;

    /** More than any command has had so far. */
    private static final int MAX_FIELDS = 64;

    private static final int MAX_FLAGS = 256;
    private static final int MAX_TEXT = 256;
    private static final int MAX_SHOWN = 80;

    private final byte[] in;
    private final int to;
    private int at;

    CommandReply(byte[] in, int from, int to) {
        Objects.checkFromToIndex(from, to, in.length);
        this.in = in;
        this.at = from;
        this.to = to;
    }

    /** Tells each command's name, in upper case, with a subcommand after a blank, and its flags. */
    void read(BiConsumer<String, Set<String>> command) {
        int start = at;
        if (at == to || in[at] != '*') {
            int end = Math.min(to, start + MAX_SHOWN);
            String shown = new String(in, start, end - start, StandardCharsets.US_ASCII);
            throw new IllegalArgumentException(
                    "expected an array as the reply to COMMAND, got '" + printable(shown) + "'");
        }
        int commands = elements(CommandTable.MAX_COMMANDS);
        for (int i = 0; i < commands; i++) {
            command("", command);
        }
        if (at != to) {
            throw wrong("expected its end");
        }
    }

    private void command(String container, BiConsumer<String, Set<String>> command) {
        if (peek() == '_' || (peek() == '*' && at + 1 < to && in[at + 1] == '-')) {
            // What is not there, such as a module that was unloaded just now.
            skip();
            return;
        }
        int fields = elements(MAX_FIELDS);
        if (fields <= FLAGS) {
            throw wrong("expected a name, an arity and flags");
        }
        String name = name(container, text());
        skip();
        command.accept(name, flags());
        for (int field = FLAGS + 1; field < fields; field++) {
            if (field == SUBCOMMANDS && container.isEmpty()) {
                int subcommands = elements(CommandTable.MAX_COMMANDS);
                for (int i = 0; i < subcommands; i++) {
                    command(name, command);
                }
            } else {
                skip();
            }
        }
    }

    /** A subcommand is listed as {@code config|get}. */
    private static String name(String container, String listed) {
        String upper = upper(listed);
        return container.isEmpty()
                ? upper
                : container + " " + upper.substring(upper.lastIndexOf('|') + 1);
    }

    /** ASCII letters alone, as Redis compares names. */
    private static String upper(String text) {
        StringBuilder upper = new StringBuilder(text.length());
        text.chars().forEach(c -> upper.append((char) (c >= 'a' && c <= 'z' ? c - 32 : c)));
        return upper.toString();
    }

    private Set<String> flags() {
        int count = elements(MAX_FLAGS);
        Set<String> flags = new HashSet<>();
        for (int i = 0; i < count; i++) {
            flags.add(text().toLowerCase(Locale.ROOT));
        }
        return flags;
    }

    /** The number of elements of the array or set that begins here. */
    private int elements(int limit) {
        byte type = peek();
        if (type != '*' && type != '~') {
            throw wrong("expected an array or a set");
        }
        at++;
        long count = number();
        if (count < 0 || count > limit) {
            throw wrong("expected 0 to " + limit + " elements, got " + count);
        }
        return (int) count;
    }

    private String text() {
        byte type = peek();
        at++;
        int from = at;
        int length;
        if (type == '$') {
            length = bulk();
            from = at - length - 2;
        } else if (type == '+') {
            length = line();
        } else {
            at--;
            throw wrong("expected a text");
        }
        if (length <= 0 || length > MAX_TEXT) {
            throw wrong("expected a text of 1 to " + MAX_TEXT + " bytes, got " + length);
        }
        return new String(in, from, length, StandardCharsets.ISO_8859_1);
    }

    /** Goes past a value, whatever it is. Each open value takes at least three bytes. */
    private void skip() {
        long open = 1;
        while (open > 0) {
            byte type = peek();
            at++;
            open--;
            switch (type) {
                case '+', '-', ':', ',', '(', '#', '_' -> line();
                case '$', '=', '!' -> bulk();
                case '*', '~' -> open += Math.max(0, number());
                case '%' -> open += 2 * Math.max(0, number());
                case '|' -> open += 2 * Math.max(0, number()) + 1;
                default -> {
                    at--;
                    throw wrong("expected a value");
                }
            }
            if (open > to - at) {
                throw wrong("expected more bytes");
            }
        }
    }

    /** Goes past a length, the bytes and the line end. */
    private int bulk() {
        long length = number();
        if (length < 0) {
            return -1;
        }
        if (length > to - at - 2L || in[at + (int) length] != '\r') {
            throw wrong("expected " + length + " bytes and a line end");
        }
        at += (int) length + 2;
        return (int) length;
    }

    private long number() {
        int from = at;
        int length = line();
        boolean negative = length > 0 && in[from] == '-';
        int digits = negative ? length - 1 : length;
        if (digits < 1 || digits > 9) {
            at = from;
            throw wrong("expected a number");
        }
        long value = 0;
        for (int i = from + length - digits; i < from + length; i++) {
            if (in[i] < '0' || in[i] > '9') {
                at = from;
                throw wrong("expected a number");
            }
            value = value * 10 + in[i] - '0';
        }
        return negative ? -value : value;
    }

    /** Goes past a line end, and gives the number of bytes before it. */
    private int line() {
        int from = at;
        for (int i = from; i < to - 1; i++) {
            if (in[i] == '\r' && in[i + 1] == '\n') {
                at = i + 2;
                return i - from;
            }
        }
        throw wrong("expected a line end");
    }

    private byte peek() {
        if (at >= to) {
            throw wrong("expected more bytes");
        }
        return in[at];
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException(
                "not a reply to COMMAND: " + expected + " at byte " + at + " of " + to);
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]+", " ").strip();
    }
}

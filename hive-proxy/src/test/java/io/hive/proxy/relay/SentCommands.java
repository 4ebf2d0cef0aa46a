package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client's bytes say to a Redis: which commands they are, and how they end. Found by Redis
 * 7.0's rules, and by the three in which Hive is documented to be stricter; written apart from
 * Hive's own framer, and looking at all bytes at once, so that one checks the other.
 *
 * @param commands the words of each, up to one that ends the connection
 * @param end what the bytes behind the last command are
 */
record SentCommands(List<List<String>> commands, End end) {
    /** How a stream ends. */
    enum End {
        /** With a whole command. */
        BETWEEN,
        /** In a command that has begun: what comes next belongs to it. */
        WITHIN,
        /** With what is no command: an error is due, and the end. */
        FAULT,
        /** With a command that ends the connection, whatever is behind it. */
        QUIT,
        /** The same, without an answer. */
        HUNG_UP
    }

    private static final int INLINE_MAX = 64 * 1024;
    private static final int MAX_WORDS = 1024 * 1024;
    private static final long MAX_WORD = 512L << 20;

    /** What is not answered with one reply each, from where it stands on. */
    private static final Set<String> MODES =
            Set.of(
                    "SUBSCRIBE",
                    "PSUBSCRIBE",
                    "SSUBSCRIBE",
                    "UNSUBSCRIBE",
                    "PUNSUBSCRIBE",
                    "SUNSUBSCRIBE",
                    "MONITOR");

    static SentCommands of(byte[] bytes) {
        return new Reader(new String(bytes, ISO_8859_1)).all();
    }

    /** Whether some of them may be answered never, or more than once. */
    boolean modes() {
        return commands.stream()
                .anyMatch(words ->
                        MODES.contains(upper(words, 0))
                                || (upper(words, 0).equals("CLIENT")
                                        && upper(words, 1).equals("REPLY")));
    }

    /** Whether the connection has to end. */
    boolean over() {
        return switch (end) {
            case FAULT, QUIT, HUNG_UP -> true;
            case BETWEEN, WITHIN -> false;
        };
    }

    /** How many replies there are at most; all of them come if nothing is lost. */
    int replies() {
        // That a line is none can be known before it ends.
        return commands.size() + (end == End.FAULT || end == End.WITHIN ? 1 : 0);
    }

    private static String upper(List<String> words, int nth) {
        return nth < words.size() ? words.get(nth).toUpperCase(Locale.ROOT) : "";
    }

    /** Goes through the bytes. */
    private static final class Reader {
        private final String in;
        private final List<List<String>> commands = new ArrayList<>();
        private int at;
        private @Nullable End end;

        Reader(String in) {
            this.in = in;
        }

        SentCommands all() {
            while (end == null) {
                if (at == in.length()) {
                    end = End.BETWEEN;
                    break;
                }
                List<String> words = in.charAt(at) == '*' ? array() : inline();
                if (words != null && !words.isEmpty()) {
                    add(words);
                }
            }
            return new SentCommands(List.copyOf(commands), end);
        }

        private void add(List<String> words) {
            switch (upper(words, 0)) {
                case "QUIT" -> {
                    commands.add(words);
                    end = End.QUIT;
                }
                case "HOST:", "POST" -> end = End.HUNG_UP;
                default -> commands.add(words);
            }
        }

        private @Nullable List<String> stop(End how) {
            end = how;
            return null;
        }

        private @Nullable List<String> array() {
            Long count = number();
            if (count == null) {
                return null;
            }
            if (count > MAX_WORDS) {
                return stop(End.FAULT);
            }
            List<String> words = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                if (at == in.length()) {
                    return stop(End.WITHIN);
                }
                if (in.charAt(at) != '$') {
                    return stop(End.FAULT);
                }
                Long length = number();
                if (length == null) {
                    return null;
                }
                if (length < 0 || length > MAX_WORD) {
                    return stop(End.FAULT);
                }
                int behind = (int) Math.min(in.length(), at + length);
                String rest = in.substring(behind, Math.min(in.length(), behind + 2));
                if (!"\r\n".startsWith(rest)) {
                    return stop(End.FAULT);
                }
                if (rest.length() < 2) {
                    return stop(End.WITHIN);
                }
                words.add(in.substring(at, behind));
                at = behind + 2;
            }
            return words;
        }

        /** The number behind a type's letter, and its line end; null if all is over. */
        private @Nullable Long number() {
            int cr = in.indexOf('\r', at);
            if (cr < 0) {
                boolean wrong = in.length() - at > 24 || !in.substring(at + 1).matches("-?\\d*");
                stop(wrong ? End.FAULT : End.WITHIN);
                return null;
            }
            String digits = in.substring(at + 1, cr);
            if (!digits.matches("0|-?[1-9]\\d{0,17}")) {
                stop(End.FAULT);
                return null;
            }
            if (cr + 1 == in.length()) {
                stop(End.WITHIN);
                return null;
            }
            if (in.charAt(cr + 1) != '\n') {
                stop(End.FAULT);
                return null;
            }
            at = cr + 2;
            return Long.valueOf(digits);
        }

        private @Nullable List<String> inline() {
            int lf = in.indexOf('\n', at);
            int behind = lf < 0 ? in.length() : lf;
            if (in.substring(at, behind).indexOf('\0') >= 0 || behind - at > INLINE_MAX) {
                return stop(End.FAULT);
            }
            if (lf < 0) {
                return stop(End.WITHIN);
            }
            boolean cr = lf > at && in.charAt(lf - 1) == '\r';
            List<String> words = split(in.substring(at, cr ? lf - 1 : lf));
            at = lf + 1;
            return words == null ? stop(End.FAULT) : words;
        }

        /** The words of a line; null if its quotes do not pair. */
        private static @Nullable List<String> split(String line) {
            List<String> words = new ArrayList<>();
            int i = 0;
            while (true) {
                while (i < line.length() && blank(line.charAt(i))) {
                    i++;
                }
                if (i == line.length()) {
                    return words;
                }
                StringBuilder word = new StringBuilder();
                boolean more = true;
                while (more && i < line.length()) {
                    char c = line.charAt(i);
                    if (c == '"' || c == '\'') {
                        i = quoted(line, i, word);
                        if (i < 0 || (i < line.length() && !blank(line.charAt(i)))) {
                            return null;
                        }
                        more = false;
                    } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
                        more = false;
                    } else {
                        word.append(c);
                        i++;
                    }
                }
                words.add(word.toString());
            }
        }

        /** Takes what is in quotes; the index behind it, or -1 if it does not end. */
        private static int quoted(String line, int from, StringBuilder word) {
            char quote = line.charAt(from);
            int i = from + 1;
            while (i < line.length() && line.charAt(i) != quote) {
                if (line.charAt(i) != '\\' || i + 1 == line.length()) {
                    word.append(line.charAt(i++));
                } else if (quote == '\'') {
                    boolean escaped = line.charAt(i + 1) == '\'';
                    word.append(escaped ? '\'' : '\\');
                    i += escaped ? 2 : 1;
                } else if (line.substring(i).matches("(?s)\\\\x[0-9a-fA-F]{2}.*")) {
                    word.append((char) Integer.parseInt(line.substring(i + 2, i + 4), 16));
                    i += 4;
                } else {
                    char c = line.charAt(i + 1);
                    int known = "nrtba".indexOf(c);
                    word.append(known < 0 ? c : "\n\r\t\b\u0007".charAt(known));
                    i += 2;
                }
            }
            return i < line.length() ? i + 1 : -1;
        }

        private static boolean blank(char c) {
            return c == ' ' || (c >= '\t' && c <= '\r');
        }
    }
}

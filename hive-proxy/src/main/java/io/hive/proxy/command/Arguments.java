package io.hive.proxy.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The words of a command, for those few that must be read. Any thread. */
public final class Arguments {
    /** A number of 18 digits is what the framers take, too. */
    private static final long MOST = 99_999_999_999_999_999L;

    private Arguments() {}

    /**
     * The name and the arguments, unquoted if the command is an inline one, each in an array of its
     * own. What is not a command, an empty line or array, has none.
     *
     * @param in has one whole command between {@code from} and {@code to}, as a {@code
     *     RequestFramer} found it
     * @throws IllegalArgumentException if it does not
     */
    public static List<byte[]> of(byte[] in, int from, int to) {
        Objects.checkFromToIndex(from, to, in.length);
        if (from == to) {
            throw wrong("expected a command, got nothing");
        }
        return in[from] == '*' ? array(in, from, to) : inline(in, from, to);
    }

    private static List<byte[]> array(byte[] in, int from, int to) {
        int at = lineEnd(in, from, to);
        long count = number(in, from + 1, at);
        List<byte[]> words = new ArrayList<>(Math.clamp(count, 0, (to - at) / 6));
        for (long i = 0; i < count; i++) {
            int length = at + 2;
            if (length >= to || in[length] != '$') {
                throw wrong("expected '$' at byte " + length);
            }
            int word = lineEnd(in, length, to) + 2;
            long bytes = number(in, length + 1, word - 2);
            if (bytes < 0 || bytes > to - word - 2L) {
                throw wrong("expected an argument of " + bytes + " bytes at byte " + word);
            }
            at = word + (int) bytes;
            words.add(Arrays.copyOfRange(in, word, at));
        }
        if (at + 2 != to) {
            throw wrong("expected the end of the command at byte " + (at + 2));
        }
        return words;
    }

    private static int lineEnd(byte[] in, int from, int to) {
        for (int i = from; i < to - 1; i++) {
            if (in[i] == '\r') {
                return i;
            }
        }
        throw wrong("expected a line end behind byte " + from);
    }

    private static long number(byte[] in, int from, int to) {
        boolean negative = from < to && in[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            if (in[i] < '0' || in[i] > '9' || value > MOST) {
                throw wrong("expected a number at byte " + from);
            }
            value = value * 10 + in[i] - '0';
        }
        return negative ? -value : value;
    }

    private static List<byte[]> inline(byte[] in, int from, int to) {
        Collector collector = new Collector(to - from);
        InlineSplitter splitter = new InlineSplitter(collector);
        InlineSplitter.Status status = splitter.feed(in, from, to);
        if (status != InlineSplitter.Status.END || splitter.at() != to) {
            throw wrong("expected one inline command, got " + status + " at byte " + splitter.at());
        }
        collector.word();
        return collector.words;
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("not a whole command: " + what);
    }

    /** Gathers each word in one array for all, as long as the line. */
    private static final class Collector implements InlineSplitter.Sink {
        private final List<byte[]> words = new ArrayList<>();
        private final byte[] letters;
        private int length;
        private boolean begun;

        Collector(int longest) {
            letters = new byte[longest];
        }

        @Override
        public void word() {
            if (begun) {
                words.add(Arrays.copyOf(letters, length));
            }
            begun = true;
            length = 0;
        }

        @Override
        public void letter(byte letter) {
            letters[length++] = letter;
        }
    }
}

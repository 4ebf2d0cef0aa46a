package io.hive.proxy.resp;

import io.netty.buffer.ByteBuf;

/**
 * Reads one inline command, a line of words as a person types it, in whatever pieces it comes.
 *
 * <p>Words are split and unquoted the way Redis does it, since a name may be quoted or escaped
 * ({@code "\x53HUTDOWN"}) and must be known all the same.
 */
final class InlineLine {
    /** The longest line, as in Redis. */
    static final int MAX_BYTES = 64 * 1024;

    /** What became of the bytes that were fed. */
    enum Status {
        /** All were taken; the line goes on. */
        MORE,
        /** The name and the start of the first argument are known; the line goes on. */
        HEAD,
        /** The line has ended. */
        END,
        UNBALANCED,
        /** A NUL: Redis would wait for a line end that it cannot see. */
        NUL,
        TOO_LONG
    }

    private enum State {
        BLANK,
        BARE,
        DOUBLE,
        DOUBLE_ESCAPE,
        HEX_FIRST,
        HEX_SECOND,
        SINGLE,
        SINGLE_ESCAPE,
        AFTER_QUOTE
    }

    private final Word name;
    private final Word argument;
    private State state = State.BLANK;
    private int words;
    private int taken;
    private byte hex;
    private boolean headTold;
    private int at;

    InlineLine(Word name, Word argument) {
        this.name = name;
        this.argument = argument;
    }

    void reset() {
        state = State.BLANK;
        words = 0;
        taken = 0;
        headTold = false;
    }

    /** Whether a word has begun: a line without one is no command. */
    boolean hasWords() {
        return words > 0;
    }

    int at() {
        return at;
    }

    Status feed(ByteBuf in, int from, int end) {
        int i = from;
        Status status = Status.MORE;
        while (i < end && status == Status.MORE) {
            status = take(in.getByte(i++));
        }
        at = i;
        return status;
    }

    private Status take(byte b) {
        if (++taken > MAX_BYTES) {
            return Status.TOO_LONG;
        }
        if (b == 0) {
            return Status.NUL;
        }
        if (b == '\n') {
            return state == State.BLANK || state == State.BARE || state == State.AFTER_QUOTE
                    ? Status.END
                    : Status.UNBALANCED;
        }
        switch (state) {
            case BLANK -> blank(b);
            case BARE -> bare(b);
            case DOUBLE -> doubleQuoted(b);
            case DOUBLE_ESCAPE -> escape(b);
            case HEX_FIRST -> hexFirst(b);
            case HEX_SECOND -> hexSecond(b);
            case SINGLE -> singleQuoted(b);
            case SINGLE_ESCAPE -> singleEscape(b);
            case AFTER_QUOTE -> {
                if (!isSpace(b)) {
                    return Status.UNBALANCED;
                }
                state = State.BLANK;
            }
        }
        return headed();
    }

    /** Tells once that the head is known: a third word has begun, or the second is long enough. */
    private Status headed() {
        if (headTold || (words < 3 && !argument.cut() && !name.cut() && !name.hasNul())) {
            return Status.MORE;
        }
        headTold = true;
        return Status.HEAD;
    }

    private void blank(byte b) {
        if (!isSpace(b)) {
            words++;
            state = State.BARE;
            bare(b);
        }
    }

    private void bare(byte b) {
        switch (b) {
            case ' ', '\r', '\t' -> state = State.BLANK;
            case '"' -> state = State.DOUBLE;
            case '\'' -> state = State.SINGLE;
            default -> add(b);
        }
    }

    private void doubleQuoted(byte b) {
        switch (b) {
            case '\\' -> state = State.DOUBLE_ESCAPE;
            case '"' -> state = State.AFTER_QUOTE;
            default -> add(b);
        }
    }

    private void escape(byte b) {
        if (b == 'x') {
            state = State.HEX_FIRST;
            return;
        }
        add(
                switch (b) {
                    case 'n' -> (byte) '\n';
                    case 'r' -> (byte) '\r';
                    case 't' -> (byte) '\t';
                    case 'b' -> (byte) '\b';
                    case 'a' -> (byte) 7;
                    default -> b;
                });
        state = State.DOUBLE;
    }

    /** Without two digits behind it, {@code \x} is an escaped x and the rest stands for itself. */
    private void hexFirst(byte b) {
        if (Character.digit(b, 16) >= 0) {
            hex = b;
            state = State.HEX_SECOND;
        } else {
            add((byte) 'x');
            state = State.DOUBLE;
            doubleQuoted(b);
        }
    }

    private void hexSecond(byte b) {
        state = State.DOUBLE;
        if (Character.digit(b, 16) >= 0) {
            add((byte) (Character.digit(hex, 16) << 4 | Character.digit(b, 16)));
        } else {
            add((byte) 'x');
            add(hex);
            doubleQuoted(b);
        }
    }

    private void singleQuoted(byte b) {
        switch (b) {
            case '\\' -> state = State.SINGLE_ESCAPE;
            case '\'' -> state = State.AFTER_QUOTE;
            default -> add(b);
        }
    }

    /** Between single quotes only a quote can be escaped. */
    private void singleEscape(byte b) {
        state = State.SINGLE;
        if (b == '\'') {
            add(b);
        } else {
            add((byte) '\\');
            singleQuoted(b);
        }
    }

    private void add(byte b) {
        if (words == 1) {
            name.add(b);
        } else if (words == 2) {
            argument.add(b);
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }
}

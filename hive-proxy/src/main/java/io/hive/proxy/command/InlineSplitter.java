package io.hive.proxy.command;

/**
 * Splits an inline command, a line of words as a person types it, in whatever pieces it comes.
 *
 * <p>Words are split and unquoted the way Redis does it, since a name may be quoted or escaped
 * ({@code "\x53HUTDOWN"}) and must be known all the same. Belongs to one thread at a time.
 */
public final class InlineSplitter {
    /** The longest line, in bytes with its end, as in Redis. */
    public static final int MAX_BYTES = 64 * 1024;

    /** What became of the bytes that were fed. */
    public enum Status {
        /** All were taken; the line goes on. */
        MORE,
        /** The line has ended. */
        END,
        /** A quote was not closed, or something stands right behind one that was. */
        UNBALANCED,
        /** A NUL: Redis would wait for a line end that it cannot see. */
        NUL,
        /** More than {@value #MAX_BYTES} bytes. */
        TOO_LONG
    }

    /** Takes the words. */
    public interface Sink {
        /** A word begins. */
        void word();

        /** The next byte of the word that began last. */
        void letter(byte letter);
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

    private final Sink sink;
    private State state = State.BLANK;
    private int taken;
    private byte hex;
    private int at;

    /** For one line after the other, all of them told to this sink. */
    public InlineSplitter(Sink sink) {
        this.sink = sink;
    }

    /** Begins a new line. */
    public void reset() {
        state = State.BLANK;
        taken = 0;
    }

    /** The index behind the last byte taken. */
    public int at() {
        return at;
    }

    /** Goes on with these bytes, up to the end of the line or of what is there. */
    public Status feed(byte[] in, int from, int to) {
        int i = from;
        Status status = Status.MORE;
        while (i < to && status == Status.MORE) {
            status = take(in[i++]);
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
        return Status.MORE;
    }

    private void blank(byte b) {
        if (!isSpace(b)) {
            sink.word();
            state = State.BARE;
            bare(b);
        }
    }

    private void bare(byte b) {
        switch (b) {
            case ' ', '\r', '\t' -> state = State.BLANK;
            case '"' -> state = State.DOUBLE;
            case '\'' -> state = State.SINGLE;
            default -> sink.letter(b);
        }
    }

    private void doubleQuoted(byte b) {
        switch (b) {
            case '\\' -> state = State.DOUBLE_ESCAPE;
            case '"' -> state = State.AFTER_QUOTE;
            default -> sink.letter(b);
        }
    }

    private void escape(byte b) {
        if (b == 'x') {
            state = State.HEX_FIRST;
            return;
        }
        sink.letter(
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
            sink.letter((byte) 'x');
            state = State.DOUBLE;
            doubleQuoted(b);
        }
    }

    private void hexSecond(byte b) {
        state = State.DOUBLE;
        if (Character.digit(b, 16) >= 0) {
            sink.letter((byte) (Character.digit(hex, 16) << 4 | Character.digit(b, 16)));
        } else {
            sink.letter((byte) 'x');
            sink.letter(hex);
            doubleQuoted(b);
        }
    }

    private void singleQuoted(byte b) {
        switch (b) {
            case '\\' -> state = State.SINGLE_ESCAPE;
            case '\'' -> state = State.AFTER_QUOTE;
            default -> sink.letter(b);
        }
    }

    /** Between single quotes only a quote can be escaped. */
    private void singleEscape(byte b) {
        state = State.SINGLE;
        if (b == '\'') {
            sink.letter(b);
        } else {
            sink.letter((byte) '\\');
            singleQuoted(b);
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }
}

package io.hive.proxy.resp;

import io.hive.proxy.command.CommandFamily;
import io.hive.proxy.command.CommandSpec;
import io.hive.proxy.command.CommandTable;
import io.hive.proxy.command.InlineSplitter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds where each command of a client's stream ends, and which command it is.
 *
 * <p>Bytes may be split anywhere, and each is looked at once; nothing is copied but the first
 * {@value CommandTable#MAX_WORD} bytes of a name or subcommand that did not come in one piece.
 * Where it is stricter than Redis (both bytes of every CRLF are checked, no NUL in an inline
 * command), that is so that Redis can never see other commands in the same bytes.
 *
 * <p>Limits: an array of at most {@value #MAX_ELEMENTS} words, each of at most {@value
 * #MAX_BULK_BYTES} bytes (Redis's {@code proto-max-bulk-len}), an inline command of at most 64 KiB.
 */
public final class RequestFramer {
    /** The most words of a command, its name counted. */
    public static final int MAX_ELEMENTS = 1024 * 1024;

    /** The longest argument. */
    public static final long MAX_BULK_BYTES = 512L * 1024 * 1024;

    /** What the framer stopped at. */
    public enum Event {
        /** All bytes were taken. */
        MORE,
        /** A command has ended with the last byte taken. */
        COMMAND,
        /** What ended is no command: a blank line or an empty array, which Redis passes over. */
        BLANK,
        /** These are not commands: see {@link #fault()}. Nothing more can be made of the stream. */
        FAULT
    }

    private enum State {
        START,
        COUNT,
        DOLLAR,
        LENGTH,
        WORD,
        BODY,
        CR,
        LF,
        INLINE,
        FAULTED
    }

    /** The shortest element, {@code $0} with its two line ends. */
    private static final int SHORTEST = 6;

    /** The most digits of a length that is taken on the fast path. */
    private static final int FAST_DIGITS = 9;

    private final LengthReader number = new LengthReader();
    private final WordBuffer name = new WordBuffer();
    private final WordBuffer argument = new WordBuffer();
    private final InlineSplitter splitter = new InlineSplitter(new InlineWords());
    private CommandTable next;
    private CommandTable table;
    private State state = State.START;
    private @Nullable CommandFamily family;
    private @Nullable CommandSpec spec;
    private boolean inline;
    private int elements;

    /** The element under way; behind the last one, the number of them. */
    private int index;

    /** Bytes of the element under way that are still to come, without its line end. */
    private long left;

    /** Those of them that belong to a name or a subcommand. */
    private int wordLeft;

    /** The number that {@link #digits} has read. */
    private int fastLength;

    private int at;
    private int position;

    /** Bytes of the command, or of what it turned out to be, that were taken. */
    private long taken;

    private String fault = "";

    /** For a new stream, whose commands are to be found in this table. */
    public RequestFramer(CommandTable table) {
        this.next = table;
        this.table = table;
    }

    /** From the next command on, commands are looked up in this table. */
    public void table(CommandTable newTable) {
        next = newTable;
    }

    /**
     * Goes on with these bytes: those behind {@link #position()}, or what came after them.
     *
     * @return what was met; to be called again, from {@link #position()} on, until it says {@link
     *     Event#MORE}
     */
    public Event next(byte[] in, int from, int to) {
        Objects.checkFromToIndex(from, to, in.length);
        at = from;
        if (state == State.START && from < to) {
            begin(in, to);
        }
        Event event = Event.MORE;
        while (event == Event.MORE && at < to) {
            event = step(in, to);
        }
        position = at;
        taken += at - from;
        return state == State.FAULTED ? Event.FAULT : event;
    }

    /** The index behind the last byte taken. */
    public int position() {
        return position;
    }

    /**
     * The command under way or just ended; null while too little has come to know it, and in an
     * inline command up to its end.
     */
    public @Nullable CommandSpec spec() {
        return spec;
    }

    /**
     * How many words the command has, its name counted. Known from the second line of an array on,
     * and at the end of an inline command; until then 0.
     */
    public int words() {
        return elements;
    }

    /**
     * The bytes of the command under way or just ended, up to the end of the argument that has
     * begun: the whole of that is counted as soon as its length is known.
     */
    public long size() {
        return taken
                + switch (state) {
                    case WORD, BODY -> wordLeft + left + 2;
                    case CR -> 2;
                    case LF -> 1;
                    case START, COUNT, DOLLAR, LENGTH, INLINE, FAULTED -> 0;
                };
    }

    /** Whether the last byte taken was inside a command. */
    public boolean midCommand() {
        return state != State.START;
    }

    /** Whether the command under way or just ended is an inline one. */
    public boolean inline() {
        return inline;
    }

    /** What was wrong, in Redis's words, without a line end; empty while nothing was. */
    public String fault() {
        return fault;
    }

    /** Forgets the stream, for the first byte of another one. */
    public void reset() {
        state = State.START;
        forget();
        fault = "";
    }

    private void forget() {
        family = null;
        spec = null;
        inline = false;
        elements = 0;
        index = 0;
        left = 0;
        wordLeft = 0;
        taken = 0;
        table = next;
    }

    private void begin(byte[] in, int to) {
        forget();
        int i = at;
        if (in[i] != '*') {
            inline = true;
            splitter.reset();
            name.reset();
            argument.reset();
            state = State.INLINE;
            return;
        }
        // Nearly all commands have less than ten words.
        if (to - i > 3 && in[i + 2] == '\r' && in[i + 3] == '\n') {
            int count = in[i + 1] - '0';
            if (count > 0 && count <= 9) {
                elements = count;
                at = i + 4;
                state = State.DOLLAR;
                return;
            }
        }
        at = i + 1;
        number.reset();
        state = State.COUNT;
    }

    private Event step(byte[] in, int to) {
        return switch (state) {
            case DOLLAR -> elements(in, to);
            case LENGTH -> length(in, to);
            case WORD -> word(in, to);
            case BODY -> body(to);
            case CR -> cr(in);
            case LF -> lf(in);
            case COUNT -> count(in, to);
            case INLINE -> inline(in, to);
            case START, FAULTED -> Event.FAULT;
        };
    }

    private Event count(byte[] in, int to) {
        LengthReader.Status status = number.feed(in, at, to);
        at = number.at();
        if (status == LengthReader.Status.MORE) {
            return Event.MORE;
        }
        if (status != LengthReader.Status.DONE || number.value() > MAX_ELEMENTS) {
            return fault("invalid multibulk length");
        }
        elements = (int) Math.max(0, number.value());
        state = elements == 0 ? State.START : State.DOLLAR;
        return elements == 0 ? Event.BLANK : Event.MORE;
    }

    /** Takes all elements that are there as a whole, then begins the one that is not. */
    private Event elements(byte[] in, int to) {
        int i = at;
        int done = index;
        int all = elements;
        while (to - i >= SHORTEST && in[i] == '$') {
            int length = in[i + 1] - '0';
            int p = i + 2;
            if (length < 0 || length > 9) {
                break;
            }
            if (in[p] != '\r') {
                p = digits(in, i + 1, to);
                if (p < 0) {
                    break;
                }
                length = fastLength;
            }
            // p is at a CR, and there are bytes for it and two more.
            int body = p + 2;
            if (in[p + 1] != '\n' || length > to - body - 2) {
                break;
            }
            int end = body + length;
            if (in[end] != '\r' || in[end + 1] != '\n') {
                break;
            }
            if (spec == null) {
                know(in, body, length, done);
            }
            i = end + 2;
            if (++done == all) {
                at = i;
                index = done;
                state = State.START;
                return Event.COMMAND;
            }
        }
        at = i;
        index = done;
        return i < to ? dollar(in) : Event.MORE;
    }

    /**
     * Reads a length of two to nine digits.
     *
     * @return the index of the CR behind it; -1 if it is anything else or not all there
     */
    private int digits(byte[] in, int from, int to) {
        int value = in[from] - '0';
        if (value == 0) {
            return -1;
        }
        int stop = Math.min(from + FAST_DIGITS, to - 1);
        int i = from + 1;
        for (int d; i < stop && (d = in[i] - '0') >= 0 && d <= 9; i++) {
            value = value * 10 + d;
        }
        fastLength = value;
        return i < to - 1 && in[i] == '\r' && value <= MAX_BULK_BYTES ? i : -1;
    }

    /** Looks up a name or a subcommand. */
    private void know(byte[] in, int from, int length, int element) {
        CommandFamily known = family;
        if (element == 0 || known == null) {
            known = table.family(in, from, length);
            family = known;
            if (elements == 1 || !known.hasSubcommands()) {
                spec = known.alone();
            }
        } else {
            spec = known.with(in, from, length);
        }
    }

    private Event dollar(byte[] in) {
        byte b = in[at++];
        if (b != '$') {
            char shown = b >= ' ' && b < 0x7f ? (char) b : '?';
            return fault("expected '$', got '" + shown + "'");
        }
        number.reset();
        state = State.LENGTH;
        return Event.MORE;
    }

    private Event length(byte[] in, int to) {
        LengthReader.Status status = number.feed(in, at, to);
        at = number.at();
        if (status == LengthReader.Status.MORE) {
            return Event.MORE;
        }
        left = number.value();
        if (status != LengthReader.Status.DONE || left < 0 || left > MAX_BULK_BYTES) {
            return fault("invalid bulk length");
        }
        if (spec != null) {
            state = left == 0 ? State.CR : State.BODY;
            return Event.MORE;
        }
        name.reset();
        wordLeft = (int) Math.min(left, CommandTable.MAX_WORD);
        left -= wordLeft;
        state = State.WORD;
        return wordLeft == 0 ? wordEnded() : Event.MORE;
    }

    private Event word(byte[] in, int to) {
        int taking = Math.min(wordLeft, to - at);
        name.add(in, at, taking);
        at += taking;
        wordLeft -= taking;
        return wordLeft > 0 ? Event.MORE : wordEnded();
    }

    private Event wordEnded() {
        know(name.bytes(), 0, (int) left + name.length(), index);
        state = left == 0 ? State.CR : State.BODY;
        return Event.MORE;
    }

    private Event body(int to) {
        int taking = (int) Math.min(left, to - at);
        at += taking;
        left -= taking;
        if (left == 0) {
            state = State.CR;
        }
        return Event.MORE;
    }

    private Event cr(byte[] in) {
        if (in[at++] != '\r') {
            return fault("expected CRLF after a bulk string");
        }
        state = State.LF;
        return Event.MORE;
    }

    private Event lf(byte[] in) {
        if (in[at++] != '\n') {
            return fault("expected CRLF after a bulk string");
        }
        if (++index == elements) {
            state = State.START;
            return Event.COMMAND;
        }
        state = State.DOLLAR;
        return Event.MORE;
    }

    private Event inline(byte[] in, int to) {
        InlineSplitter.Status status = splitter.feed(in, at, to);
        at = splitter.at();
        return switch (status) {
            case MORE -> Event.MORE;
            case END -> inlineEnded();
            case UNBALANCED -> fault("unbalanced quotes in request");
            case NUL -> fault("NUL byte in inline request");
            case TOO_LONG -> fault("too big inline request");
        };
    }

    private Event inlineEnded() {
        state = State.START;
        elements = index;
        if (index == 0) {
            return Event.BLANK;
        }
        know(name.bytes(), 0, name.length(), 0);
        if (spec == null) {
            know(argument.bytes(), 0, argument.length(), 1);
        }
        return Event.COMMAND;
    }

    private Event fault(String what) {
        fault = "Protocol error: " + what;
        state = State.FAULTED;
        return Event.FAULT;
    }

    /** Keeps the first two words of an inline command, and counts all. */
    private final class InlineWords implements InlineSplitter.Sink {
        @Override
        public void word() {
            index++;
        }

        @Override
        public void letter(byte letter) {
            if (index == 1) {
                name.add(letter);
            } else if (index == 2) {
                argument.add(letter);
            }
        }
    }
}

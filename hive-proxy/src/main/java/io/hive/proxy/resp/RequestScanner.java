package io.hive.proxy.resp;

import io.netty.buffer.ByteBuf;

/**
 * Finds where each command of a client's stream ends, and which command it is.
 *
 * <p>Bytes may be split anywhere; nothing is copied but the first {@value Word#MAX} bytes of a
 * command's name and first argument. Where it is stricter than Redis (both bytes of every CRLF are
 * checked, no NUL in an inline command), that is so that Redis can never see other commands in the
 * same bytes.
 *
 * <p>Limits: an array of at most {@value #MAX_ELEMENTS} arguments, each of at most {@value
 * #MAX_BULK_BYTES} bytes (Redis's {@code proto-max-bulk-len}), an inline command of at most 64 KiB.
 */
public final class RequestScanner {
    /** The most arguments of a command, its name counted. */
    public static final int MAX_ELEMENTS = 1024 * 1024;

    /** The longest argument. */
    public static final long MAX_BULK_BYTES = 512L * 1024 * 1024;

    /** What the scanner stopped at. */
    public enum Event {
        /** All bytes were taken. */
        MORE,
        /** {@link #command()} is known. Comes once for each command, always before its end. */
        HEAD,
        /** The command has ended with the last byte taken. */
        END,
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
        INLINE_ENDED,
        FAULTED
    }

    private final LengthLine number = new LengthLine();
    private final Word name = new Word();
    private final Word argument = new Word();
    private final InlineLine inline = new InlineLine(name, argument);
    private State state = State.START;
    private Command command = Command.OTHER;
    private String fault = "";
    private boolean headTold;
    private boolean single;
    private int elements;
    private int index;
    private long left;
    private int wordLeft;
    private int at;

    /**
     * Goes on from the reader index, and moves it behind what was taken.
     *
     * @return what was met there; to be called again until it says {@link Event#MORE}
     */
    public Event next(ByteBuf in) {
        if (state == State.INLINE_ENDED) {
            return end();
        }
        at = in.readerIndex();
        Event event = Event.MORE;
        int end = in.writerIndex();
        while (event == Event.MORE && at < end) {
            event = step(in, end);
        }
        in.readerIndex(at);
        return event;
    }

    /** Which command has its head behind it. Valid from {@link Event#HEAD} to its end. */
    public Command command() {
        return command;
    }

    /**
     * Whether the command is an array of its name alone. False where that is not known yet, as with
     * inline commands.
     */
    public boolean withoutArguments() {
        return single;
    }

    /** Whether the last byte taken was inside a command. */
    public boolean midCommand() {
        return state != State.START;
    }

    /** What was wrong, in Redis's words, without a line end; empty while nothing was. */
    public String fault() {
        return fault;
    }

    private Event step(ByteBuf in, int end) {
        return switch (state) {
            case START -> start(in);
            case COUNT -> count(in, end);
            case DOLLAR -> dollar(in);
            case LENGTH -> length(in, end);
            case WORD -> word(in, end);
            case BODY -> body(end);
            case CR -> cr(in);
            case LF -> lf(in);
            case INLINE -> inline(in, end);
            case INLINE_ENDED, FAULTED -> Event.FAULT;
        };
    }

    private Event start(ByteBuf in) {
        name.reset();
        argument.reset();
        headTold = false;
        single = false;
        index = 0;
        if (in.getByte(at) == '*') {
            at++;
            number.reset();
            state = State.COUNT;
        } else {
            inline.reset();
            state = State.INLINE;
        }
        return Event.MORE;
    }

    private Event count(ByteBuf in, int end) {
        LengthLine.Status status = number.feed(in, at, end);
        at = number.at();
        if (status == LengthLine.Status.MORE) {
            return Event.MORE;
        }
        if (status != LengthLine.Status.DONE || number.value() > MAX_ELEMENTS) {
            return fault("invalid multibulk length");
        }
        elements = (int) Math.max(0, number.value());
        single = elements == 1;
        state = elements == 0 ? State.START : State.DOLLAR;
        return elements == 0 ? Event.BLANK : Event.MORE;
    }

    private Event dollar(ByteBuf in) {
        byte b = in.getByte(at++);
        if (b != '$') {
            char shown = b >= ' ' && b < 0x7f ? (char) b : '?';
            return fault("expected '$', got '" + shown + "'");
        }
        number.reset();
        state = State.LENGTH;
        return Event.MORE;
    }

    private Event length(ByteBuf in, int end) {
        LengthLine.Status status = number.feed(in, at, end);
        at = number.at();
        if (status == LengthLine.Status.MORE) {
            return Event.MORE;
        }
        left = number.value();
        if (status != LengthLine.Status.DONE || left < 0 || left > MAX_BULK_BYTES) {
            return fault("invalid bulk length");
        }
        if (headTold) {
            state = left == 0 ? State.CR : State.BODY;
            return Event.MORE;
        }
        wordLeft = (int) Math.min(left, Word.MAX);
        left -= wordLeft;
        state = State.WORD;
        return wordLeft == 0 ? wordEnded() : Event.MORE;
    }

    private Event word(ByteBuf in, int end) {
        Word word = index == 0 ? name : argument;
        int stop = Math.min(end, at + wordLeft);
        wordLeft -= stop - at;
        while (at < stop) {
            word.add(in.getByte(at++));
        }
        if (wordLeft > 0) {
            return Event.MORE;
        }
        if (left > 0) {
            word.cutShort();
        }
        return wordEnded();
    }

    private Event wordEnded() {
        state = left == 0 ? State.CR : State.BODY;
        // A long name is no known one, and what follows a name with a NUL does not matter.
        if (index == 0 && elements > 1 && !name.cut() && !name.hasNul()) {
            return Event.MORE;
        }
        return head();
    }

    private Event body(int end) {
        int taken = (int) Math.min(left, end - at);
        at += taken;
        left -= taken;
        if (left == 0) {
            state = State.CR;
        }
        return Event.MORE;
    }

    private Event cr(ByteBuf in) {
        if (in.getByte(at++) != '\r') {
            return fault("expected CRLF after a bulk string");
        }
        state = State.LF;
        return Event.MORE;
    }

    private Event lf(ByteBuf in) {
        if (in.getByte(at++) != '\n') {
            return fault("expected CRLF after a bulk string");
        }
        if (++index == elements) {
            return end();
        }
        state = State.DOLLAR;
        return Event.MORE;
    }

    private Event inline(ByteBuf in, int end) {
        InlineLine.Status status = inline.feed(in, at, end);
        at = inline.at();
        return switch (status) {
            case MORE -> Event.MORE;
            case HEAD -> head();
            case END -> inlineEnded();
            case UNBALANCED -> fault("unbalanced quotes in request");
            case NUL -> fault("NUL byte in inline request");
            case TOO_LONG -> fault("too big inline request");
        };
    }

    private Event inlineEnded() {
        if (!inline.hasWords()) {
            state = State.START;
            return Event.BLANK;
        }
        if (headTold) {
            return end();
        }
        state = State.INLINE_ENDED;
        return head();
    }

    private Event head() {
        headTold = true;
        command = CommandTable.find(name, argument);
        return Event.HEAD;
    }

    private Event end() {
        state = State.START;
        return Event.END;
    }

    private Event fault(String what) {
        fault = "Protocol error: " + what;
        state = State.FAULTED;
        return Event.FAULT;
    }
}

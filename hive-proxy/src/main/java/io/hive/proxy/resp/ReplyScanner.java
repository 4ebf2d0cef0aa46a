package io.hive.proxy.resp;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Finds where each reply of a Redis's stream ends, in RESP2 and RESP3, split anywhere.
 *
 * <p>Knows every type: simple strings and errors, numbers, doubles, booleans, big numbers, nulls,
 * bulk strings and errors, verbatim strings, arrays, sets, maps, attributes (which belong to the
 * value behind them) and pushes (which answer nothing). Values of unknown length ({@code $?}) are
 * refused; no Redis sends them. Nested deeper than {@value #MAX_DEPTH} is refused, too.
 */
public final class ReplyScanner {
    /** How deep aggregates may be nested. */
    public static final int MAX_DEPTH = 1024;

    /** The most elements of one aggregate: what Redis counts in an int. */
    public static final int MAX_ELEMENTS = Integer.MAX_VALUE;

    /** The longest value; Redis's own limit is a setting, and it is Redis that keeps it. */
    public static final long MAX_BULK_BYTES = 1L << 40;

    /** What the scanner stopped at. */
    public enum Event {
        /** All bytes were taken. */
        MORE,
        /** A reply has ended with the last byte taken. */
        REPLY,
        /** A push has ended with the last byte taken. */
        PUSH,
        /** This is not a reply: see {@link #fault()}. Nothing more can be made of the stream. */
        FAULT
    }

    private enum State {
        TYPE,
        LINE,
        BULK_LENGTH,
        COUNT,
        BODY,
        CR,
        LF,
        FAULTED
    }

    private final LengthLine number = new LengthLine();

    /** Per open aggregate: elements still to come, doubled, plus one for an attribute. */
    private long[] open = new long[4];

    private int depth;
    private State state = State.TYPE;
    private boolean begun;
    private boolean push;
    private byte type;
    private byte last;
    private long left;
    private String fault = "";
    private int at;

    /**
     * Goes on from the reader index, and moves it behind what was taken.
     *
     * @return what was met there; to be called again until it says {@link Event#MORE}
     */
    public Event next(ByteBuf in) {
        at = in.readerIndex();
        Event event = Event.MORE;
        int end = in.writerIndex();
        while (event == Event.MORE && at < end) {
            event = step(in, end);
        }
        in.readerIndex(at);
        return event;
    }

    /** Whether the last byte taken was inside a reply or a push. */
    public boolean midFrame() {
        return begun;
    }

    /** What was wrong, without a line end; empty while nothing was. */
    public String fault() {
        return fault;
    }

    /** Forgets the stream, for the first byte of another one. */
    public void reset() {
        state = State.TYPE;
        begun = false;
        depth = 0;
        fault = "";
    }

    private Event step(ByteBuf in, int end) {
        return switch (state) {
            case TYPE -> type(in.getByte(at++));
            case LINE -> line(in, end);
            case BULK_LENGTH -> bulkLength(in, end);
            case COUNT -> count(in, end);
            case BODY -> body(end);
            case CR -> in.getByte(at++) == '\r' ? to(State.LF) : fault("expected CRLF");
            case LF -> in.getByte(at++) == '\n' ? valueEnded() : fault("expected CRLF");
            case FAULTED -> Event.FAULT;
        };
    }

    private Event type(byte b) {
        if (!begun) {
            begun = true;
        }
        if (depth == 0) {
            push = b == '>';
        }
        type = b;
        return switch (b) {
            case '+', '-', ':', ',', '(', '#', '_' -> {
                last = 0;
                yield to(State.LINE);
            }
            case '$', '=', '!' -> {
                number.reset();
                yield to(State.BULK_LENGTH);
            }
            case '*', '~', '%', '|' -> {
                number.reset();
                yield to(State.COUNT);
            }
            case '>' -> {
                number.reset();
                yield depth == 0 ? to(State.COUNT) : fault("a push inside a reply");
            }
            case ';', '.' -> fault("streamed values are not supported");
            default -> fault("unknown type byte " + (b & 0xff));
        };
    }

    /** Looks for CRLF. Either byte alone is part of the text: MONITOR shows what clients send. */
    private Event line(ByteBuf in, int end) {
        int lf = in.indexOf(at, end, (byte) '\n');
        if (lf < 0) {
            last = in.getByte(end - 1);
            at = end;
            return Event.MORE;
        }
        byte before = lf > at ? in.getByte(lf - 1) : last;
        at = lf + 1;
        last = '\n';
        return before == '\r' ? valueEnded() : Event.MORE;
    }

    private Event bulkLength(ByteBuf in, int end) {
        LengthLine.Status status = number.feed(in, at, end);
        at = number.at();
        return switch (status) {
            case MORE -> Event.MORE;
            case STREAMED -> fault("streamed values are not supported");
            case BAD -> fault("invalid bulk length");
            case DONE -> bulk(number.value());
        };
    }

    private Event bulk(long length) {
        if (length == -1 && type == '$') {
            return valueEnded();
        }
        if (length < 0 || length > MAX_BULK_BYTES) {
            return fault("invalid bulk length");
        }
        left = length;
        return to(left == 0 ? State.CR : State.BODY);
    }

    private Event count(ByteBuf in, int end) {
        LengthLine.Status status = number.feed(in, at, end);
        at = number.at();
        return switch (status) {
            case MORE -> Event.MORE;
            case STREAMED -> fault("streamed values are not supported");
            case BAD -> fault("invalid multibulk length");
            case DONE -> aggregate(number.value());
        };
    }

    private Event aggregate(long count) {
        if (count == -1 && type == '*') {
            return valueEnded();
        }
        if (count < 0 || count > MAX_ELEMENTS) {
            return fault("invalid multibulk length");
        }
        boolean attribute = type == '|';
        long elements = type == '%' || attribute ? 2 * count : count;
        if (elements == 0) {
            return attribute ? to(State.TYPE) : valueEnded();
        }
        if (depth == MAX_DEPTH) {
            return fault("nested deeper than " + MAX_DEPTH);
        }
        if (depth == open.length) {
            open = Arrays.copyOf(open, Math.min(MAX_DEPTH, 2 * depth));
        }
        open[depth++] = 2 * elements + (attribute ? 1 : 0);
        return to(State.TYPE);
    }

    private Event body(int end) {
        long taken = Math.min(left, end - at);
        at += (int) taken;
        left -= taken;
        return left == 0 ? to(State.CR) : Event.MORE;
    }

    private Event valueEnded() {
        state = State.TYPE;
        while (depth > 0) {
            open[depth - 1] -= 2;
            if (open[depth - 1] > 1) {
                return Event.MORE;
            }
            depth--;
            if (open[depth] == 1) {
                // The attribute has ended; the value that it belongs to is still to come.
                return Event.MORE;
            }
        }
        begun = false;
        return push ? Event.PUSH : Event.REPLY;
    }

    private Event to(State next) {
        state = next;
        return Event.MORE;
    }

    private Event fault(String what) {
        fault = what;
        state = State.FAULTED;
        return Event.FAULT;
    }
}

package io.hive.proxy.resp;

import java.util.Arrays;
import java.util.Objects;

/**
 * Finds where each reply of a Redis's stream ends, in RESP2 and RESP3, split anywhere; each byte is
 * looked at once.
 *
 * <p>Knows every type: simple strings and errors, numbers, doubles, booleans, big numbers, nulls,
 * bulk strings and errors, verbatim strings, arrays, sets, maps, attributes (which belong to the
 * value behind them) and pushes (which answer nothing). Values of unknown length ({@code $?}) are
 * refused; no Redis sends them. Nested deeper than {@value #MAX_DEPTH} is refused, too.
 */
public final class ReplyFramer {
    /** How deep aggregates may be nested. */
    public static final int MAX_DEPTH = 1024;

    /** The most elements of one aggregate: what Redis counts in an int. */
    public static final int MAX_ELEMENTS = Integer.MAX_VALUE;

    /** The longest value; Redis's own limit is a setting, and it is Redis that keeps it. */
    public static final long MAX_BULK_BYTES = 1L << 40;

    /** What the framer stopped at. */
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

    /** The most digits of a length that is taken on the fast path. */
    private static final int FAST_DIGITS = 9;

    private final LengthReader number = new LengthReader();

    /** Per open aggregate: elements still to come, doubled, plus one for an attribute. */
    private long[] open = new long[4];

    private int depth;
    private State state = State.TYPE;
    private boolean begun;
    private byte topType;
    private byte type;
    private byte last;
    private long left;
    private int at;
    private int position;
    private long taken;
    private String fault = "";

    /**
     * Goes on with these bytes: those behind {@link #position()}, or what came after them.
     *
     * @return what was met; to be called again, from {@link #position()} on, until it says {@link
     *     Event#MORE}
     */
    public Event next(byte[] in, int from, int to) {
        Objects.checkFromToIndex(from, to, in.length);
        at = from;
        if (!begun && from < to) {
            begun = true;
            topType = 0;
            taken = 0;
        }
        Event event = Event.MORE;
        while (event == Event.MORE && at < to) {
            event = state == State.TYPE ? value(in, to) : step(in, to);
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
     * The type byte of the reply or push under way or just ended, {@code '$'} for example. Of one
     * that begins with attributes, that of the value behind them; 0 until that has begun.
     */
    public byte type() {
        return topType;
    }

    /**
     * The bytes of the reply or push under way or just ended, up to the end of the bulk string that
     * has begun: the whole of that is counted as soon as its length is known.
     */
    public long size() {
        return taken
                + switch (state) {
                    case BODY -> left + 2;
                    case CR -> 2;
                    case LF -> 1;
                    case TYPE, LINE, BULK_LENGTH, COUNT, FAULTED -> 0;
                };
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
        topType = 0;
        taken = 0;
        fault = "";
    }

    private Event step(byte[] in, int to) {
        return switch (state) {
            case TYPE -> value(in, to);
            case LINE -> line(in, to);
            case BULK_LENGTH -> bulkLength(in, to);
            case COUNT -> count(in, to);
            case BODY -> body(to);
            case CR -> in[at++] == '\r' ? to(State.LF) : fault("expected CRLF");
            case LF -> in[at++] == '\n' ? valueEnded() : fault("expected CRLF");
            case FAULTED -> Event.FAULT;
        };
    }

    /** Begins a value, and takes as much of it as can be told from what is there. */
    private Event value(byte[] in, int to) {
        byte b = in[at++];
        type = b;
        if (depth == 0 && b != '|') {
            topType = b;
        }
        return switch (b) {
            case '+', '-', ':', ',', '(', '#', '_' -> {
                last = 0;
                state = State.LINE;
                yield line(in, to);
            }
            case '$', '=', '!' -> wholeBulk(in, to);
            case '*', '~', '%', '|' -> {
                number.reset();
                state = State.COUNT;
                yield count(in, to);
            }
            case '>' -> {
                if (depth > 0) {
                    yield fault("a push inside a reply");
                }
                number.reset();
                state = State.COUNT;
                yield count(in, to);
            }
            case ';', '.' -> fault("streamed values are not supported");
            default -> fault("unknown type byte " + (b & 0xff));
        };
    }

    /** Looks for CRLF. Either byte alone is part of the text: MONITOR shows what clients send. */
    private Event line(byte[] in, int to) {
        byte before = last;
        for (int i = at; i < to; i++) {
            byte b = in[i];
            if (b == '\n' && before == '\r') {
                at = i + 1;
                return valueEnded();
            }
            before = b;
        }
        last = before;
        at = to;
        return Event.MORE;
    }

    /** Takes a bulk string that is there as a whole; else begins it. */
    private Event wholeBulk(byte[] in, int to) {
        int i = at;
        // A number without leading zeros; a single zero is left to the slow path.
        if (i < to && in[i] > '0' && in[i] <= '9') {
            int stop = Math.min(to, i + FAST_DIGITS);
            int length = in[i++] - '0';
            for (int d; i < stop && (d = in[i] - '0') >= 0 && d <= 9; i++) {
                length = length * 10 + d;
            }
            if (to - i >= 4 && in[i] == '\r' && in[i + 1] == '\n' && length <= to - i - 4) {
                int end = i + 2 + length;
                if (in[end] == '\r' && in[end + 1] == '\n') {
                    at = end + 2;
                    return valueEnded();
                }
            }
        }
        number.reset();
        return to(State.BULK_LENGTH);
    }

    private Event bulkLength(byte[] in, int to) {
        LengthReader.Status status = number.feed(in, at, to);
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

    private Event count(byte[] in, int to) {
        LengthReader.Status status = number.feed(in, at, to);
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

    private Event body(int to) {
        int taking = (int) Math.min(left, to - at);
        at += taking;
        left -= taking;
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
        return topType == '>' ? Event.PUSH : Event.REPLY;
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

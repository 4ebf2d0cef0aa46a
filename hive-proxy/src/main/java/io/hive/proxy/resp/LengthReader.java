package io.hive.proxy.resp;

/**
 * Reads the number that follows a type byte, up to and with its CRLF, in whatever pieces it comes.
 *
 * <p>As strict as Redis: an optional minus, no plus, no leading zeros, no blanks.
 */
final class LengthReader {
    /** What became of the bytes that were fed. */
    enum Status {
        /** All were taken; the line goes on. */
        MORE,
        /** The line has ended and {@link LengthReader#value()} is the number. */
        DONE,
        /** The line is {@code ?}, with which RESP3 announces a value of unknown length. */
        STREAMED,
        /** Not a number, or one of more than {@value #MAX_DIGITS} digits. */
        BAD
    }

    private static final int MAX_DIGITS = 18;

    private long value;
    private int digits;
    private boolean negative;
    private boolean ending;
    private int at;

    void reset() {
        value = 0;
        digits = 0;
        negative = false;
        ending = false;
    }

    Status feed(byte[] in, int from, int to) {
        int i = from;
        Status status = Status.MORE;
        while (i < to && status == Status.MORE) {
            status = take(in[i++]);
        }
        at = i;
        return status;
    }

    /** The index behind the last byte taken. */
    int at() {
        return at;
    }

    long value() {
        return negative ? -value : value;
    }

    private Status take(byte b) {
        if (ending) {
            return b == '\n' ? Status.DONE : Status.BAD;
        }
        if (b >= '0' && b <= '9') {
            boolean leadingZero = digits > 0 && value == 0;
            if (leadingZero || ++digits > MAX_DIGITS || (b == '0' && negative && digits == 1)) {
                return Status.BAD;
            }
            value = value * 10 + (b - '0');
            return Status.MORE;
        }
        if (b == '\r' && digits > 0) {
            ending = true;
            return Status.MORE;
        }
        if (b == '-' && digits == 0 && !negative) {
            negative = true;
            return Status.MORE;
        }
        return b == '?' && digits == 0 && !negative ? Status.STREAMED : Status.BAD;
    }
}

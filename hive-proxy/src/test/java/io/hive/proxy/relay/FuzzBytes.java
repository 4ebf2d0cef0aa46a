package io.hive.proxy.relay;

import java.util.Arrays;

/** The bytes of a fuzzer, read as a program; it ends where they end. For one thread. */
final class FuzzBytes {
    private final byte[] bytes;
    private int at;

    FuzzBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean more() {
        return at < bytes.length;
    }

    /** The next byte, 0 to 255; 0 behind the end. */
    int next() {
        return more() ? bytes[at++] & 0xff : 0;
    }

    /** So many bytes, or as many as there are. */
    byte[] next(int count) {
        int end = Math.min(bytes.length, at + count);
        byte[] some = Arrays.copyOfRange(bytes, at, end);
        at = end;
        return some;
    }
}

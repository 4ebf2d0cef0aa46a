package io.hive.proxy.command;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes eight at a time, in upper case, so that words are compared as numbers. */
final class Letters {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long TOPS = 0x8080_8080_8080_8080L;

    private Letters() {}

    /**
     * Up to eight bytes, the first one lowest, zeros above the last.
     *
     * @param count 1 to 8
     */
    static long pack(byte[] in, int from, int count) {
        if (from <= in.length - Long.BYTES) {
            return upper((long) LONG.get(in, from) & (-1L >>> (Long.SIZE - 8 * count)));
        }
        long packed = 0;
        for (int i = count - 1; i >= 0; i--) {
            packed = packed << 8 | (in[from + i] & 0xff);
        }
        return upper(packed);
    }

    /** Takes 0x20 from each byte between 'a' and 'z': a carry never leaves its byte. */
    private static long upper(long bytes) {
        long low = bytes & ~TOPS;
        long fromA = low + (0x80 - 'a') * ONES;
        long aboveZ = low + (0x7f - 'z') * ONES;
        long letters = fromA & ~aboveZ & ~bytes & TOPS;
        return bytes - (letters >>> 2);
    }
}

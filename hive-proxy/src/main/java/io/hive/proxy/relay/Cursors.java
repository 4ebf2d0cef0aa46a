package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Which cursors a session has got from which Redis. A cursor means nothing to another one: a scan
 * that goes on with it skips keys (relay rule 5). A cursor that this session never got is let
 * through, since it may have come over another connection of the same client.
 */
final class Cursors {
    private static final int MAX = 64;

    /** Empty until there is one: most sessions never scan. */
    private long[] values = {};

    private @Nullable Target[] issuers = {};
    private int next;

    /** A reply with a cursor came: an array whose first element is its digits. */
    void issued(Target by, ByteBuf reply) {
        int at = reply.readerIndex();
        if (reply.getByte(at) != '*') {
            return;
        }
        int line = reply.indexOf(at, reply.writerIndex(), (byte) '\n') + 1;
        int digits = reply.indexOf(line, reply.writerIndex(), (byte) '\n') + 1;
        if (line <= 0 || digits <= 0 || reply.getByte(line) != '$') {
            return;
        }
        long value = 0;
        int end = digits;
        for (; end < reply.writerIndex() && isDigit(reply.getByte(end)); end++) {
            value = value * 10 + (reply.getByte(end) - '0');
        }
        // Of a reply that comes in parts the first may end in the middle of it.
        if (value != 0 && end < reply.writerIndex()) {
            note(by, value);
        }
    }

    /** Whether any is known. */
    boolean any() {
        return values.length > 0;
    }

    /** Whether another Redis than this one issued a cursor, and this one did not. */
    boolean stale(Target now, byte[] word) {
        long value = 0;
        for (byte b : word) {
            if (!isDigit(b)) {
                return false;
            }
            value = value * 10 + (b - '0');
        }
        if (value == 0) {
            return false;
        }
        int at = find(value);
        return at >= 0 && !now.equals(issuers[at]);
    }

    private void note(Target by, long value) {
        if (values.length == 0) {
            values = new long[MAX];
            issuers = new @Nullable Target[MAX];
        }
        int at = find(value);
        if (at < 0) {
            at = next;
            next = (next + 1) % MAX;
        }
        values[at] = value;
        issuers[at] = by;
    }

    private int find(long value) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == value && issuers[i] != null) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}

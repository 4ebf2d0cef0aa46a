package io.hive.core.message.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the primitives of the format. Each read names what it reads, for the error. Nothing is
 * allocated for more bytes than there are.
 */
final class ByteReader {
    private final ByteBuffer buffer;

    /** Reads what remains in the buffer, without moving its position. */
    ByteReader(ByteBuffer buffer) {
        this.buffer = buffer.slice().order(ByteOrder.BIG_ENDIAN);
    }

    /** Reads one element of a list. */
    @FunctionalInterface
    interface Element<T> {
        T read(ByteReader in) throws DecodeException;
    }

    int u8(String what) throws DecodeException {
        need(1, what);
        return buffer.get() & 0xff;
    }

    int u16(String what) throws DecodeException {
        need(2, what);
        return buffer.getShort() & 0xffff;
    }

    int i32(String what) throws DecodeException {
        need(4, what);
        return buffer.getInt();
    }

    long i64(String what) throws DecodeException {
        need(8, what);
        return buffer.getLong();
    }

    byte[] bytes(int length, String what) throws DecodeException {
        need(length, what);
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    boolean flag(String what) throws DecodeException {
        int value = u8(what);
        if (value > 1) {
            throw new DecodeException("expected 0 or 1 for " + what + ", got " + value);
        }
        return value == 1;
    }

    String text(int maxBytes, String what) throws DecodeException {
        int length = u16(what);
        if (length > maxBytes) {
            throw new DecodeException(
                    "expected at most " + maxBytes + " bytes for " + what + ", got " + length);
        }
        need(length, what);
        ByteBuffer utf8 = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new DecodeException("expected UTF-8 for " + what + ", got other bytes", e);
        }
    }

    <T> List<T> list(int max, String what, Element<T> element) throws DecodeException {
        int count = u16(what);
        if (count > max) {
            throw new DecodeException(
                    "expected at most " + max + " elements for " + what + ", got " + count);
        }
        List<T> list = new ArrayList<>(Math.min(count, buffer.remaining()));
        for (int i = 0; i < count; i++) {
            list.add(element.read(this));
        }
        return list;
    }

    /** A part that was written with its length; what follows it is read on by this reader. */
    ByteReader sized(String what) throws DecodeException {
        int length = u16(what);
        need(length, what);
        ByteReader part = new ByteReader(buffer.slice(buffer.position(), length));
        buffer.position(buffer.position() + length);
        return part;
    }

    private void need(int bytes, String what) throws DecodeException {
        if (buffer.remaining() < bytes) {
            throw new DecodeException(
                    "expected " + bytes + " bytes for " + what + ", got " + buffer.remaining());
        }
    }
}

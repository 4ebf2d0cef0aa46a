package io.hive.core.message.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/** Writes the primitives of the format, growing up to a limit. */
final class ByteWriter {
    private final int limit;
    private ByteBuffer buffer = ByteBuffer.allocate(512);

    /**
     * @param limit how many bytes may be written
     */
    ByteWriter(int limit) {
        this.limit = limit;
    }

    void u8(int value) {
        room(1).put((byte) value);
    }

    void u16(int value) {
        room(2).putShort((short) value);
    }

    void i32(int value) {
        room(4).putInt(value);
    }

    void i64(long value) {
        room(8).putLong(value);
    }

    void bytes(byte[] value) {
        room(value.length).put(value);
    }

    void flag(boolean value) {
        u8(value ? 1 : 0);
    }

    /**
     * @throws IllegalArgumentException if the text is longer than the limit
     */
    void text(String value, int maxBytes, String what) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > maxBytes) {
            throw new IllegalArgumentException(
                    what + " has at most " + maxBytes + " bytes, got " + utf8.length);
        }
        u16(utf8.length);
        bytes(utf8);
    }

    /** As {@link #text}, but cut where it is too long: for words that only a human reads. */
    void prose(String value, int maxBytes) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(utf8.length, maxBytes);
        while (length < utf8.length && length > 0 && (utf8[length] & 0xc0) == 0x80) {
            length--;
        }
        u16(length);
        room(length).put(utf8, 0, length);
    }

    /**
     * @throws IllegalArgumentException if the list is longer than the limit
     */
    <T> void list(List<T> values, int max, String what, BiConsumer<ByteWriter, T> element) {
        if (values.size() > max) {
            throw new IllegalArgumentException(
                    what + " has at most " + max + " elements, got " + values.size());
        }
        u16(values.size());
        values.forEach(value -> element.accept(this, value));
    }

    /** Writes what {@code body} writes, preceded by its length, so that a reader can skip it. */
    void sized(Runnable body) {
        int start = room(2).position();
        u16(0);
        body.run();
        int length = buffer.position() - start - 2;
        if (length > 0xffff) {
            throw new IllegalArgumentException("a part has at most 65535 bytes, got " + length);
        }
        buffer.putShort(start, (short) length);
    }

    byte[] toBytes() {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    private ByteBuffer room(int bytes) {
        int needed = buffer.position() + bytes;
        if (needed > limit) {
            throw new IllegalArgumentException(
                    "a message has at most " + limit + " bytes, this one is longer");
        }
        if (needed > buffer.capacity()) {
            int capacity = Math.min(limit, Math.max(needed, 2 * buffer.capacity()));
            buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
        }
        return buffer;
    }
}

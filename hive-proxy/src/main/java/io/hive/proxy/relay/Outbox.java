package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.util.ArrayDeque;

/**
 * What goes out over one connection, kept until it is answered, so that it can be run again
 * elsewhere. What one call appends lies in one piece.
 */
final class Outbox {
    /**
     * A piece of memory: readable is what was not answered yet, behind the mark what was not sent.
     */
    private static final class Chunk {
        private final ByteBuf bytes;
        private int sent;

        Chunk(ByteBuf bytes) {
            this.bytes = bytes;
        }

        boolean allSent() {
            return sent == bytes.writerIndex();
        }
    }

    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>(2);
    private final ByteBufAllocator allocator;
    private final int chunkBytes;
    private int unsent;

    Outbox(ByteBufAllocator allocator, int chunkBytes) {
        this.allocator = allocator;
        this.chunkBytes = chunkBytes;
    }

    /** Appends bytes, which have to be answered for with {@link #answered}. */
    void append(byte[] from, int at, int length) {
        Chunk chunk = chunks.peekLast();
        if (chunk == null || chunk.bytes.writableBytes() < length) {
            chunk = next(length);
        }
        chunk.bytes.writeBytes(from, at, length);
        unsent += length;
    }

    /** Bytes that are still to be sent. */
    int unsent() {
        return unsent;
    }

    /** Bytes that were sent and not answered. */
    int sent() {
        int kept = 0;
        for (Chunk chunk : chunks) {
            kept += chunk.bytes.readableBytes();
        }
        return kept - unsent;
    }

    /** Gives everything that was not sent to the channel, which has to be flushed. */
    void send(Channel to) {
        if (unsent == 0) {
            return;
        }
        unsent = 0;
        for (Chunk chunk : chunks) {
            if (!chunk.allSent()) {
                ByteBuf bytes = chunk.bytes;
                int length = bytes.writerIndex() - chunk.sent;
                Sockets.write(to, bytes.retainedSlice(chunk.sent, length));
                chunk.sent = bytes.writerIndex();
            }
        }
    }

    /** The oldest bytes are not needed any more. */
    void answered(int length) {
        int left = length;
        while (left > 0) {
            Chunk chunk = chunks.getFirst();
            int here = Math.min(left, chunk.bytes.readableBytes());
            chunk.bytes.skipBytes(here);
            left -= here;
            if (!chunk.bytes.isReadable() && chunk.allSent()) {
                retire(chunk);
            }
        }
    }

    /** Copies the bytes that begin so far behind the oldest one. */
    byte[] copy(int offset, int length) {
        byte[] copy = new byte[length];
        int skip = offset;
        int done = 0;
        for (Chunk chunk : chunks) {
            int readable = chunk.bytes.readableBytes();
            if (skip >= readable) {
                skip -= readable;
                continue;
            }
            int here = Math.min(readable - skip, length - done);
            chunk.bytes.getBytes(chunk.bytes.readerIndex() + skip, copy, done, here);
            done += here;
            skip = 0;
            if (done == length) {
                break;
            }
        }
        return copy;
    }

    void release() {
        for (Chunk chunk = chunks.poll(); chunk != null; chunk = chunks.poll()) {
            chunk.bytes.release();
        }
        unsent = 0;
    }

    private Chunk next(int length) {
        Chunk last = chunks.peekLast();
        if (last != null && !last.bytes.isReadable() && last.allSent()) {
            chunks.removeLast();
            last.bytes.release();
        }
        Chunk chunk = new Chunk(allocator.directBuffer(Math.max(chunkBytes, length)));
        chunks.add(chunk);
        return chunk;
    }

    /** A chunk that is over is used again if nobody else holds it; a connection keeps one. */
    private void retire(Chunk chunk) {
        if (chunks.size() > 1) {
            chunks.removeFirst();
            chunk.bytes.release();
        } else if (chunk.bytes.refCnt() == 1) {
            chunk.bytes.clear();
            chunk.sent = 0;
        }
    }
}

package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Lets all sockets of one event loop be read into one buffer, since what comes is dealt with before
 * the next read: an idle client costs no buffer, and none has to be allocated for a read. Whoever
 * keeps the buffer gets to keep it; the next read then has another one. One read for each time that
 * a socket is ready, so that none keeps the others waiting.
 *
 * <p>Event loop only.
 */
final class SharedReads implements RecvByteBufAllocator {
    private static final int BYTES = 64 * 1024;

    private final ByteBufAllocator allocator;
    private ByteBuf buffer;

    SharedReads(ByteBufAllocator allocator) {
        this.allocator = allocator;
        buffer = allocator.directBuffer(BYTES, BYTES);
    }

    /** Gives the buffer back; nothing may be read any more. */
    void close() {
        buffer.release();
    }

    private ByteBuf next() {
        if (buffer.refCnt() > 1) {
            buffer.release();
            buffer = allocator.directBuffer(BYTES, BYTES);
        }
        return buffer.clear().retain();
    }

    @Override
    public ExtendedHandle newHandle() {
        return new OneRead();
    }

    /** What Netty asks around one read. */
    private final class OneRead implements ExtendedHandle {
        private int attempted;
        private int last;

        @Override
        public ByteBuf allocate(ByteBufAllocator ignored) {
            return next();
        }

        @Override
        public int guess() {
            return BYTES;
        }

        @Override
        public void reset(ChannelConfig config) {
            last = 0;
        }

        @Override
        public void incMessagesRead(int messages) {}

        @Override
        public void lastBytesRead(int bytes) {
            last = bytes;
        }

        @Override
        public int lastBytesRead() {
            return last;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attempted = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        @Override
        public boolean continueReading() {
            return false;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return false;
        }

        @Override
        public void readComplete() {}
    }
}

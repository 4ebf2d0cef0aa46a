package io.hive.proxy.peer;

import io.hive.core.message.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts the stream into frames of a four-byte length and so many bytes, and tells redis-hive's
 * question from a first frame: as a length, its first four bytes are a thousandfold of the limit.
 */
final class FrameDecoder extends ByteToMessageDecoder {
    private static final int PREFIX = 4;
    private static final int WHO_PREFIX = 'e' << 24 | '=' << 16 | 'w' << 8 | 'h';

    private final PeerConnection connection;
    private boolean first;
    private int limit = Wire.MAX_HANDSHAKE_BYTES;

    /**
     * @param stranger whether the other side dialled, and so may be no peer at all
     */
    FrameDecoder(PeerConnection connection, boolean stranger) {
        this.connection = connection;
        this.first = stranger;
    }

    /** Frames may be as long as messages are, now that the peer is known. */
    void established() {
        limit = Wire.MAX_FRAME_BYTES;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (connection.done()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < PREFIX) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        if (first && length == WHO_PREFIX) {
            question(in);
            return;
        }
        first = false;
        if (length < 1 || length > limit) {
            in.skipBytes(in.readableBytes());
            connection.reject(
                    length < 1 ? Rejection.GARBAGE : Rejection.OVERSIZED,
                    "expected a frame of 1 to %d bytes, got %d"
                            .formatted(limit, Integer.toUnsignedLong(length)));
            return;
        }
        if (in.readableBytes() >= PREFIX + length) {
            byte[] frame = new byte[length];
            in.skipBytes(PREFIX).readBytes(frame);
            out.add(frame);
        }
    }

    private void question(ByteBuf in) {
        if (in.readableBytes() == PREFIX) {
            return;
        }
        byte last = in.getByte(in.readerIndex() + PREFIX);
        in.skipBytes(in.readableBytes());
        if (last == 'o') {
            connection.answerWho();
        } else {
            connection.reject(Rejection.GARBAGE, "expected a frame or e=who, got other bytes");
        }
    }
}

package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/**
 * What is done to a socket without waiting for the outcome: a failed write comes back as an
 * exception of the channel, and every end of a channel as {@code channelInactive}.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class Sockets {
    private Sockets() {}

    /** Queues bytes without making a promise for them. */
    static void write(Channel channel, ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    static void close(Channel channel) {
        channel.close();
    }

    /** Does something once all that was written is sent, or cannot be. */
    static void afterFlush(Channel channel, Runnable then) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> then.run());
    }

    /** Whether the other side will send no more. */
    static boolean inputEnded(Channel channel) {
        return channel instanceof DuplexChannel duplex && duplex.isInputShutdown();
    }

    /** Ends the output; at once, so that what is still queued is dropped. */
    static void shutdownOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }
}

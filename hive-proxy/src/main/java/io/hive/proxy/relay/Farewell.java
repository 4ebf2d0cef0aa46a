package io.hive.proxy.relay;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * The last handler of a client that is being closed: lets what was written reach it.
 *
 * <p>Closing a socket with unread bytes in it makes the kernel reset the connection, and the reset
 * overtakes the error that says why. So the output is ended, what still comes is thrown away, and
 * the socket is closed when the client closes it or has had its time.
 */
final class Farewell extends ChannelInboundHandlerAdapter {
    private static final int FLUSH_SECONDS = 30;
    private static final int LINGER_SECONDS = 1;

    /** Starts it; nothing else may be written to the channel afterwards. */
    static void to(SocketChannel client) {
        client.pipeline().addLast(new Farewell());
        client.config().setAutoRead(true);
        closeAfter(client, FLUSH_SECONDS);
        client.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(_ -> {
                    client.shutdownOutput();
                    closeAfter(client, LINGER_SECONDS);
                });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            closeWhenFlushed(context);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** The client may have ended its own output alone, and still read. */
    private static void closeWhenFlushed(ChannelHandlerContext context) {
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> context.close());
    }

    private static void closeAfter(SocketChannel client, int seconds) {
        var closing = client.eventLoop().schedule(() -> client.close(), seconds, TimeUnit.SECONDS);
        client.closeFuture().addListener(_ -> closing.cancel(false));
    }
}

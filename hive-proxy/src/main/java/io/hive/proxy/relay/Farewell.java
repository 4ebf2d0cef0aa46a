package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
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

    /** Writes the last there is to say, and ends the connection behind it. */
    static void to(Channel client, ByteBuf lastWords) {
        client.pipeline().addLast(new Farewell());
        client.config().setAutoRead(true);
        closeAfter(client, FLUSH_SECONDS);
        Sockets.write(client, lastWords);
        Sockets.afterFlush(
                client,
                () -> {
                    if (Sockets.inputEnded(client)) {
                        Sockets.close(client);
                    } else {
                        Sockets.shutdownOutput(client);
                        closeAfter(client, LINGER_SECONDS);
                    }
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
        Sockets.close(context.channel());
    }

    /** The client may have ended its own output alone, and still read. */
    private static void closeWhenFlushed(ChannelHandlerContext context) {
        Sockets.afterFlush(context.channel(), () -> Sockets.close(context.channel()));
    }

    private static void closeAfter(Channel client, int seconds) {
        var closing =
                client.eventLoop().schedule(() -> Sockets.close(client), seconds, TimeUnit.SECONDS);
        client.closeFuture().addListener(_ -> closing.cancel(false));
    }
}

package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;

/** Tells a session what happens to its client's connection. */
final class ClientHandler extends ChannelInboundHandlerAdapter {
    private final Session session;

    ClientHandler(Session session) {
        this.session = session;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            try {
                session.read(bytes);
            } finally {
                bytes.release();
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        session.writableChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            session.inputEnded();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.closed();
    }

    /** A socket that broke: nothing to tell anyone, clients come and go. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Sockets.close(context.channel());
    }
}

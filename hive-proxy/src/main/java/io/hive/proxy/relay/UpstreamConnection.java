package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One connection to a Redis, for one listener. */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Upstream {
    private final RelayMetrics metrics;
    private Upstream.@Nullable Listener listener;
    private @Nullable Channel channel;
    private boolean standing;
    private boolean unflushed;

    UpstreamConnection(Upstream.Listener listener, RelayMetrics metrics) {
        this.listener = listener;
        this.metrics = metrics;
    }

    /** The channel it goes over; told once, before anything else. */
    void over(Channel over) {
        channel = over;
    }

    void connected(Channel over) {
        metrics.upstreams.incrementAndGet();
        over.closeFuture().addListener(_ -> metrics.upstreams.decrementAndGet());
        if (listener == null) {
            Sockets.close(over);
        } else {
            standing = true;
            listener.connected(this);
        }
    }

    void failed(@Nullable Throwable cause) {
        lost(reason(cause));
    }

    @Override
    public void write(ByteBuf bytes) {
        Channel to = open();
        if (to == null) {
            bytes.release();
            return;
        }
        unflushed = true;
        Sockets.write(to, bytes);
    }

    @Override
    public void flush() {
        Channel to = open();
        if (unflushed && to != null) {
            unflushed = false;
            to.flush();
        }
    }

    @Override
    public boolean writable() {
        Channel to = open();
        return to != null && to.isWritable();
    }

    @Override
    public void reading(boolean wanted) {
        Channel to = open();
        if (to != null && to.config().isAutoRead() != wanted) {
            to.config().setAutoRead(wanted);
        }
    }

    @Override
    public void finish() {
        Channel to = open();
        if (to != null) {
            unflushed = false;
            Sockets.afterFlush(to, () -> Sockets.shutdownOutput(to));
        }
    }

    @Override
    public void close() {
        listener = null;
        if (channel != null) {
            Sockets.close(channel);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        // What comes before it stands answers nothing.
        if (listener != null && standing && message instanceof ByteBuf bytes) {
            listener.replies(bytes);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (listener != null) {
            listener.repliesPaused();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (listener != null) {
            listener.writableChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost("closed by Redis");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Sockets.close(context.channel());
        lost(reason(cause));
    }

    private @Nullable Channel open() {
        return listener == null ? null : channel;
    }

    private void lost(String reason) {
        Upstream.Listener told = listener;
        listener = null;
        if (told == null) {
            return;
        }
        if (standing) {
            told.lost(reason);
        } else {
            told.failed(reason);
        }
    }

    private static String reason(@Nullable Throwable cause) {
        return cause == null ? "no cause given" : String.valueOf(cause.getMessage());
    }
}

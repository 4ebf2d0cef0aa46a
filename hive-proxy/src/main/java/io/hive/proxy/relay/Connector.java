package io.hive.proxy.relay;

import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Opens connections to the master, on the event loop of the session that asks. */
final class Connector {
    private final Bootstrap template;
    private final EventLoop loop;
    private final RelayMetrics metrics;

    Connector(RelaySettings settings, Transport transport, EventLoop loop, RelayMetrics metrics) {
        this.loop = loop;
        this.metrics = metrics;
        template =
                new Bootstrap()
                        .group(loop)
                        .channel(transport.socketChannel())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) settings.connectTimeout().toMillis())
                        .option(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(
                                        settings.lowWater(), settings.highWater()));
    }

    /** Starts connecting. The listener is told later, never from within this call. */
    Upstream connect(RedisEndpoint master, Upstream.Listener listener) {
        UpstreamConnection upstream = new UpstreamConnection(listener, metrics);
        ChannelFuture connect = template.clone().handler(upstream).connect(address(master));
        upstream.over(connect.channel());
        connect.addListener((ChannelFuture ended) -> connectEnded(ended, upstream));
        return upstream;
    }

    /** A failure may be known at once, and on another thread; a connection never is. */
    private void connectEnded(ChannelFuture ended, UpstreamConnection upstream) {
        if (ended.isSuccess()) {
            upstream.connected(ended.channel());
        } else {
            loop.execute(() -> upstream.failed(ended.cause()));
        }
    }

    private static InetSocketAddress address(RedisEndpoint master) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(master.host().bytes()), master.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is never unknown", e);
        }
    }
}

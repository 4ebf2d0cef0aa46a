package io.hive.proxy.relay;

import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the master on one event loop. Those of single sessions are paced: after a
 * change of master there may be thousands at once, and Redis takes them one by one.
 */
final class Connector {
    /** Connections that may be under way at once. */
    private static final int MAX_UNDER_WAY = 32;

    /** The longest that the next one waits for, when there are more. */
    private static final int JITTER_MICROS = 2_000;

    private final RelaySettings settings;
    private final Bootstrap tcp;
    private final @Nullable Bootstrap unix;
    private final EventLoop loop;
    private final SharedReads reads;
    private final ArrayDeque<UpstreamConnection> queue = new ArrayDeque<>();
    private int underWay;

    Connector(RelaySettings settings, Transport transport, EventLoop loop, SharedReads reads) {
        this.settings = settings;
        this.reads = reads;
        this.loop = loop;
        tcp =
                template(settings, loop)
                        .channel(transport.socketChannel())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true);
        Class<? extends Channel> domain = transport.domainSocketChannel();
        unix = domain == null ? null : template(settings, loop).channel(domain);
    }

    private static Bootstrap template(RelaySettings settings, EventLoop loop) {
        return new Bootstrap()
                .group(loop)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) settings.connectTimeout().toMillis())
                .option(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(
                                settings.limits().lowWater(), settings.limits().highWater()));
    }

    /** Starts connecting. Nothing is told from within this call. */
    void connect(UpstreamConnection connection) {
        RedisEndpoint master = connection.target().master();
        SocketAddress socket = settings.socketOf(master);
        Bootstrap over = socket instanceof DomainSocketAddress ? unix : tcp;
        if (over == null) {
            over = tcp;
            socket = null;
        }
        ChannelFuture connect =
                over.clone().handler(connection).connect(socket == null ? address(master) : socket);
        connect.channel().config().setRecvByteBufAllocator(reads);
        connection.over(connect.channel());
        connect.addListener((ChannelFuture ended) -> connectEnded(ended, connection));
    }

    /** Starts connecting when it is its turn. */
    void connectPaced(UpstreamConnection connection) {
        if (underWay < MAX_UNDER_WAY) {
            start(connection);
        } else {
            queue.add(connection);
        }
    }

    private void start(UpstreamConnection connection) {
        underWay++;
        connection.paced(this::settled);
        connect(connection);
    }

    private void settled() {
        underWay--;
        UpstreamConnection next = queue.poll();
        while (next != null && next.closed()) {
            next = queue.poll();
        }
        if (next != null) {
            UpstreamConnection chosen = next;
            underWay++;
            chosen.paced(this::settled);
            var _ =
                    loop.schedule(
                            () -> {
                                if (!chosen.closed()) {
                                    connect(chosen);
                                }
                            },
                            ThreadLocalRandom.current().nextInt(JITTER_MICROS),
                            TimeUnit.MICROSECONDS);
        }
    }

    /** A failure may be known at once, and on another thread; a connection never is. */
    private void connectEnded(ChannelFuture ended, UpstreamConnection connection) {
        if (ended.isSuccess()) {
            connection.connected(ended.channel());
        } else {
            loop.execute(() -> connection.connectFailed(ended.cause()));
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

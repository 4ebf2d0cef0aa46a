package io.hive.proxy.relay;

import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections to the master on one event loop. Those of single sessions are paced: after a
 * change of master there may be thousands at once, and Redis takes them one by one.
 */
final class Connector {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    /** Connections that may be under way at once. */
    private static final int MAX_UNDER_WAY = 32;

    /** The longest that the next one waits for, when there are more. */
    private static final int JITTER_MICROS = 2_000;

    private static final int FORGET_AT = 256;

    private final RelaySettings settings;
    private final Bootstrap tcp;
    private final @Nullable Bootstrap unix;
    private final EventLoop loop;
    private final SharedReads reads;
    private final ArrayDeque<UpstreamConnection> queue = new ArrayDeque<>();
    private int underWay;

    /** All that were opened and are not known to be over. */
    private final Set<UpstreamConnection> all = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Past this many, those that are over are forgotten. */
    private int forgetAt = FORGET_AT;

    /** Whether the unix socket failed the last time; told once, not for each connection. */
    private boolean socketFails;

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

    /** Whether something is under way on any connection that is about to be answered. */
    boolean anyAwaitsReplies() {
        forget();
        return all.stream().anyMatch(UpstreamConnection::awaitsReplies);
    }

    private void forget() {
        all.removeIf(UpstreamConnection::closed);
        forgetAt = Math.max(FORGET_AT, 2 * all.size());
    }

    /** Starts connecting. Nothing is told from within this call. */
    void connect(UpstreamConnection connection) {
        if (all.size() >= forgetAt) {
            forget();
        }
        all.add(connection);
        SocketAddress socket = settings.socketOf(connection.target().master());
        if (socket != null && unix != null) {
            connectUnix(unix, socket, connection);
        } else {
            connectTcp(connection);
        }
    }

    private void connectTcp(UpstreamConnection connection) {
        ChannelFuture connect =
                tcp.clone().handler(connection).connect(address(connection.target().master()));
        connect.channel().config().setRecvByteBufAllocator(reads);
        connection.over(connect.channel());
        connect.addListener((ChannelFuture ended) -> connectEnded(ended, connection));
    }

    /** The handler comes in only once it is connected: a handler serves one channel, ever. */
    private void connectUnix(Bootstrap over, SocketAddress socket, UpstreamConnection connection) {
        ChannelFuture connect = over.clone().handler(new Nothing()).connect(socket);
        connect.channel().config().setRecvByteBufAllocator(reads);
        connection.over(connect.channel());
        connect.addListener((ChannelFuture ended) -> {
            if (ended.isSuccess()) {
                socketFails = false;
                ended.channel().pipeline().addLast(connection);
                connection.connected(ended.channel());
            } else {
                loop.execute(() -> socketFailed(socket, ended.cause(), connection));
            }
        });
    }

    /** Over TCP it is slower, and no worse. */
    private void socketFailed(SocketAddress socket, Throwable why, UpstreamConnection connection) {
        if (connection.closed()) {
            return;
        }
        if (!socketFails) {
            socketFails = true;
            LOG.warn(
                    "the master is reached over TCP at {}, its unix socket {} cannot be used: {};"
                            + " see HIVE_REDIS_SOCKET",
                    connection.target().master(),
                    socket,
                    why.getMessage());
        }
        connectTcp(connection);
    }

    /** A pipeline must begin with something. */
    private static final class Nothing extends ChannelInboundHandlerAdapter {}

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

package io.hive.proxy.sentinel;

import io.hive.proxy.command.CommandTable;
import io.hive.proxy.transport.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sentinel port: listens, and tells its clients when the master changes. */
public final class SentinelServer implements AutoCloseable {
    /** Each client of a pool keeps one connection to a sentinel; nobody needs more than that. */
    static final int MAX_CLIENTS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(SentinelServer.class);
    private static final int BACKLOG = 128;
    private static final int CLOSE_SECONDS = 2;

    /**
     * How soon a change is told; looking costs some microseconds, and only while clients listen.
     */
    private static final int LOOK_MILLIS = 20;

    private final SentinelSource source;
    private final EventLoop loop;
    private final CommandTable table = CommandTable.builtin();
    private final Events events = new Events();
    private final Set<SentinelSession> sessions = new LinkedHashSet<>();
    private final MasterNames names;
    private @Nullable Channel listener;
    private @Nullable Future<?> looking;
    private @Nullable SentinelCommands commands;
    private volatile int port;
    private long lastId;

    /**
     * Does nothing before {@link #start}.
     *
     * @param loop where all of it runs
     */
    public SentinelServer(SentinelSource source, EventLoop loop) {
        this.source = source;
        this.loop = loop;
        this.names = new MasterNames(source.topology().cluster());
    }

    /**
     * Listens.
     *
     * @param listen where; port 0 takes any that is free
     * @throws IOException if it cannot, with the address, the port and the cause in one line
     */
    public void start(InetSocketAddress listen, Transport transport) throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loop)
                        .channel(transport.serverSocketChannel())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(32 * 1024, 256 * 1024))
                        .childHandler(new Accepting())
                        .bind(listen)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on "
                            + listen.getAddress().getHostAddress()
                            + ":"
                            + listen.getPort()
                            + " ("
                            + bound.cause().getMessage()
                            + "); choose a free port, or 0 for none",
                    bound.cause());
        }
        listener = bound.channel();
        port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
        commands = new SentinelCommands(source, names, port);
        looking =
                loop.scheduleWithFixedDelay(
                        this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        LOG.info("sentinel clients are answered on {}", bound.channel().localAddress());
    }

    /** The port that it listens on; 0 before the start. */
    public int port() {
        return port;
    }

    /** Stops listening and closes every client; waits for that, for a moment at most. */
    @Override
    public void close() {
        Future<?> look = looking;
        if (look != null) {
            look.cancel(false);
        }
        Channel open = listener;
        if (open != null) {
            open.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        if (!loop.isShuttingDown()) {
            loop.submit(() -> List.copyOf(sessions).forEach(SentinelSession::close))
                    .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    // ---- for the sessions, on the event loop

    Topology topology() {
        return source.topology();
    }

    SentinelSource source() {
        return source;
    }

    MasterNames names() {
        return names;
    }

    SentinelCommands commands() {
        SentinelCommands answering = commands;
        if (answering == null) {
            throw new IllegalStateException("a client before the start");
        }
        return answering;
    }

    void entered(SentinelSession session) {
        sessions.add(session);
    }

    void left(SentinelSession session) {
        sessions.remove(session);
    }

    private void look() {
        try {
            List<Events.Event> news = events.since(source.topology(), names.all());
            if (!news.isEmpty()) {
                List.copyOf(sessions).forEach(session -> session.deliver(news));
            }
        } catch (RuntimeException e) {
            // A schedule ends with its first exception, and nobody would be told any more.
            LOG.error("sentinel clients were not told of a change", e);
        }
    }

    private final class Accepting extends ChannelInitializer<SocketChannel> {
        @Override
        @SuppressWarnings("FutureReturnValueIgnored")
        protected void initChannel(SocketChannel client) {
            if (sessions.size() >= MAX_CLIENTS) {
                LOG.info(
                        "sentinel client {} is turned away: {} are enough",
                        client.remoteAddress(),
                        MAX_CLIENTS);
                client.close();
                return;
            }
            client.pipeline().addLast(new SentinelSession(SentinelServer.this, table, ++lastId));
        }
    }
}

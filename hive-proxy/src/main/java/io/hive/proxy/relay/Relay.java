package io.hive.proxy.relay;

import io.hive.core.node.IpAddress;
import io.hive.proxy.command.CommandTable;
import io.hive.proxy.route.Route;
import io.hive.proxy.route.RouteSource;
import io.hive.proxy.transport.BusyLoops;
import io.hive.proxy.transport.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for clients and carries what they send to the master that the route names.
 *
 * <p>May be used by any thread but the event loops it was given, which it does not end.
 */
public final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BACKLOG = 1024;
    private static final int CLOSE_SECONDS = 5;
    private static final long LEAVE_CHECK_NANOS = 5_000_000;

    private final RelaySettings settings;
    private final Transport transport;
    private final MultiThreadIoEventLoopGroup loops;
    private final RouteSource routes;
    private final RelayMetrics metrics;
    private final Map<EventLoop, LoopRelay> homes = new HashMap<>();
    private final List<Channel> listeners = new ArrayList<>();
    private Runnable deafen = () -> {};

    /**
     * Takes what it works with; nothing happens before {@link #start()}.
     *
     * @param loops event loops of the transport
     */
    public Relay(
            RelaySettings settings,
            Transport transport,
            BusyLoops loops,
            RouteSource routes,
            RelayMetrics metrics) {
        this.settings = settings;
        this.transport = transport;
        this.loops = loops.group();
        this.routes = routes;
        this.metrics = metrics;
        KnownCommands known =
                new KnownCommands(settings.readsOnly() ? CommandTable::forReads : table -> table);
        for (EventExecutor executor : this.loops) {
            if (executor instanceof EventLoop loop) {
                homes.put(
                        loop,
                        new LoopRelay(
                                settings,
                                transport,
                                loop,
                                loops.load(loop),
                                ByteBufAllocator.DEFAULT,
                                routes,
                                known,
                                metrics));
            }
        }
    }

    /**
     * Listens on every address of the settings.
     *
     * @throws IOException if it cannot on one of them, with the address, the port and the cause in
     *     one line; then it listens on none
     */
    public synchronized void start() throws IOException {
        deafen = routes.listen(this::routeChanged);
        try {
            for (InetSocketAddress address : addressesToBind()) {
                listeners.add(bind(address));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        LOG.info(
                "relay{} listens on {} over {}",
                settings.readsOnly() ? " for reads" : "",
                addresses(),
                transport);
    }

    /** What it listens on, in the order of the settings; empty before the start. */
    public synchronized List<InetSocketAddress> addresses() {
        return listeners.stream().map(l -> (InetSocketAddress) l.localAddress()).toList();
    }

    /** What it has done and holds. */
    public RelayCounts counts() {
        return metrics.counts();
    }

    /**
     * Stops listening, and closes each client as soon as nothing of it is under way: no answer, no
     * transaction. Waits for that.
     *
     * @param limit after which it returns, whoever is left
     * @return whether all clients have left
     */
    public boolean leave(Duration limit) {
        beginToLeave(List.of());
        return left(limit);
    }

    /**
     * Waits until all clients have left.
     *
     * @return whether they have, within the limit
     */
    public boolean left(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (counts().clients() > 0 && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(LEAVE_CHECK_NANOS);
        }
        return counts().clients() == 0;
    }

    /**
     * Stops listening, and lets clients go as {@link #leave} does, without waiting for that.
     *
     * @param others pods whose relays serve as this one does, on the same port: clients that asked
     *     for it are told to go on there
     */
    public void beginToLeave(List<IpAddress> others) {
        List<String> elsewhere = elsewhere(others);
        synchronized (this) {
            for (Channel listener : listeners) {
                var _ = listener.close().awaitUninterruptibly();
            }
            listeners.clear();
        }
        homes.forEach((loop, home) -> loop.execute(() -> home.leave(elsewhere)));
    }

    /** Stops listening and closes every client; waits for that, for a few seconds at most. */
    @Override
    public synchronized void close() {
        deafen.run();
        List<Future<?>> ends = new ArrayList<>();
        listeners.forEach(listener -> ends.add(listener.close()));
        listeners.clear();
        homes.forEach((loop, home) -> ends.addAll(endAll(loop, home)));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        for (Future<?> end : ends) {
            end.awaitUninterruptibly(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    /** An IPv6 address is not named: clients take what is behind its first colon for the port. */
    private synchronized List<String> elsewhere(List<IpAddress> others) {
        int port = listeners.isEmpty() ? settings.port() : addresses().getFirst().getPort();
        return others.stream()
                .map(IpAddress::toString)
                .filter(text -> text.indexOf(':') < 0)
                .map(text -> text + ":" + port)
                .toList();
    }

    private static List<Future<?>> endAll(EventLoop loop, LoopRelay home) {
        if (loop.isShuttingDown()) {
            return List.of();
        }
        return List.of(loop.submit(() -> home.close()));
    }

    private void routeChanged(Route next) {
        if (next instanceof Route.Held held) {
            AtomicInteger left = new AtomicInteger(homes.size());
            Runnable quiet =
                    () -> {
                        if (left.decrementAndGet() == 0) {
                            held.quiet().run();
                        }
                    };
            homes.forEach((loop, home) -> loop.execute(() -> home.hold(held, quiet)));
        } else {
            homes.forEach((loop, home) -> loop.execute(() -> home.routeChanged()));
        }
    }

    private Channel bind(InetSocketAddress address) throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(transport.serverSocketChannel())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(
                                        settings.limits().lowWater(),
                                        settings.limits().highWater()))
                        .childHandler(new Acceptor(settings, metrics, homes))
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw cannotListen(address, bound.cause());
        }
        return bound.channel();
    }

    private IOException cannotListen(InetSocketAddress address, Throwable cause) {
        BindException failure =
                new BindException(
                        "the relay cannot listen on "
                                + address.getAddress().getHostAddress()
                                + " port "
                                + address.getPort()
                                + " ("
                                + cause.getMessage()
                                + "): free the port, or set HIVE_BIND and "
                                + (settings.readsOnly() ? "HIVE_READ_PORT" : "HIVE_PROXY_PORT"));
        failure.initCause(cause);
        return failure;
    }

    private List<InetSocketAddress> addressesToBind() {
        if (settings.bind().isEmpty()) {
            return List.of(new InetSocketAddress(settings.port()));
        }
        return settings.bind().stream().map(this::address).toList();
    }

    private InetSocketAddress address(IpAddress address) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(address.bytes()), settings.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is never unknown", e);
        }
    }
}

package io.hive.proxy.peer;

import io.hive.core.message.PeerMessage;
import io.hive.core.message.codec.Octets;
import io.hive.core.message.codec.Wire;
import io.hive.core.node.HostPort;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.proxy.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One authenticated connection to each of the other sidecars. Any thread may call any method; none
 * but {@link #start} and {@link #close} waits for anything.
 */
public final class PeerMesh implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerMesh.class);

    /** What one address may have in handshake at a time; a pod needs one. */
    private static final int MAX_PENDING_PER_SOURCE = 16;

    /** What all may have in handshake at a time, so that strangers leave room for peers. */
    private static final int MAX_PENDING = 128;

    /** Above this much unsent, a connection takes no more; below the half of it, it does again. */
    private static final int HIGH_WATER_BYTES = 128 * 1024;

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final PeerSettings settings;
    private final Member self;
    private final Transport transport;
    private final EventLoop loop;
    private final Counters counters = new Counters();
    private final Links links;
    private final Dialer dialer;
    private final Connections connections = new Connections();
    private final QuietLog quietLog = new QuietLog();
    private final SecureRandom random = new SecureRandom();
    private final Set<Channel> channels = new HashSet<>();

    /** Changed on the event loop only; counted by any thread. */
    private final Set<PeerConnection> pending = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicReference<@Nullable Set<NodeId>> newTargets = new AtomicReference<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private volatile List<PeerSecret> secrets;
    private volatile Supplier<? extends @Nullable String> who = () -> null;
    private volatile boolean closing;
    private Set<IpAddress> named = Set.of();
    private @Nullable IpAddress source;
    private volatile @Nullable Channel server;
    private @Nullable Future<?> watch;
    private long watchedNanos;

    /**
     * @param self this node in this life; its port is the one that is listened on
     * @param loops not owned: one of them carries the mesh
     * @param listener called on that event loop
     */
    public PeerMesh(
            PeerSettings settings,
            Member self,
            Transport transport,
            MultiThreadIoEventLoopGroup loops,
            PeerListener listener) {
        this.settings = settings;
        this.self = self;
        this.transport = transport;
        this.loop = loops.next();
        this.secrets = settings.secrets();
        this.links = new Links(listener, counters, settings.peerTimeout().toNanos());
        this.dialer = new Dialer(loop, settings, node -> links.to(node) != null, this::dial);
    }

    /**
     * Listens, and dials what {@link #targets} named.
     *
     * @throws IOException if the port cannot be had; the message names it
     * @throws IllegalStateException if it was started before
     */
    public void start() throws IOException {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("the mesh of " + self + " was started before");
        }
        warnWithoutSecret(secrets);
        source = usableSource(self.node().address());
        InetSocketAddress address = listenAddress();
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loop)
                        .channel(transport.serverSocketChannel())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, 128)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accept(channel);
                                    }
                                })
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new IOException(
                    "cannot listen for peers on "
                            + describe(address)
                            + " ("
                            + cause.getMessage()
                            + "): end what listens there, or set HIVE_PEER_PORT or HIVE_BIND",
                    cause);
        }
        server = bound.channel();
        long everyNanos = Math.max(1, settings.peerTimeout().toNanos() / 2);
        loop.execute(() -> {
            watchedNanos = System.nanoTime();
            watch =
                    loop.scheduleWithFixedDelay(
                            this::watch, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
            applyTargets();
        });
        LOG.info(
                "peer port open on {} as {} in cluster '{}'",
                describe(address),
                self,
                settings.cluster());
    }

    /**
     * Whom discovery names: they are dialled, this node itself left out, and where no secret is set
     * only their addresses may dial this node. A node that is no longer named keeps its connection.
     */
    public void targets(Set<NodeId> discovered) {
        newTargets.set(Set.copyOf(discovered));
        if (started.get()) {
            onLoop(this::applyTargets);
        }
    }

    /**
     * Sends a message to a node, if it is connected; drops and counts it if not, or if the peer
     * reads too slowly. Never blocks.
     */
    public void send(NodeId to, PeerMessage message) {
        PeerConnection connection = links.to(to);
        if (connection == null) {
            counters.droppedUnconnected.increment();
        } else {
            connection.send(message);
        }
    }

    /** What the mesh has done until now. */
    public PeerCounts counts() {
        return counters.snapshot(links.size(), pending.size());
    }

    /**
     * Who answers redis-hive's question; until this is called, the question gets no answer.
     *
     * @param answer called on the event loop: must return at once
     */
    public void whoAnswer(Supplier<String> answer) {
        who = answer;
    }

    /**
     * Replaces the secrets that are accepted from now on; connections stay.
     *
     * @throws IllegalArgumentException if there are more than {@link Wire#MAX_PROOFS}
     */
    public void secrets(List<PeerSecret> accepted) {
        List<PeerSecret> checked = PeerSecret.accepted(accepted);
        if (!secrets.contains(PeerSecret.none())) {
            warnWithoutSecret(checked);
        }
        secrets = checked;
    }

    /**
     * Sends what is queued, tells the listener of each peer that it is disconnected, and closes
     * everything; after that the listener hears nothing more. Waits for a moment for the peers to
     * have read, unless called on the event loop.
     */
    @Override
    public void close() {
        if (!onLoop(this::closeAll)) {
            return;
        }
        if (!loop.inEventLoop()) {
            try {
                closed.get(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("the peers' connections were not closed in time", e);
            }
        }
    }

    private void closeAll() {
        if (closing) {
            return;
        }
        closing = true;
        dialer.stop();
        if (watch != null) {
            watch.cancel(false);
        }
        Channel listening = server;
        if (listening != null) {
            var _ = listening.close();
        }
        links.all().forEach(connection -> connection.leave("this sidecar stops"));
        List.copyOf(pending).forEach(connection -> connection.end("this sidecar stops"));
        CompletableFuture<?>[] ends =
                channels.stream()
                        .map(channel -> {
                            CompletableFuture<Void> end = new CompletableFuture<>();
                            channel.closeFuture().addListener(_ -> end.complete(null));
                            return end;
                        })
                        .toArray(CompletableFuture<?>[]::new);
        var _ = CompletableFuture.allOf(ends).whenComplete((_, _) -> closed.complete(null));
    }

    private void applyTargets() {
        Set<NodeId> nodes = newTargets.getAndSet(null);
        if (nodes == null || closing) {
            return;
        }
        Set<IpAddress> addresses = new HashSet<>();
        nodes.forEach(node -> addresses.add(node.address()));
        addresses.add(self.node().address());
        named = addresses;
        Set<NodeId> others = new HashSet<>(nodes);
        others.remove(self.node());
        dialer.targets(others);
    }

    private void dial(NodeId target) {
        if (closing) {
            return;
        }
        if (channels.size() >= settings.maxConnections()) {
            dialer.failed(target);
            return;
        }
        AtomicBoolean installed = new AtomicBoolean();
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(transport.socketChannel())
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.toIntExact(settings.connectTimeout().toMillis()))
                        .remoteAddress(socketAddress(target.address(), target.port()))
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        track(channel);
                                        tune(channel);
                                        install(channel, target, target.toString());
                                        installed.set(true);
                                    }
                                });
        if (source != null && source.v6() == target.address().v6()) {
            bootstrap.localAddress(socketAddress(source, 0));
        }
        ChannelFuture connect = bootstrap.connect();
        counters.dials.increment();
        connect.addListener((ChannelFuture done) -> {
            if (!done.isSuccess()) {
                counters.failedDials.increment();
                LOG.debug("could not dial {}: {}", target, done.cause().toString());
                if (!installed.get()) {
                    dialer.failed(target);
                }
            }
        });
    }

    private void accept(Channel channel) {
        track(channel);
        if (closing || !(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            var _ = channel.close();
            return;
        }
        tune(channel);
        String from = describe(remote);
        IpAddress address = IpAddress.of(remote.getAddress().getAddress());
        long fromThere = pending.stream().filter(one -> address.equals(source(one))).count();
        if (channels.size() > settings.maxConnections()
                || pending.size() >= MAX_PENDING
                || fromThere >= MAX_PENDING_PER_SOURCE) {
            refuse(
                    from,
                    Rejection.TOO_MANY,
                    "%d connections, %d of them in handshake, %d of these from there"
                            .formatted(channels.size(), pending.size(), fromThere));
            var _ = channel.close();
            return;
        }
        install(channel, null, from);
    }

    private void install(Channel channel, @Nullable NodeId target, String remote) {
        byte[] nonce = new byte[Wire.NONCE_BYTES];
        random.nextBytes(nonce);
        Role role = target == null ? Role.ACCEPTOR : Role.DIALER;
        PeerConnection connection =
                new PeerConnection(
                        connections,
                        target,
                        self.node(),
                        channel,
                        remote,
                        new Handshake(role, self, settings.cluster(), secrets, Octets.of(nonce)),
                        settings,
                        counters);
        pending.add(connection);
        connection.install();
        if (closing) {
            connection.end("this sidecar stops");
        }
    }

    private void track(Channel channel) {
        channels.add(channel);
        channel.closeFuture().addListener(_ -> channels.remove(channel));
    }

    private void tune(Channel channel) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        channel.config()
                .setOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(HIGH_WATER_BYTES / 2, HIGH_WATER_BYTES));
        int unacknowledged = Math.toIntExact(settings.silence().toMillis());
        switch (transport) {
            case EPOLL ->
                    channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, unacknowledged);
            case IO_URING ->
                    channel.config()
                            .setOption(IoUringChannelOption.TCP_USER_TIMEOUT, unacknowledged);
            case NIO -> {}
        }
    }

    /** Ends connections from which nothing comes any more, or into which nothing goes. */
    private void watch() {
        long now = System.nanoTime();
        boolean late = now - watchedNanos > settings.peerTimeout().toNanos();
        watchedNanos = now;
        if (late) {
            // This process was frozen or starved: what came meanwhile has not been read yet.
            return;
        }
        long limit = settings.silence().toNanos();
        for (PeerConnection connection : links.all()) {
            if (connection.silentNanos(now) > limit) {
                connection.end(
                        "nothing came for " + connection.silentNanos(now) / 1_000_000 + " ms");
            } else if (connection.blockedNanos(now) > limit) {
                connection.end(connection.unread(now));
            }
        }
    }

    private void refuse(String from, Rejection rejection, String detail) {
        String line = from + ": " + detail;
        counters.rejected(rejection, line);
        quietLog.rejected(rejection, line);
    }

    private boolean onLoop(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("the event loops have ended before the mesh", e);
            return false;
        }
    }

    /**
     * The address to dial from, or null to let the system choose: an address that is this node's
     * only as the peers see it, as behind address translation, cannot be bound.
     */
    private static @Nullable IpAddress usableSource(IpAddress address) {
        try (Socket socket = new Socket()) {
            socket.bind(socketAddress(address, 0));
            return address;
        } catch (IOException e) {
            LOG.warn(
                    "cannot dial peers from {} ({}): it is no address of this machine, so the"
                            + " system chooses; without HIVE_SECRET the peers may refuse that",
                    address,
                    e.getMessage());
            return null;
        }
    }

    private void warnWithoutSecret(List<PeerSecret> accepted) {
        if (accepted.contains(PeerSecret.none())) {
            LOG.warn(
                    "no secret between peers: whoever can use an address that discovery names can"
                            + " join cluster '{}'; set HIVE_SECRET or HIVE_SECRET_FILE",
                    settings.cluster());
        }
    }

    private InetSocketAddress listenAddress() {
        int port = self.node().port();
        IpAddress bind = settings.bind();
        return bind == null ? new InetSocketAddress(port) : socketAddress(bind, port);
    }

    private static @Nullable IpAddress source(PeerConnection connection) {
        SocketAddress remote = connection.channel().remoteAddress();
        return remote instanceof InetSocketAddress address
                ? IpAddress.of(address.getAddress().getAddress())
                : null;
    }

    private static String describe(InetSocketAddress address) {
        return HostPort.format(IpAddress.of(address.getAddress().getAddress()), address.getPort());
    }

    private static InetSocketAddress socketAddress(IpAddress address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address.bytes()), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is never unknown", e);
        }
    }

    /** What the connections ask. */
    private final class Connections implements PeerConnection.Host {
        @Override
        public boolean sourceNamed(PeerConnection connection) {
            IpAddress address = source(connection);
            return address != null && named.contains(address);
        }

        @Override
        public boolean openOnly() {
            return secrets.stream().allMatch(PeerSecret::isNone);
        }

        @Override
        public void met(NodeId target, Member peer) {
            dialer.met(target, peer.node());
        }

        @Override
        public boolean admit(PeerConnection connection) {
            return links.admits(connection);
        }

        @Override
        public void opened(PeerConnection connection) {
            pending.remove(connection);
            NodeId target = connection.target();
            if (target != null) {
                dialer.succeeded(target);
            }
            links.opened(connection);
        }

        @Override
        public void received(PeerConnection connection, PeerMessage message) {
            links.received(connection, message);
        }

        @Override
        public void ended(PeerConnection connection, String reason) {
            pending.remove(connection);
            NodeId target = connection.target();
            if (links.ended(connection, reason)) {
                dialer.lost(
                        connection.peer().node(),
                        Duration.ofNanos(connection.openNanos(System.nanoTime())));
            } else if (target != null) {
                dialer.failed(target);
            }
        }

        @Override
        public void rejected(PeerConnection connection, Rejection rejection, String detail) {
            NodeId target = connection.target();
            if (target != null && rejection == Rejection.SELF) {
                dialer.self(target);
            }
            refuse(connection.remote(), rejection, detail);
        }

        @Override
        public @Nullable String whoAnswer() {
            try {
                return who.get();
            } catch (RuntimeException e) {
                LOG.error("the answer to e=who failed", e);
                return null;
            }
        }
    }
}

package io.hive.proxy.redis;

import io.hive.proxy.transport.Transport;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider.ImmediateRedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.Transports;
import io.lettuce.core.tracing.Tracing;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lettuce, cut down to what a control connection needs: the given event loops and no threads of its
 * own, no reconnecting, no queue that outlives a connection, no metrics, no resolver, and nothing
 * said to Redis that was not asked for. Any thread but an event loop, since names are resolved
 * here.
 */
final class Connector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    /** More than a round of observation and an operation have in flight together. */
    private static final int QUEUE = 128;

    private final @Nullable EventLoopGroup ownLoops;
    private final EventLoopGroup used;
    private final ClientResources resources;

    /** All open sockets, those that are still being connected among them. */
    private final ChannelGroup sockets =
            new DefaultChannelGroup("hive-redis", GlobalEventExecutor.INSTANCE);

    private final RedisClient client;

    /**
     * Shares these event loops where Lettuce can, which takes the kind of socket by itself: epoll
     * where there is epoll. Else it gets one loop of its own.
     *
     * @param longestWait for a connection attempt, whoever waits for it
     */
    Connector(EventLoopGroup loops, Duration longestWait) {
        leaveIoUringAlone();
        boolean shared = fits(loops);
        this.ownLoops = shared ? null : Transport.best().eventLoops(1, "hive-redis");
        this.used = ownLoops == null ? loops : ownLoops;
        this.resources =
                ClientResources.builder()
                        .eventLoopGroupProvider(new Shared(used))
                        .eventExecutorGroup(used)
                        .timer(new LoopTimer(used))
                        .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
                        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                        .commandLatencyPublisherOptions(() -> Duration.ZERO)
                        .tracing(Tracing.disabled())
                        .nettyCustomizer(
                                new NettyCustomizer() {
                                    @Override
                                    public void afterChannelInitialized(Channel channel) {
                                        sockets.add(channel);
                                    }
                                })
                        .build();
        this.client = RedisClient.create(resources);
        client.setOptions(
                ClientOptions.builder()
                        .protocolVersion(ProtocolVersion.RESP2)
                        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                        // Whatever was not answered when the socket closed is lost, and stays so.
                        .autoReconnect(false)
                        .replayFilter(command -> true)
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .requestQueueSize(QUEUE)
                        // A server that loads answers PING with an error, and INFO well.
                        .pingBeforeActivateConnection(false)
                        .socketOptions(
                                SocketOptions.builder()
                                        .connectTimeout(longestWait)
                                        .tcpNoDelay(true)
                                        .keepAlive(false)
                                        .build())
                        // Who sends waits for as long as is right for the command.
                        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                        .build());
    }

    /** Connects to an address, or to a name, which is resolved now, on this thread. */
    CompletableFuture<RedisLink> connect(
            String host, int port, String username, String password, Duration limit)
            throws UnknownHostException {
        String address = InetAddress.getByName(host).getHostAddress();
        return connect(RedisURI.Builder.redis(address, port).build(), username, password, limit);
    }

    /** Connects to a socket in the file system. */
    CompletableFuture<RedisLink> connect(
            Path socket, String username, String password, Duration limit) {
        return connect(
                RedisURI.Builder.socket(socket.toString()).build(), username, password, limit);
    }

    /** Ends what is its own, within a second or two; the given event loops go on. */
    @Override
    public void close() {
        try {
            client.shutdownAsync(0, 1, TimeUnit.SECONDS).get(1, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the Redis client did not end: {}", RedisErrors.brief(e));
        }
        sockets.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        awaitDeregistered();
        var _ = resources.shutdown(0, 1, TimeUnit.SECONDS);
        if (ownLoops != null) {
            var _ = ownLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /**
     * A closed socket leaves its loop, and gives back its buffer, in the turns of the loop that
     * come after; whoever ends the loops next would come before them.
     */
    private void awaitDeregistered() {
        for (int turn = 0; turn < 2; turn++) {
            for (EventExecutor loop : used) {
                if (!loop.isShuttingDown()) {
                    loop.submit(() -> {}).awaitUninterruptibly(1, TimeUnit.SECONDS);
                }
            }
        }
    }

    private CompletableFuture<RedisLink> connect(
            RedisURI uri, String username, String password, Duration limit) {
        RedisCredentials login =
                RedisCredentials.just(username.isEmpty() ? null : username, password.toCharArray());
        if (!username.isEmpty() || !password.isEmpty()) {
            uri.setCredentialsProvider((ImmediateRedisCredentialsProvider) () -> login);
        }
        uri.setTimeout(limit);
        // No CLIENT SETINFO: older servers answer it with an error.
        uri.setLibraryName("");
        uri.setLibraryVersion("");
        return client.connectAsync(StringCodec.UTF8, uri)
                .toCompletableFuture()
                .thenApply(RedisLink::new);
    }

    /**
     * Lettuce takes epoll when it has both, and says so at each connection; with this it does not
     * try io_uring at all. Its own switch, which only the process as a whole has.
     */
    private static void leaveIoUringAlone() {
        String property = "io.lettuce.core.iouring";
        if (System.getProperty(property) == null) {
            System.setProperty(property, "false");
        }
    }

    private static boolean fits(EventLoopGroup loops) {
        if (!(loops instanceof IoEventLoopGroup group)) {
            return false;
        }
        Class<?> socket = Transports.socketChannelClass();
        return socket == EpollSocketChannel.class
                ? group.isIoType(EpollIoHandler.class)
                : socket == NioSocketChannel.class && group.isIoType(NioIoHandler.class);
    }

    /** Gives out the same event loops for everything, and leaves ending them to their owner. */
    private record Shared(EventLoopGroup loops) implements EventLoopGroupProvider {
        @Override
        public <T extends EventLoopGroup> T allocate(Class<T> type) {
            return type.cast(loops);
        }

        @Override
        public int threadPoolSize() {
            return 1;
        }

        @Override
        public Future<Boolean> release(
                EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
            return GlobalEventExecutor.INSTANCE.newSucceededFuture(true);
        }

        @Override
        public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
            return GlobalEventExecutor.INSTANCE.newSucceededFuture(true);
        }
    }
}

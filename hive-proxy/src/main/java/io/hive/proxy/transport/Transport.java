package io.hive.proxy.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A kind of sockets, with the channel classes that go with it. {@link #EPOLL} is the default where
 * it is to be had; io_uring only where asked for, since container runtimes commonly forbid it.
 */
public enum Transport {
    EPOLL(EpollSocketChannel.class, EpollServerSocketChannel.class, EpollDomainSocketChannel.class),
    IO_URING(IoUringSocketChannel.class, IoUringServerSocketChannel.class, null),
    NIO(NioSocketChannel.class, NioServerSocketChannel.class, null);

    private final Class<? extends SocketChannel> socket;
    private final Class<? extends ServerSocketChannel> serverSocket;
    private final @Nullable Class<? extends DomainSocketChannel> domainSocket;

    Transport(
            Class<? extends SocketChannel> socket,
            Class<? extends ServerSocketChannel> serverSocket,
            @Nullable Class<? extends DomainSocketChannel> domainSocket) {
        this.socket = socket;
        this.serverSocket = serverSocket;
        this.domainSocket = domainSocket;
    }

    /** Epoll where the machine has it, else NIO. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** Why this kind cannot be used here, or an empty text where it can. */
    public String unavailable() {
        Throwable cause =
                switch (this) {
                    case EPOLL -> Epoll.unavailabilityCause();
                    case IO_URING -> IoUring.unavailabilityCause();
                    case NIO -> null;
                };
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }

    /**
     * Starts event loops of this kind.
     *
     * @param threads how many, 1 or more
     * @param name what the threads are called
     */
    public MultiThreadIoEventLoopGroup eventLoops(int threads, String name) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), handlers());
    }

    /** The class of outgoing and accepted connections. */
    public Class<? extends SocketChannel> socketChannel() {
        return socket;
    }

    /** The class of connections over a unix socket; null where this kind has none. */
    public @Nullable Class<? extends DomainSocketChannel> domainSocketChannel() {
        return domainSocket;
    }

    /** The class of listening sockets. */
    public Class<? extends ServerSocketChannel> serverSocketChannel() {
        return serverSocket;
    }

    IoHandlerFactory handlers() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }
}

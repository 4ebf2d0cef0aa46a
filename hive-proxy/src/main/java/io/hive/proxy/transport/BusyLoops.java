package io.hive.proxy.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Event loops for clients' commands. With epoll they look for work a little longer before they
 * sleep, while they carry little: waking up takes as long as a command.
 */
public final class BusyLoops {
    private final MultiThreadIoEventLoopGroup group;

    /** Those that look longer. */
    private final Map<ThreadAwareExecutor, BriefSpin> spins = new ConcurrentHashMap<>();

    /**
     * Starts event loops.
     *
     * @param transport the kind of sockets
     * @param threads how many, 1 or more
     * @param name what the threads are called
     */
    public BusyLoops(Transport transport, int threads, String name) {
        // With one processor nobody else could do what is waited for.
        boolean spin =
                transport == Transport.EPOLL && Runtime.getRuntime().availableProcessors() > 1;
        IoHandlerFactory handlers = spin ? this::spinning : transport.handlers();
        group =
                new MultiThreadIoEventLoopGroup(
                        threads, new DefaultThreadFactory(name, true), handlers);
    }

    private IoHandler spinning(ThreadAwareExecutor executor) {
        BriefSpin spin = new BriefSpin();
        spins.put(executor, spin);
        return EpollIoHandler.newFactory(0, () -> spin).newHandler(executor);
    }

    /** The event loops. */
    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /** Whom an event loop of the group is to tell what it carries. */
    public Load load(EventLoop loop) {
        BriefSpin spin = spins.get(loop);
        return spin == null ? Load.UNHEARD : spin;
    }
}

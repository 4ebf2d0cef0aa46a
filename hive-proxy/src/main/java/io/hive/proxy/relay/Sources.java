package io.hive.proxy.relay;

import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts clients by the address they come from, if that is limited. Any event loop. */
final class Sources {
    private final int limit;
    private final ConcurrentMap<InetAddress, Integer> clients = new ConcurrentHashMap<>();

    /**
     * Nobody has come yet.
     *
     * @param limit clients from one address at once, 0 for any number
     */
    Sources(int limit) {
        this.limit = limit;
    }

    /** Takes a client in until it is closed, or says that there are too many from its address. */
    boolean enter(SocketChannel client) {
        if (limit == 0 || client.remoteAddress() == null) {
            return true;
        }
        InetAddress source = client.remoteAddress().getAddress();
        int now = clients.merge(source, 1, Integer::sum);
        if (now > limit) {
            leave(source);
            return false;
        }
        client.closeFuture().addListener(_ -> leave(source));
        return true;
    }

    private void leave(InetAddress source) {
        clients.computeIfPresent(source, (_, now) -> now == 1 ? null : now - 1);
    }
}

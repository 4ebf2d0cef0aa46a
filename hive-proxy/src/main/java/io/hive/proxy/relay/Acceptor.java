package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.util.Map;

/** Gives each accepted connection its session, or turns it away when there are too many. */
final class Acceptor extends ChannelInitializer<SocketChannel> {
    private final RelaySettings settings;
    private final RelayMetrics metrics;
    private final Map<EventLoop, LoopRelay> homes;
    private final Sources sources;

    Acceptor(RelaySettings settings, RelayMetrics metrics, Map<EventLoop, LoopRelay> homes) {
        this.settings = settings;
        this.metrics = metrics;
        this.homes = homes;
        sources = new Sources(settings.maxClientsPerSource());
    }

    @Override
    protected void initChannel(SocketChannel client) {
        if (metrics.admitted.incrementAndGet() > settings.maxClients()) {
            metrics.admitted.decrementAndGet();
            metrics.turnedAway.increment();
            turnAway(client, "HIVE_MAX_CLIENTS is " + settings.maxClients());
            return;
        }
        if (!sources.enter(client)) {
            metrics.admitted.decrementAndGet();
            metrics.turnedAway.increment();
            int limit = settings.maxClientsPerSource();
            turnAway(client, "HIVE_MAX_CLIENTS_PER_SOURCE is " + limit);
            return;
        }
        metrics.clients.incrementAndGet();
        client.closeFuture()
                .addListener(_ -> {
                    metrics.clients.decrementAndGet();
                    metrics.admitted.decrementAndGet();
                });
        metrics.accepted.increment();
        LoopRelay home = home(client);
        client.config().setRecvByteBufAllocator(home.reads());
        Session session = new Session(home, client);
        home.add(session);
        client.pipeline().addLast(new ClientHandler(session));
    }

    private void turnAway(SocketChannel client, String limit) {
        String line = "-OVERLOADED max number of clients reached (" + limit + ")\r\n";
        ByteBuf lastWords = ByteBufUtil.writeUtf8(client.alloc(), line);
        client.eventLoop().execute(() -> Farewell.to(client, lastWords));
    }

    private LoopRelay home(Channel client) {
        LoopRelay home = homes.get(client.eventLoop());
        if (home == null) {
            throw new IllegalStateException("a client on an event loop that is not the relay's");
        }
        return home;
    }
}

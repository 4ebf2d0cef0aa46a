package io.hive.proxy.relay;

import io.hive.proxy.route.Route;
import io.hive.proxy.route.RouteTable;
import io.hive.proxy.transport.Transport;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sessions of one event loop, and what they share. Entered by that event loop alone. */
final class LoopSessions {
    private final Set<Session> sessions = Collections.newSetFromMap(new IdentityHashMap<>());
    private final RelaySettings settings;
    private final RouteTable routes;
    private final RelayMetrics metrics;
    private final EventLoop loop;
    private final Connector connector;

    LoopSessions(
            RelaySettings settings,
            Transport transport,
            EventLoop loop,
            RouteTable routes,
            RelayMetrics metrics) {
        this.settings = settings;
        this.routes = routes;
        this.metrics = metrics;
        this.loop = loop;
        connector = new Connector(settings, transport, loop, metrics);
    }

    RelaySettings settings() {
        return settings;
    }

    RelayMetrics metrics() {
        return metrics;
    }

    EventLoop loop() {
        return loop;
    }

    Connector connector() {
        return connector;
    }

    /**
     * The route, if it may be used now. The clock is read first: a renewal is then never missed.
     */
    Route.@Nullable Open openRoute() {
        long now = System.nanoTime();
        return routes.current() instanceof Route.Open open && open.leased(now) ? open : null;
    }

    void add(Session session) {
        sessions.add(session);
    }

    void remove(Session session) {
        sessions.remove(session);
    }

    /** Does something with each session; sessions may come and go meanwhile. */
    void forEach(Consumer<Session> action) {
        List<Session> now = new ArrayList<>(sessions);
        now.forEach(action);
    }
}

package io.hive.proxy.route;

import io.hive.core.leader.Leadership;
import io.hive.core.redis.RedisEndpoint;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The one place that says where commands go. Written by the control thread alone; read by every
 * event loop, one volatile read a batch.
 */
public final class RouteTable implements RouteSource {
    private final List<Consumer<Route>> listeners = new CopyOnWriteArrayList<>();
    private volatile Route route = new Route.Closed("starting");

    @Override
    public Route current() {
        return route;
    }

    /** Opens the route, or moves it to another master. Control thread only. */
    public void open(Leadership leadership, RedisEndpoint master, long leaseNanos) {
        publish(new Route.Open(leadership, master, leaseNanos));
    }

    /**
     * Holds back what is new on the open route; nothing if none is open. Control thread only.
     *
     * @param quiet called when nothing is under way any more, on any thread
     */
    public void hold(Runnable quiet) {
        Route now = route;
        if (now instanceof Route.Open open) {
            publish(new Route.Held(open, quiet));
        } else if (now instanceof Route.Held held) {
            publish(new Route.Held(held.to(), quiet));
        }
    }

    /** Closes the route. Control thread only. */
    public void close(String reason) {
        publish(new Route.Closed(reason));
    }

    /**
     * Lengthens the lease of the open route, held or not; nothing if another is open. A renewal
     * that comes after the lease had ended is told like an opening, since there may be commands
     * waiting for it. Control thread only.
     */
    public void renew(Leadership leadership, long leaseNanos) {
        if (route instanceof Route.Open open && open.leadership().equals(leadership)) {
            Route.Open renewed = new Route.Open(leadership, open.master(), leaseNanos);
            route = renewed;
            // Read after the renewal is visible: whoever saw the old lease end is told.
            if (!open.leased(System.nanoTime())) {
                publish(renewed);
            }
        } else if (route instanceof Route.Held held && held.to().leadership().equals(leadership)) {
            Route.Open renewed = new Route.Open(leadership, held.to().master(), leaseNanos);
            route = new Route.Held(renewed, held.quiet());
        }
    }

    /** Calls back on the control thread. */
    @Override
    public Runnable listen(Consumer<Route> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void publish(Route next) {
        route = next;
        listeners.forEach(listener -> listener.accept(next));
    }
}

package io.hive.proxy.route;

import io.hive.proxy.metrics.Durations;
import io.hive.proxy.metrics.Histogram;
import io.hive.proxy.metrics.HoldEnd;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How long commands had nowhere to go, and how long they were held back for handovers. A listener
 * of the {@link RouteTable}; read by any thread. A lease that ran out unnoticed is not counted.
 */
public final class RouteTimes implements Consumer<Route> {
    private final LongSupplier nanos;
    private final Histogram interruptions = new Histogram();
    private final Map<HoldEnd, Histogram> holds = new EnumMap<>(HoldEnd.class);
    private Route last = new Route.Closed("starting");
    private long sinceNanos;
    private long closedNanos;
    private boolean opened;

    /**
     * From now on.
     *
     * @param nanos the clock, such as {@link System#nanoTime()}
     */
    public RouteTimes(LongSupplier nanos) {
        this.nanos = nanos;
        sinceNanos = nanos.getAsLong();
        for (HoldEnd end : HoldEnd.values()) {
            holds.put(end, new Histogram());
        }
    }

    @Override
    public synchronized void accept(Route next) {
        long now = nanos.getAsLong();
        switch (last) {
            case Route.Closed _ when next instanceof Route.Closed -> {
                return;
            }
            case Route.Closed _ -> {
                closedNanos += now - sinceNanos;
                if (opened) {
                    interruptions.record(now - sinceNanos, 1);
                }
            }
            case Route.Held _ when next instanceof Route.Held -> {
                return;
            }
            case Route.Held held -> hold(held, next).record(now - sinceNanos, 1);
            case Route.Open _ -> {}
        }
        opened |= next instanceof Route.Open;
        last = next;
        sinceNanos = now;
    }

    private Histogram hold(Route.Held held, Route next) {
        HoldEnd end =
                next instanceof Route.Open(var leadership, _, _)
                        ? leadership.equals(held.to().leadership()) ? HoldEnd.UNDONE : HoldEnd.DONE
                        : HoldEnd.LOST;
        return of(end);
    }

    private Histogram of(HoldEnd end) {
        Histogram histogram = holds.get(end);
        if (histogram == null) {
            throw new IllegalStateException("there is one for each end");
        }
        return histogram;
    }

    /** Seconds in which there was no master, up to now. */
    public synchronized double noMasterSeconds() {
        boolean closed = last instanceof Route.Closed;
        return (closedNanos + (closed ? nanos.getAsLong() - sinceNanos : 0)) / 1e9;
    }

    /** The times without a master that are over, but for the first. */
    public Durations interruptions() {
        return interruptions.read();
    }

    /** How long commands were held back. */
    public Durations holds(HoldEnd end) {
        return of(end).read();
    }
}

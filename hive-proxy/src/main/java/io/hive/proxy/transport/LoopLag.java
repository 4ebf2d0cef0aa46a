package io.hive.proxy.transport;

import io.hive.proxy.metrics.Durations;
import io.hive.proxy.metrics.Histogram;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How late event loops do what is due: what a client's command waits for behind others. Looks as
 * long as a loop lives. Any thread.
 */
public final class LoopLag {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Map<String, Histogram> histograms = new ConcurrentHashMap<>();

    /** Looks at nothing yet. */
    public LoopLag() {}

    /** Looks at each of these from now on. */
    public void watch(String name, Iterable<EventExecutor> loops) {
        int number = 0;
        for (EventExecutor loop : loops) {
            Histogram histogram = new Histogram();
            histograms.put(name + "-" + number++, histogram);
            look(loop, histogram);
        }
    }

    private static void look(EventExecutor loop, Histogram histogram) {
        if (loop.isShuttingDown()) {
            return;
        }
        long due = System.nanoTime() + EVERY_NANOS;
        var _ =
                loop.schedule(
                        () -> {
                            histogram.record(System.nanoTime() - due, 1);
                            look(loop, histogram);
                        },
                        EVERY_NANOS,
                        TimeUnit.NANOSECONDS);
    }

    /** What was seen, by the name and number of a loop. */
    public Map<String, Durations> read() {
        Map<String, Durations> all = new TreeMap<>();
        histograms.forEach((name, histogram) -> all.put(name, histogram.read()));
        return all;
    }
}

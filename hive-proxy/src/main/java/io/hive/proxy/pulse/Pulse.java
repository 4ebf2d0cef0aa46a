package io.hive.proxy.pulse;

import io.hive.core.message.PeerMessage.Vitals;
import io.hive.core.node.NodeId;
import io.hive.proxy.admin.Graph;
import io.hive.proxy.metrics.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes this node's pulse once a second, tells it to the others, and keeps what all of them say.
 */
public final class Pulse implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Pulse.class);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** What was said longer ago is not shown as if it were so now. */
    private static final long STALE = 3 * SECOND;

    private final Source source;
    private final Consumer<Vitals> others;
    private final int adminPort;
    private final Recent recent = new Recent();
    private final Map<NodeId, Heard> heard = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;
    private long commandsBefore;
    private Durations latenciesBefore = Durations.NONE;
    private long takenNanos;
    private long tick;

    private record Heard(Vitals vitals, long nanos) {}

    /** Where the numbers come from; called on the pulse's thread. */
    public interface Source {
        /** This node. */
        NodeId self();

        /** Clients that are connected. */
        int clients();

        /** Sessions that wait for a master. */
        int parked();

        /** Commands that clients have sent; only grows. */
        long commands();

        /** How long all of them took. */
        Durations latencies();

        /** Every node, itself too, with how far its Redis is behind the master, or null. */
        Map<NodeId, @Nullable Long> lags();
    }

    /**
     * One that has not started.
     *
     * @param others is handed what is told to them; must not block
     * @param adminPort this node's HTTP port, 0 where it has none
     */
    public Pulse(Source source, Consumer<Vitals> others, int adminPort) {
        this.source = source;
        this.others = others;
        this.adminPort = adminPort;
        thread = Thread.ofVirtual().name("hive-pulse").unstarted(this::run);
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    /** What another node said of itself. */
    public void heard(NodeId from, Vitals vitals) {
        heard.put(from, new Heard(vitals, System.nanoTime()));
    }

    /** What a node said last; null if that is long ago. */
    public @Nullable Vitals of(NodeId node) {
        Heard last = heard.get(node);
        return last == null || System.nanoTime() - last.nanos() > STALE ? null : last.vitals();
    }

    /** The last minutes. */
    public Graph graph() {
        return recent.graph();
    }

    private void run() {
        takenNanos = System.nanoTime();
        commandsBefore = source.commands();
        latenciesBefore = source.latencies();
        long due = takenNanos;
        while (!closed) {
            due += SECOND;
            long wait = due - System.nanoTime();
            if (wait < -SECOND) {
                // This process stood still: those seconds are lost, not to be made up for.
                due = System.nanoTime();
            }
            LockSupport.parkNanos(wait);
            if (!closed && due - System.nanoTime() <= 0) {
                beat();
            } else {
                due -= SECOND;
            }
        }
    }

    private void beat() {
        try {
            take();
        } catch (RuntimeException e) {
            log.warn("a second is missing in the graphs", e);
        }
    }

    private void take() {
        long now = System.nanoTime();
        long passed = Math.max(1, now - takenNanos);
        long commands = source.commands();
        Durations latencies = source.latencies();
        Durations second = latencies.since(latenciesBefore);
        Vitals own =
                new Vitals(
                        source.clients(),
                        source.parked(),
                        (int) Math.min(Integer.MAX_VALUE, rate(commands - commandsBefore, passed)),
                        (int) second.quantileMicros(0.5),
                        (int) second.quantileMicros(0.99),
                        adminPort);
        commandsBefore = commands;
        latenciesBefore = latencies;
        tick += Math.max(1, Math.round((double) passed / SECOND));
        takenNanos = now;
        heard(source.self(), own);
        others.accept(own);
        note();
    }

    private static long rate(long commands, long nanos) {
        return Math.round(commands * (double) SECOND / nanos);
    }

    private void note() {
        Map<NodeId, @Nullable Long> lags = source.lags();
        List<Recent.Second> seconds = new ArrayList<>(lags.size());
        lags.forEach((node, lag) -> seconds.add(new Recent.Second(node, of(node), lag)));
        recent.add(tick, System.currentTimeMillis(), seconds);
        Set<NodeId> known = lags.keySet();
        heard.keySet().removeIf(node -> !known.contains(node));
    }

    /** Ends it. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}

package io.hive.proxy.relay;

import io.hive.proxy.metrics.CommandClass;
import io.hive.proxy.metrics.Durations;
import io.hive.proxy.metrics.Histogram;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one event loop sends to the master, by its kind, and how long the answers take, lane by
 * lane. That event loop writes, without a lock or an allocation; any thread reads.
 */
@SuppressWarnings("EnumOrdinal") // an index within this process, on the hot path
final class LoopMeter {
    /** Connections of one's own: what waits for something to happen is left out. */
    static final String OWN = "own";

    /** Databases that have a histogram to themselves; each takes 2 KB. */
    private static final int LANES = 16;

    private static final String OTHERS = "other";
    private static final Tag[] TAGS = Tag.values();

    private final AtomicLongArray sent = new AtomicLongArray(TAGS.length);
    private final Map<String, Histogram> latencies = new ConcurrentHashMap<>();

    /** The histogram of the shared connections of a database, or of those that are not shared. */
    Histogram latency(boolean shared, int database) {
        String lane = shared ? "db" + database : OWN;
        Histogram known = latencies.get(lane);
        if (known != null) {
            return known;
        }
        String name = latencies.size() < LANES ? lane : OTHERS;
        return latencies.computeIfAbsent(name, _ -> new Histogram());
    }

    void sent(Tag tag, int count) {
        int at = tag.ordinal();
        sent.setOpaque(at, sent.getPlain(at) + count);
    }

    /** How many commands of a kind were sent. */
    long sent(CommandClass kind) {
        long all = 0;
        for (Tag tag : TAGS) {
            all += of(tag) == kind ? sent.getOpaque(tag.ordinal()) : 0;
        }
        return all;
    }

    /** Adds what was measured, by lane. */
    void addTo(Map<String, Durations> all) {
        latencies.forEach((lane, histogram) -> all.merge(lane, histogram.read(), Durations::plus));
    }

    private static CommandClass of(Tag tag) {
        return switch (tag) {
            case READ -> CommandClass.READ;
            case WRITE -> CommandClass.WRITE;
            case OPAQUE, OPAQUE_READ -> CommandClass.SCRIPT;
            case SCAN -> CommandClass.SCAN;
            case BLOCKING_READ, BLOCKING_WRITE -> CommandClass.BLOCKING;
            case MULTI, QUEUED, EXEC, NO_EXEC, DISCARD, WATCH, UNWATCH -> CommandClass.TRANSACTION;
            case SUBSCRIPTION -> CommandClass.SUBSCRIPTION;
            case HANDSHAKE, TRACKING -> CommandClass.CONNECTION;
            case LARGE -> CommandClass.LARGE;
            case UNKNOWN -> CommandClass.UNKNOWN;
            case SILENT, RESTORE -> CommandClass.HIVE;
        };
    }
}

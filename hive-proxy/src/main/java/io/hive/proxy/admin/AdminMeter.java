package io.hive.proxy.admin;

import io.hive.proxy.metrics.AdminCounts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the HTTP port does. Any thread. */
public final class AdminMeter implements AdminCounts {
    private final AtomicInteger streams = new AtomicInteger();
    private final Map<Reason, LongAdder> rejected = new ConcurrentHashMap<>();

    /** Nothing yet. */
    public AdminMeter() {}

    void reject(Reason reason) {
        rejected.computeIfAbsent(reason, _ -> new LongAdder()).increment();
    }

    /** Takes the place of one more stream, if there is one. */
    boolean streamBegins(int most) {
        if (streams.incrementAndGet() > most) {
            streams.decrementAndGet();
            return false;
        }
        return true;
    }

    void streamEnds() {
        streams.decrementAndGet();
    }

    @Override
    public int streams() {
        return streams.get();
    }

    @Override
    public long rejected(Reason reason) {
        LongAdder counted = rejected.get(reason);
        return counted == null ? 0 : counted.sum();
    }
}

package io.hive.proxy.metrics;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often something took how long, from a microsecond to a minute, in buckets that are an eighth
 * of a power of two wide: no length is off by more than 12.5 %. To record costs no allocation and
 * no lock.
 *
 * <p>One thread at a time records; any thread reads, and sees what was recorded a moment ago.
 */
public final class Histogram {
    private static final int SUB_BITS = 3;
    private static final int SUBS = 1 << SUB_BITS;

    /** 2^26 microseconds are 67 s; what is longer is counted there. */
    private static final int LAST_POWER = 26;

    private static final long LONGEST = (1L << (LAST_POWER + 1)) - 1;
    static final int BUCKETS = (LAST_POWER - SUB_BITS + 2) * SUBS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final AtomicLong sumMicros = new AtomicLong();

    /** Nothing yet. */
    public Histogram() {}

    /**
     * Counts so many of one length.
     *
     * @param nanos how long; less than nothing counts as nothing
     */
    public void record(long nanos, int times) {
        long micros = nanos <= 0 ? 0 : nanos / 1000;
        int bucket = bucket(micros);
        // One thread writes: no need for an atomic increment, but readers must come to see it.
        counts.setOpaque(bucket, counts.getPlain(bucket) + times);
        sumMicros.setOpaque(sumMicros.getPlain() + micros * times);
    }

    /** What was recorded until now. */
    public Durations read() {
        long[] all = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            all[i] = counts.getOpaque(i);
        }
        return new Durations(all, sumMicros.getOpaque());
    }

    static int bucket(long micros) {
        if (micros < SUBS) {
            return (int) micros;
        }
        long within = Math.min(micros, LONGEST);
        int power = 63 - Long.numberOfLeadingZeros(within);
        int sub = (int) (within >>> (power - SUB_BITS)) & (SUBS - 1);
        return (power - SUB_BITS + 1) * SUBS + sub;
    }

    /** The first length, in microseconds, that is too long for this bucket. */
    static long end(int bucket) {
        if (bucket < SUBS) {
            return bucket + 1L;
        }
        int power = bucket / SUBS + SUB_BITS - 1;
        long width = 1L << (power - SUB_BITS);
        return (1L << power) + (bucket % SUBS + 1) * width;
    }
}

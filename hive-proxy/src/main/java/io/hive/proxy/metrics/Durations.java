package io.hive.proxy.metrics;

/**
 * What a {@link Histogram} held at one moment; may be added to others and compared with earlier
 * ones. Not changed by anyone.
 */
public final class Durations {
    /** Of nothing. */
    public static final Durations NONE = new Durations(new long[Histogram.BUCKETS], 0);

    /** The bounds that Prometheus is told: powers of two of a microsecond, 16 us to 67 s. */
    private static final int FIRST_BOUND = 4;

    private static final int LAST_BOUND = 26;

    private final long[] counts;
    private final long sumMicros;

    Durations(long[] counts, long sumMicros) {
        this.counts = counts;
        this.sumMicros = sumMicros;
    }

    /** Both together. */
    public Durations plus(Durations other) {
        return combined(other, 1);
    }

    /** What was recorded since then. */
    public Durations since(Durations earlier) {
        return combined(earlier, -1);
    }

    private Durations combined(Durations other, int sign) {
        long[] all = new long[counts.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = counts[i] + sign * other.counts[i];
        }
        return new Durations(all, sumMicros + sign * other.sumMicros);
    }

    /** How many. */
    public long count() {
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        return all;
    }

    /** How long all of them took together. */
    public double sumSeconds() {
        return sumMicros / 1e6;
    }

    /**
     * The length that so many did not exceed, in microseconds; 0 where there are none.
     *
     * @param share 0 to 1
     */
    public long quantileMicros(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * count()));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Histogram.end(i) - 1;
            }
        }
        return 0;
    }

    /** The upper bounds in seconds, the last of them infinite. */
    static double[] bounds() {
        double[] bounds = new double[LAST_BOUND - FIRST_BOUND + 2];
        for (int i = 0; i < bounds.length - 1; i++) {
            bounds[i] = (1L << (FIRST_BOUND + i)) / 1e6;
        }
        bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    /** How many lie between each of these bounds and the one before it. */
    long[] between() {
        long[] between = new long[LAST_BOUND - FIRST_BOUND + 2];
        for (int i = 0; i < counts.length; i++) {
            long last = Histogram.end(i) - 1;
            int power = last < 1L << FIRST_BOUND ? 0 : 64 - Long.numberOfLeadingZeros(last);
            int at = power == 0 ? 0 : power - FIRST_BOUND;
            between[Math.min(at, between.length - 1)] += counts[i];
        }
        return between;
    }
}

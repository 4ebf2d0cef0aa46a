package io.hive.proxy.redis;

import io.hive.core.lineage.ReplicationId;
import org.jspecify.annotations.Nullable;

/**
 * How large the replication backlog must be, so that a replica that was away for a minute can go on
 * where it was: the bytes of the busiest stretch so far, for 60 s, within bounds. Redis's own 1 MB
 * is milliseconds at high rates. Never lowered, since the next burst is as large as the last.
 *
 * <p>Any thread.
 */
final class BacklogSizing {
    /** What a quiet server gets: 16 MB. */
    static final long LEAST = 16L << 20;

    /** What no server's memory is asked to exceed: 256 MB. */
    static final long MOST = 256L << 20;

    /** Traffic of how many seconds it is to hold. */
    static final long SECONDS = 60;

    /** Rates are taken over at least this, so that one large value is no burst. */
    static final long STRETCH_NANOS = 5_000_000_000L;

    private static final long UNIT = 1L << 20;

    private @Nullable ReplicationId lineage;
    private long fromOffset;
    private long fromNanos;
    private double peak;

    /**
     * Takes note of an offset.
     *
     * @param nanos when, on a monotonic clock
     */
    synchronized void saw(long nanos, ReplicationId id, long offset) {
        if (!id.equals(lineage) || offset < fromOffset) {
            lineage = id;
            fromOffset = offset;
            fromNanos = nanos;
            return;
        }
        long elapsed = nanos - fromNanos;
        if (elapsed >= STRETCH_NANOS) {
            peak = Math.max(peak, (offset - fromOffset) * 1e9 / elapsed);
            fromOffset = offset;
            fromNanos = nanos;
        }
    }

    /**
     * The size to have, in bytes, in whole megabytes; what there is, if that is enough.
     *
     * @param current the size now, in bytes
     */
    synchronized long target(long current) {
        double wanted = Math.min(MOST, Math.max(LEAST, peak * SECONDS));
        long rounded = (long) Math.ceil(wanted / UNIT) * UNIT;
        return Math.max(current, rounded);
    }
}

package io.hive.election;

import io.hive.core.lineage.Position;
import org.jspecify.annotations.Nullable;

/**
 * For how long the local replica has not applied what its leader was heard to have.
 *
 * <p>A link stays "up" for a minute after a silent partition, and a replica may be stuck behind it:
 * once in sync is not for ever (rule 3; pains, 24).
 */
final class Lag {
    /** As long as a replica may lag and still serve reads ({@code HIVE_MAX_READ_LAG}). */
    static final long LIMIT_NANOS = 10_000_000_000L;

    /** The oldest position that was told and is not applied yet. */
    private @Nullable Position missing;

    private long sinceNanos;

    /** Another leader, or none. */
    void reset() {
        missing = null;
    }

    /** The leader was heard to be here. */
    void told(Position position, long now) {
        Position known = missing;
        if (known == null || !known.id().equals(position.id())) {
            missing = position;
            sinceNanos = now;
        }
    }

    /** The local replica has come this far. */
    void applied(Position position) {
        Position known = missing;
        if (known != null
                && known.id().equals(position.id())
                && known.offset() <= position.offset()) {
            missing = null;
        }
    }

    /** Whether something has been missing for longer than a replica in sync may take. */
    boolean lapsed(long now) {
        return missing != null && now - sinceNanos > LIMIT_NANOS;
    }
}

package io.hive.proxy.peer;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs why connections are given up, each reason once in a while: a peer that dials every second
 * for a week says nothing new in its second line. Event loop only.
 */
final class QuietLog {
    private static final Logger LOG = LoggerFactory.getLogger(PeerMesh.class);
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private final Map<Rejection, Last> last = new EnumMap<>(Rejection.class);

    private record Last(long nanos, long silenced) {}

    void rejected(Rejection reason, String detail) {
        switch (reason) {
            // These happen in a healthy hive.
            case DUPLICATE, SELF -> LOG.debug("peer connection given up: {}", detail);
            case OTHER_CLUSTER,
                    WRONG_SECRET,
                    UNNAMED_SOURCE,
                    OTHER_VERSION,
                    SAME_IDENTITY,
                    GARBAGE,
                    OVERSIZED,
                    TAMPERED,
                    TOO_SLOW,
                    HUNG_UP,
                    TOO_MANY ->
                    onceInAWhile(reason, detail);
        }
    }

    private void onceInAWhile(Rejection reason, String detail) {
        long now = System.nanoTime();
        Last before = last.get(reason);
        if (before != null && now - before.nanos < QUIET_NANOS) {
            last.put(reason, new Last(before.nanos, before.silenced + 1));
            return;
        }
        last.put(reason, new Last(now, 0));
        LOG.info(
                "gave up a peer connection ({}): {}; {} more of these since the last such line",
                reason,
                detail,
                before == null ? 0 : before.silenced);
    }
}

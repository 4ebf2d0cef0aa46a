package io.hive.proxy.reads;

import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who serves reads now, to be shown.
 *
 * @param by what serves
 * @param redis where it is, or null where nobody serves
 * @param node whose it is, or null where nobody serves
 * @param lag for how long it is not known to have had all that the master had; null where nobody
 *     serves; zero for the master
 * @param reason why it is this one, one line
 * @param moves how often another one was chosen
 */
public record Serving(
        By by,
        @Nullable RedisEndpoint redis,
        @Nullable NodeId node,
        @Nullable Duration lag,
        String reason,
        long moves) {
    /** What serves reads. The codes are in a metric. */
    public enum By {
        NOBODY(0),
        LOCAL(1),
        REPLICA(2),
        MASTER(3);

        private final int code;

        By(int code) {
            this.code = code;
        }

        /** The stable number of this value. */
        public int code() {
            return code;
        }
    }
}

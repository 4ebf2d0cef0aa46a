package io.hive.election;

import io.hive.core.node.Member;
import io.hive.core.redis.RedisEndpoint;
import java.util.List;

/** Stub while the election is being written. */
public final class Election {
    /**
     * @param sinceMillis wall-clock milliseconds since 1970
     * @param nowNanos the clock of the steps
     */
    public Election(
            ElectionSettings settings,
            Member self,
            RedisEndpoint redis,
            long sinceMillis,
            Passwords passwords,
            long nowNanos) {}

    /** Takes one input. */
    @SuppressWarnings("DoNotCallSuggester")
    public Step step(Input input, long nowNanos) {
        throw new UnsupportedOperationException(input + " " + nowNanos + List.of());
    }
}

package io.hive.election;

import io.hive.core.lineage.Position;
import io.hive.core.redis.RedisReport;

/** How an operation on a Redis ended, confirmed by asking it. */
public sealed interface Outcome {
    /**
     * The local Redis is in the role that was asked for.
     *
     * @param report taken after the change
     */
    record Confirmed(RedisReport report) implements Outcome {}

    /**
     * Another pod's Redis has been taken off duty: it takes no more writes.
     *
     * @param position its final position
     */
    record OffDuty(Position position) implements Outcome {}

    /**
     * The local Redis's dataset has been set aside; it is nobody's master and nobody's replica.
     *
     * @param report taken after it
     * @param file the name of the snapshot
     * @param size its bytes
     */
    record Salvaged(RedisReport report, String file, long size) implements Outcome {}

    /**
     * Another pod's Redis was not touched: it is not the one that was meant, and will not be.
     *
     * @param reason one line: what was expected, what came
     */
    record LeftAlone(String reason) implements Outcome {}

    /**
     * It was not done, or could not be confirmed.
     *
     * @param reason one line: what was expected, what came
     */
    record Failed(String reason) implements Outcome {}
}

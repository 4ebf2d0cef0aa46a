package io.hive.core.message;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.node.Member;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node brings to an election. Live in a heartbeat, frozen in an answer: a frozen one stays
 * true for as long as its epoch lasts, since the node's Redis follows nobody (rule 7).
 *
 * @param member whose
 * @param redis where its Redis is reached
 * @param eligibility whether it could lead
 * @param holding what its dataset is worth
 * @param keys keys in all databases
 * @param priority {@code replica-priority}, 0 to never lead
 * @param version its Redis's version
 * @param sinceMillis when this sidecar began to stand for election, wall-clock milliseconds since
 *     1970: data for the tie-break, and for nothing else
 * @param hearers how many members hear it, itself included
 * @param served the last leadership it led or followed in sync, or null
 * @param record what was written in the history that it holds, as far as it was told (rule 22)
 * @param lineages the lineages it remembers, oldest first, at most {@link #MAX_LINEAGES}
 */
public record Standing(
        Member member,
        RedisEndpoint redis,
        Eligibility eligibility,
        Holding holding,
        long keys,
        int priority,
        RedisVersion version,
        long sinceMillis,
        int hearers,
        @Nullable Leadership served,
        WriteRecord record,
        List<LineageMark> lineages) {
    /** How many lineages travel: more than anyone could have missed between two elections. */
    public static final int MAX_LINEAGES = 16;

    public Standing {
        lineages = List.copyOf(lineages);
        if (lineages.size() > MAX_LINEAGES) {
            throw new IllegalArgumentException(
                    "at most " + MAX_LINEAGES + " lineages, got " + lineages.size());
        }
    }
}

package io.hive.core.lineage;

import org.jspecify.annotations.Nullable;

/**
 * The start of a lineage: under which epoch it was served, and where it left its parent (rule 5).
 *
 * @param epoch the epoch of the leadership that started it; 0 where that is not known
 * @param id the lineage
 * @param parent the lineage it continues, or null where it continues none that is known
 * @param firstOffset the first offset that belongs to this lineage alone ({@code
 *     second_repl_offset} of the promoted server): a dataset on the parent is contained in this
 *     lineage as long as its offset is below
 */
public record LineageMark(
        long epoch, ReplicationId id, @Nullable ReplicationId parent, long firstOffset) {
    public LineageMark {
        if (epoch < 0 || firstOffset < 0) {
            throw new IllegalArgumentException(
                    "epoch and offset are 0 or more, got " + epoch + " and " + firstOffset);
        }
    }
}

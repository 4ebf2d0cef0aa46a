package io.hive.core.lineage;

/**
 * How far a dataset has come on a lineage. Offsets of different lineages say nothing about each
 * other.
 *
 * @param id the lineage
 * @param offset bytes of the replication stream that have been applied, 0 or more
 */
public record Position(ReplicationId id, long offset) {
    public Position {
        if (offset < 0) {
            throw new IllegalArgumentException("an offset is 0 or more, got " + offset);
        }
    }

    @Override
    public String toString() {
        return id.brief() + "@" + offset;
    }
}

package io.hive.core.lineage;

/**
 * How many writes a history had at one of its offsets.
 *
 * @param offset in bytes of the replication stream, which goes on over changes of the leader
 * @param writes counted up to there, from some beginning of the record that this is part of: alone
 *     it says nothing, two of one record say how many writes lie between them
 */
public record Tally(long offset, long writes) {}

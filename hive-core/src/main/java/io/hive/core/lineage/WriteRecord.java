package io.hive.core.lineage;

import java.util.ArrayList;
import java.util.List;

/**
 * What was written in a history, as its leaders counted it, and how much of that enough replicas
 * have (rules 19 and 22).
 *
 * <p>It belongs to the history and not to a node: its offsets go on when another node leads, and
 * whoever replicates it can carry its record. So what one side of a merge has beyond the fork can
 * be told whoever is left of that side, and whoever the other side is.
 *
 * <p>Few points stand for many: between two of them writes are taken to be spread evenly.
 *
 * @param acknowledged the offset after the last write that as many replicas as were promised are
 *     known to have; 0 where there is none
 * @param tallies in the order of offsets, none twice, with writes that never go down; at most
 *     {@link #MAX_TALLIES}
 */
public record WriteRecord(long acknowledged, List<Tally> tallies) {
    /** How many points travel. */
    public static final int MAX_TALLIES = 12;

    /** Nothing was counted, or nobody who counted is left. */
    public static final WriteRecord NONE = new WriteRecord(0, List.of());

    public WriteRecord {
        tallies = List.copyOf(tallies);
        if (tallies.size() > MAX_TALLIES) {
            throw new IllegalArgumentException(
                    "at most " + MAX_TALLIES + " tallies, got " + tallies.size());
        }
    }

    /** Whether nobody has counted anything. */
    public boolean isEmpty() {
        return tallies.isEmpty();
    }

    /** The last offset that it says something about; -1 where it says nothing. */
    public long end() {
        return tallies.isEmpty() ? -1 : tallies.getLast().offset();
    }

    /** Writes after {@code fork}, up to {@code end}; 0 where nobody has counted there. */
    public long between(long fork, long end) {
        return Math.max(0, writesAt(end) - writesAt(fork));
    }

    /**
     * Acknowledged writes after {@code fork}, up to {@code end}: one at least where the last
     * acknowledged one lies there, however the points are spread.
     */
    public long acknowledgedBetween(long fork, long end) {
        long last = Math.min(acknowledged, end);
        return last <= Math.max(0, fork) ? 0 : Math.max(1, between(fork, last));
    }

    /** The same as far as an offset: the rest of it is not part of some other history. */
    public WriteRecord upTo(long limit) {
        if (end() <= limit) {
            return this;
        }
        List<Tally> kept = new ArrayList<>();
        for (Tally tally : tallies) {
            if (tally.offset() <= limit) {
                kept.add(tally);
            }
        }
        if (kept.isEmpty()) {
            return NONE;
        }
        if (kept.getLast().offset() < limit) {
            kept.add(new Tally(limit, writesAt(limit)));
        }
        return new WriteRecord(Math.min(acknowledged, limit), kept);
    }

    private long writesAt(long offset) {
        Tally before = null;
        for (Tally tally : tallies) {
            if (tally.offset() >= offset) {
                return before == null ? tally.writes() : evenly(before, tally, offset);
            }
            before = tally;
        }
        return before == null ? 0 : before.writes();
    }

    private static long evenly(Tally from, Tally to, long offset) {
        double share = (double) (offset - from.offset()) / (to.offset() - from.offset());
        return from.writes() + (long) (share * (to.writes() - from.writes()));
    }
}

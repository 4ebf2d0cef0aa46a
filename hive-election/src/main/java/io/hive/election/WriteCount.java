package io.hive.election;

import io.hive.core.lineage.Tally;
import io.hive.core.lineage.WriteRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was written in the history that the local Redis holds, and how much of it K replicas have
 * (rules 19 and 22): counted here while this node leads, and else as the others tell it.
 *
 * <p>Writes are counted by Redis's own counter of changes, since pings move offsets, too; but each
 * count is noted with the offset at which it was seen. That makes the counts of two leaders
 * comparable: what matters of each is what lies beyond the fork of their histories.
 */
final class WriteCount {
    /** Replicas are a second behind at most, and there are ten observations in that. */
    private static final int SAMPLES = 256;

    private boolean counting;
    private long total;
    private long lastSeen;
    private long acknowledged;

    /** As it is told, until it changes: each step tells it. */
    private @Nullable WriteRecord record;

    /** Points of the record, the promotion's and the newest among them. */
    private final List<Tally> tallies = new ArrayList<>();

    /** Offsets after each write, as far as they are not known to be acknowledged; oldest first. */
    private final ArrayDeque<Long> written = new ArrayDeque<>();

    /**
     * Begins to count at a promotion.
     *
     * @param before what is known of the history that is gone on with
     * @param offset at which it was left
     */
    void lead(WriteRecord before, long offset, long changesSinceSave) {
        knows(before);
        note(offset);
        counting = true;
        lastSeen = changesSinceSave;
    }

    /** Somebody has counted further in the history that the local Redis holds. */
    void knows(WriteRecord known) {
        tallies.clear();
        tallies.addAll(known.tallies());
        acknowledged = known.acknowledged();
        record = known;
        total = tallies.isEmpty() ? 0 : tallies.getLast().writes();
        written.clear();
    }

    /** The local Redis holds another history, or another process does. */
    void forget() {
        counting = false;
        knows(WriteRecord.NONE);
    }

    /** Whatever is written from now on is another's. */
    void stop() {
        counting = false;
    }

    /** Whether it counts: since a promotion, and until something makes the writes another's. */
    boolean counts() {
        return counting;
    }

    /**
     * Takes {@code rdb_changes_since_last_save}, which goes back to 0 at each save, and the offset
     * that the own stream has come to with it.
     */
    void observe(long changesSinceSave, long offset) {
        if (counting) {
            long writes =
                    changesSinceSave >= lastSeen ? changesSinceSave - lastSeen : changesSinceSave;
            if (writes > 0) {
                written.add(offset);
                if (written.size() > SAMPLES) {
                    written.removeFirst();
                }
            }
            total += writes;
            note(offset);
        }
        lastSeen = changesSinceSave;
    }

    /** As many replicas as were promised have applied the own stream up to here (rule 19). */
    void acknowledgedUpTo(long offset) {
        while (!written.isEmpty() && written.peekFirst() <= offset) {
            acknowledged = written.removeFirst();
            record = null;
        }
    }

    WriteRecord record() {
        WriteRecord known = record;
        if (known == null) {
            known = new WriteRecord(acknowledged, tallies);
            record = known;
        }
        return known;
    }

    private void note(long offset) {
        if (!tallies.isEmpty() && tallies.getLast().offset() >= offset) {
            // an offset that counts nothing, or was told already: the first count stands
            if (tallies.getLast().offset() == offset && tallies.getLast().writes() < total) {
                tallies.set(tallies.size() - 1, new Tally(offset, total));
                record = null;
            }
            return;
        }
        record = null;
        if (rests()) {
            tallies.removeLast();
        }
        tallies.add(new Tally(offset, total));
        if (tallies.size() > WriteRecord.MAX_TALLIES) {
            tallies.remove(leastMissed());
        }
    }

    /** Pings alone have moved the offset since the point before the last: its end is enough. */
    private boolean rests() {
        int size = tallies.size();
        return size > 1
                && tallies.get(size - 1).writes() == total
                && tallies.get(size - 2).writes() == total;
    }

    /**
     * The point without which the least is missed of what lies beyond it: where the rate has not
     * changed there, or it was long ago. Neither of the ends.
     */
    private int leastMissed() {
        int least = 1;
        double missed = Double.MAX_VALUE;
        for (int i = 1; i < tallies.size() - 1; i++) {
            Tally from = tallies.get(i - 1);
            Tally at = tallies.get(i);
            Tally to = tallies.get(i + 1);
            double share = (double) (at.offset() - from.offset()) / (to.offset() - from.offset());
            double evenly = from.writes() + share * (to.writes() - from.writes());
            double off = Math.abs(evenly - at.writes()) / (1 + total - at.writes());
            if (off < missed) {
                missed = off;
                least = i;
            }
        }
        return least;
    }
}

package io.hive.election;

import io.hive.core.node.NodeId;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many writes a leader made that a lost member cannot have (rule 22).
 *
 * <p>Counted from Redis's own counter of changes, never from offsets: pings outweigh writes there.
 * Who was lost has everything up to then, and who was never served since the promotion has nothing
 * of it: what a node on the other side of a partition misses depends on who it is.
 */
final class WriteCount {
    /** Replicas are a second behind at most, and there are ten observations in that. */
    private static final int SAMPLES = 256;

    private final SortedMap<NodeId, Long> countAtLoss = new TreeMap<>();
    private boolean counting;
    private long total;
    private long lastSeen;

    /** Offsets of the own stream with what had been counted there, oldest first. */
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();

    private long acknowledged;

    private record Sample(long offset, long total) {}

    /** Begins anew at a promotion. */
    void reset(long changesSinceSave) {
        countAtLoss.clear();
        counting = true;
        total = 0;
        lastSeen = changesSinceSave;
        samples.clear();
        acknowledged = 0;
    }

    /**
     * The history goes on that another leader has counted so far: what its loser lacks of it is
     * that and what is written from now on.
     */
    void inherit(long counted, long acknowledgedOfThem) {
        total = Math.max(total, counted);
        acknowledged = Math.max(acknowledged, acknowledgedOfThem);
    }

    /** Whether it counts: since a promotion, and until something makes the writes another's. */
    boolean counts() {
        return counting;
    }

    /** Whatever is written from now on is another's. */
    void stop() {
        counting = false;
    }

    /** Takes {@code rdb_changes_since_last_save}, which goes back to 0 at each save. */
    void observe(long changesSinceSave) {
        if (counting) {
            total += changesSinceSave >= lastSeen ? changesSinceSave - lastSeen : changesSinceSave;
        }
        lastSeen = changesSinceSave;
    }

    /** The own stream has come this far with what has been counted. */
    void at(long offset) {
        Sample last = samples.peekLast();
        if (counting && total > 0 && (last == null || last.total() < total)) {
            samples.add(new Sample(offset, total));
            if (samples.size() > SAMPLES) {
                samples.removeFirst();
            }
        }
    }

    /** As many replicas as were promised have applied the own stream up to here (rule 19). */
    void acknowledgedUpTo(long offset) {
        while (!samples.isEmpty() && samples.peekFirst().offset() <= offset) {
            acknowledged = samples.removeFirst().total();
        }
    }

    void lost(NodeId member) {
        countAtLoss.putIfAbsent(member, total);
    }

    /** Whether it has not got what was written since some moment. */
    boolean hasLost(NodeId member) {
        return countAtLoss.containsKey(member);
    }

    void back(NodeId member) {
        countAtLoss.remove(member);
    }

    /** Whether nothing has been counted at all. */
    boolean none() {
        return total == 0;
    }

    /**
     * Writes that somebody on the other side cannot have: of those made since the promotion, the
     * ones since its loss; all of them for who was never served.
     *
     * @param others who is there and was not served to the end; where nobody is, all writes count
     */
    long writes(Collection<NodeId> others) {
        return total - shared(others);
    }

    /** As {@link #writes}, of the writes that the promised number of replicas has. */
    long acknowledged(Collection<NodeId> others) {
        return Math.max(0, acknowledged - shared(others));
    }

    private long shared(Collection<NodeId> others) {
        if (countAtLoss.isEmpty()) {
            return 0;
        }
        long least = Long.MAX_VALUE;
        for (NodeId node : others) {
            least = Math.min(least, countAtLoss.getOrDefault(node, 0L));
        }
        return others.isEmpty() ? 0 : least;
    }
}

package io.hive.election;

import io.hive.core.node.NodeId;
import java.util.HashMap;
import java.util.Map;

/**
 * How many writes a leader made that a lost member cannot have (rule 22).
 *
 * <p>Counted from Redis's own counter of changes, never from offsets: pings outweigh writes there.
 * The writes since the earliest loss of a member that is still away are what a leader on the other
 * side of a partition misses; while nobody is away, all of them count.
 */
final class WriteCount {
    private final Map<NodeId, Long> countAtLoss = new HashMap<>();
    private long total;
    private long lastSeen = -1;

    /** Begins anew at a promotion. */
    void reset(long changesSinceSave) {
        countAtLoss.clear();
        total = 0;
        lastSeen = changesSinceSave;
    }

    /** Takes {@code rdb_changes_since_last_save}, which goes back to 0 at each save. */
    void observe(long changesSinceSave) {
        if (lastSeen >= 0) {
            total += changesSinceSave >= lastSeen ? changesSinceSave - lastSeen : changesSinceSave;
        }
        lastSeen = changesSinceSave;
    }

    void lost(NodeId member) {
        countAtLoss.putIfAbsent(member, total);
    }

    void back(NodeId member) {
        countAtLoss.remove(member);
    }

    /** Writes that someone who was lost cannot have. */
    long writes() {
        long shared = countAtLoss.values().stream().mapToLong(Long::longValue).min().orElse(0);
        return total - shared;
    }
}

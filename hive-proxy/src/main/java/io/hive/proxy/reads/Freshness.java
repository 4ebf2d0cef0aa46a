package io.hive.proxy.reads;

import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.node.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Up to when each replica is known to hold everything that the master had.
 *
 * <p>The master tells where it is with each heartbeat. A replica that was seen at that place, or
 * past it, on the same lineage, held at that moment all that the master had then. How far behind it
 * is, as a time, is the age of the last such moment: it grows with what the replica has not
 * applied, and just so with what has not been heard of it or of the master. Control thread only.
 */
final class Freshness {
    /** Places of the master that are remembered; when there are more, every other is forgotten. */
    private static final int MAX_MARKS = 512;

    /** The master was here at this moment, or was further. */
    private record Mark(long offset, long atNanos) {}

    private final Map<NodeId, Long> shown = new HashMap<>();
    private Deque<Mark> marks = new ArrayDeque<>();
    private @Nullable ReplicationId lineage;

    /**
     * The master was at this position.
     *
     * @param atNanos a moment at which it was no further: when it was asked, or before
     */
    void masterAt(Position position, long atNanos) {
        if (!position.id().equals(lineage)) {
            marks.clear();
            lineage = position.id();
        }
        Mark last = marks.peekLast();
        if (last != null && last.offset() >= position.offset()) {
            // It has written nothing since: whoever holds that holds all of it now.
            marks.removeLast();
        }
        marks.addLast(new Mark(position.offset(), atNanos));
        if (marks.size() > MAX_MARKS) {
            thin();
        }
    }

    /** Forgetting one makes replicas look older than they are, never younger. */
    private void thin() {
        List<Mark> all = new ArrayList<>(marks);
        Deque<Mark> kept = new ArrayDeque<>();
        for (int i = all.size() - 1; i >= 0; i -= 2) {
            kept.addFirst(all.get(i));
        }
        marks = kept;
    }

    /** A replica was seen here. */
    void replicaAt(NodeId node, Position position) {
        if (!position.id().equals(lineage)) {
            return;
        }
        for (Iterator<Mark> newest = marks.descendingIterator(); newest.hasNext(); ) {
            Mark mark = newest.next();
            if (mark.offset() <= position.offset()) {
                Long before = shown.get(node);
                if (before == null || mark.atNanos() - before > 0) {
                    shown.put(node, mark.atNanos());
                }
                return;
            }
        }
    }

    /** The last moment at which it is known to have held all that the master had; null if never. */
    @Nullable Long shownAt(NodeId node) {
        return shown.get(node);
    }

    /** Its dataset is not what it was: it has to be shown anew. */
    void forget(NodeId node) {
        shown.remove(node);
    }

    /** Nobody but these is remembered. */
    void keepOnly(List<NodeId> nodes) {
        shown.keySet().retainAll(nodes);
    }
}

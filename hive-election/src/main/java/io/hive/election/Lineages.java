package io.hive.election;

import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.message.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lineages this node remembers, and what they say about a dataset (rule 5): is everything in it
 * also in another lineage, or would following that one lose writes?
 */
final class Lineages {
    /** By epoch, and within one by when they were learnt; one mark for each replication ID. */
    private final List<LineageMark> marks = new ArrayList<>();

    /** The same, to be told; null where it has changed since. */
    private @Nullable List<LineageMark> told;

    /**
     * Remembers a mark. A known one is replaced only by one that knows more; past the limit the
     * oldest epochs are forgotten, so that what everybody tells again does not push out what is
     * new.
     */
    void remember(LineageMark mark) {
        LineageMark known = mark(mark.id());
        if (known != null) {
            if (known.parent() != null || mark.parent() == null) {
                return;
            }
            marks.remove(known);
        }
        told = null;
        int at = marks.size();
        while (at > 0 && marks.get(at - 1).epoch() > mark.epoch()) {
            at--;
        }
        marks.add(at, mark);
        if (marks.size() > Standing.MAX_LINEAGES) {
            marks.removeFirst();
        }
    }

    void remember(Collection<LineageMark> others) {
        others.forEach(this::remember);
    }

    /** Remembers that a lineage nobody was elected for continues another one from an offset on. */
    void continues(ReplicationId id, ReplicationId parent, long firstOffset) {
        LineageMark known = mark(parent);
        long epoch = known == null ? 0 : known.epoch();
        remember(new LineageMark(epoch, id, parent, Math.max(0, firstOffset)));
    }

    private @Nullable LineageMark mark(ReplicationId id) {
        for (LineageMark mark : marks) {
            if (mark.id().equals(id)) {
                return mark;
            }
        }
        return null;
    }

    /** Whether this lineage was served by a leader that somebody remembers. */
    boolean knows(ReplicationId id) {
        return mark(id) != null;
    }

    /**
     * Whether everything up to this position is also part of the lineage {@code tip}: it is the
     * same lineage, or an ancestor that was left at or after this position. A lineage in which
     * nothing was written yet is as far as its parent was.
     */
    boolean contains(ReplicationId tip, Position position) {
        @Nullable ReplicationId at = position.id();
        for (int depth = 0; at != null && depth <= Standing.MAX_LINEAGES; depth++) {
            if (forkOf(tip, at) >= position.offset()) {
                return true;
            }
            LineageMark mark = mark(at);
            at = mark != null && position.offset() < mark.firstOffset() ? mark.parent() : null;
        }
        return false;
    }

    /**
     * How many bytes of the history that leads to this position are not part of the lineage {@code
     * tip}: what lies past the fork, or all of it where the two have nothing in common.
     */
    long beyond(ReplicationId tip, Position position) {
        if (contains(tip, position)) {
            return 0;
        }
        long limit = position.offset();
        @Nullable ReplicationId at = position.id();
        for (int depth = 0; at != null && depth <= Standing.MAX_LINEAGES; depth++) {
            long fork = forkOf(tip, at);
            if (fork >= 0) {
                return position.offset() - Math.min(fork, limit);
            }
            LineageMark mark = mark(at);
            if (mark == null) {
                break;
            }
            limit = Math.min(limit, Math.max(0, mark.firstOffset() - 1));
            at = mark.parent();
        }
        // nothing in common, or an offset that counts nothing: there is data all the same
        return Math.max(1, position.offset());
    }

    /** Whether a lineage continues another one, directly or not. */
    boolean descends(ReplicationId tip, ReplicationId ancestor) {
        return forkOf(tip, ancestor) >= 0;
    }

    /** Whether two lineages have a history in common, as far as it is remembered. */
    boolean related(ReplicationId one, ReplicationId other) {
        return forkOf(one, other) >= 0 || forkOf(other, one) >= 0 || commonAncestor(one, other);
    }

    /**
     * Up to which offset of {@code ancestor} the lineage {@code tip} has the same history: the
     * lowest offset at which it was left on the way; -1 where it is no ancestor.
     */
    private long forkOf(ReplicationId tip, ReplicationId ancestor) {
        long fork = Long.MAX_VALUE;
        @Nullable ReplicationId at = tip;
        for (int depth = 0; at != null && depth <= Standing.MAX_LINEAGES; depth++) {
            if (at.equals(ancestor)) {
                return fork;
            }
            LineageMark mark = mark(at);
            if (mark == null) {
                return -1;
            }
            // firstOffset is the first byte that belongs to the child alone
            fork = Math.min(fork, Math.max(0, mark.firstOffset() - 1));
            at = mark.parent();
        }
        return -1;
    }

    private boolean commonAncestor(ReplicationId one, ReplicationId other) {
        // a parent may have no mark of its own: it was served before anyone who is left was there
        return marks.stream()
                .map(LineageMark::parent)
                .anyMatch(id -> id != null && forkOf(one, id) >= 0 && forkOf(other, id) >= 0);
    }

    /** What to tell the others, oldest first. */
    List<LineageMark> list() {
        List<LineageMark> list = told;
        if (list == null) {
            list = List.copyOf(marks);
            told = list;
        }
        return list;
    }

    /** The same, with this lineage at the end: the one that is served. */
    List<LineageMark> listEndingWith(ReplicationId id) {
        List<LineageMark> list = new ArrayList<>(marks);
        LineageMark last = mark(id);
        if (last != null) {
            list.remove(last);
            list.add(last);
        }
        return List.copyOf(list);
    }
}

package io.hive.core.node;

import java.util.Comparator;

/** A node in one of its lives: who it is, and which start of it this is. */
public record Member(NodeId node, BootId boot) implements Comparable<Member> {
    private static final Comparator<Member> ORDER =
            Comparator.comparing(Member::node).thenComparing(Member::boot);

    @Override
    public int compareTo(Member other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return node + "/" + boot;
    }
}

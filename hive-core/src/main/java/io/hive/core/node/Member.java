package io.hive.core.node;

/** A node in one of its lives: who it is, and which start of it this is. */
public record Member(NodeId node, BootId boot) implements Comparable<Member> {
    @Override
    public int compareTo(Member other) {
        int order = node.compareTo(other.node);
        return order != 0 ? order : boot.compareTo(other.boot);
    }

    @Override
    public String toString() {
        return node + "/" + boot;
    }
}

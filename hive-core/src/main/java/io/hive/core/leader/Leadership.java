package io.hive.core.leader;

import io.hive.core.node.Member;

/**
 * One term of one leader. Totally ordered, so that two nodes that saw two leaders agree on which is
 * the later one: by epoch, and where a partition made two of one epoch, the lower address is the
 * greater leadership (rule 6).
 *
 * @param epoch 1 or more; above all that the members who elected it had seen
 * @param leader who leads, in which of its lives
 */
public record Leadership(long epoch, Member leader) implements Comparable<Leadership> {
    public Leadership {
        if (epoch < 1) {
            throw new IllegalArgumentException("an epoch is 1 or more, got " + epoch);
        }
    }

    @Override
    public int compareTo(Leadership other) {
        int order = Long.compare(epoch, other.epoch);
        return order != 0 ? order : other.leader.compareTo(leader);
    }

    @Override
    public String toString() {
        return "epoch " + epoch + " of " + leader.node();
    }
}

package io.hive.core.leader;

import io.hive.core.node.Member;
import java.util.Comparator;

/**
 * One term of one leader. Totally ordered, so that two nodes that saw two leaders agree on which is
 * the later one: by epoch, and where a partition made two of one epoch, the lower address is the
 * greater leadership (rule 6).
 *
 * @param epoch 1 or more; above all that the members who elected it had seen
 * @param leader who leads, in which of its lives
 */
public record Leadership(long epoch, Member leader) implements Comparable<Leadership> {
    private static final Comparator<Leadership> ORDER =
            Comparator.comparingLong(Leadership::epoch)
                    .thenComparing(Leadership::leader, Comparator.reverseOrder());

    public Leadership {
        if (epoch < 1) {
            throw new IllegalArgumentException("an epoch is 1 or more, got " + epoch);
        }
    }

    @Override
    public int compareTo(Leadership other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "epoch " + epoch + " of " + leader.node();
    }
}

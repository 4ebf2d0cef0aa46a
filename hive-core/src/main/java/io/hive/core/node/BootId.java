package io.hive.core.node;

/**
 * One start of a sidecar, drawn at random when it starts: a pod that comes back on a recycled
 * address, or a sidecar that restarted in place, is a new member.
 *
 * @param value any 64 bits
 */
public record BootId(long value) implements Comparable<BootId> {
    @Override
    public int compareTo(BootId other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return String.format("%016x", value);
    }
}

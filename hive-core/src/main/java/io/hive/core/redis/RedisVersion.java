package io.hive.core.redis;

import java.util.Comparator;

/**
 * A server's version; an older one is preferred as master, since a newer master's snapshot may be
 * unreadable to the rest half-way through an upgrade (rule 9).
 */
public record RedisVersion(int major, int minor, int patch) implements Comparable<RedisVersion> {
    private static final Comparator<RedisVersion> ORDER =
            Comparator.comparingInt(RedisVersion::major)
                    .thenComparingInt(RedisVersion::minor)
                    .thenComparingInt(RedisVersion::patch);

    /**
     * Reads {@code 7.0.15}; parts that are missing or not numbers count as 0, since a fork's odd
     * version must not keep a node out of the hive.
     */
    public static RedisVersion parse(String text) {
        String[] parts = text.split("[^0-9]+", -1);
        return new RedisVersion(part(parts, 0), part(parts, 1), part(parts, 2));
    }

    private static int part(String[] parts, int index) {
        if (index >= parts.length || parts[index].isEmpty() || parts[index].length() > 6) {
            return 0;
        }
        return Integer.parseInt(parts[index]);
    }

    @Override
    public int compareTo(RedisVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}

package io.hive.core.lineage;

/**
 * A Redis replication ID: the name of one history of writes ({@code master_replid} in INFO, 40
 * hexadecimal digits; Redis documentation, "Replication").
 */
public record ReplicationId(String value) {
    /** What Redis prints where there is no ID. */
    private static final String NONE = "0".repeat(40);

    public ReplicationId {
        if (value.length() != 40 || !value.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw new IllegalArgumentException(
                    "a replication ID has 40 hexadecimal digits, got '" + value + "'");
        }
    }

    /** Whether this stands for "no ID", as {@code master_replid2} does on a server without one. */
    public boolean isNone() {
        return value.equals(NONE);
    }

    /** The first digits, enough to tell two apart in a log line. */
    public String brief() {
        return value.substring(0, 8);
    }

    @Override
    public String toString() {
        return value;
    }
}

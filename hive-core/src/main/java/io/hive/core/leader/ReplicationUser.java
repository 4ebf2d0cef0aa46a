package io.hive.core.leader;

import java.util.OptionalLong;

/**
 * The user that authorises replication for one leadership. Its name carries the epoch, so that the
 * epoch outlives a restart of every sidecar (rule 15); its password exists only in memory and is
 * never printed.
 *
 * @param name {@code hive-replication-<epoch>}
 * @param password random, of this leadership alone; empty where Redis has no ACL
 */
public record ReplicationUser(String name, String password) {
    /** How every replication user's name starts. */
    public static final String PREFIX = "hive-replication-";

    /** Names the user of an epoch. */
    public static ReplicationUser of(long epoch, String password) {
        return new ReplicationUser(PREFIX + epoch, password);
    }

    /** The epoch in a user's name, or nothing where the name is not of this kind. */
    public static OptionalLong epochOf(String name) {
        if (!name.startsWith(PREFIX)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(name, PREFIX.length(), name.length(), 10));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

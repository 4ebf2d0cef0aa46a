package io.hive.proxy.redis;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.node.IpAddress;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisReport;
import io.hive.core.redis.RedisVersion;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a report of what Redis (6.2 to 8) or Valkey says of itself. Pure.
 *
 * <p>What is missing gets the value that claims least: no lineage, no backlog, nothing applied.
 * Only a role, a {@code run_id} and a {@code master_replid} must be there.
 */
final class InfoParser {
    /** {@code replica-priority} where nobody says anything else. */
    static final int DEFAULT_PRIORITY = 100;

    private static final Pattern REPLICA = Pattern.compile("(slave|replica)\\d+");
    private static final Pattern DATABASE = Pattern.compile("db\\d+");

    private InfoParser() {}

    /**
     * Reads one observation.
     *
     * @param text INFO, at least of the sections server, replication, persistence and keyspace
     * @param users the names of all ACL users; empty where ACL is not to be had
     * @param masterUser what the setting of that name says, or an empty text
     * @param priority {@code replica-priority}, or null to take what INFO says, which on a master
     *     is nothing
     * @throws IllegalArgumentException if this is no INFO of a Redis; names what is missing
     */
    static Snapshot parse(
            String text, List<String> users, String masterUser, @Nullable Integer priority) {
        Info info = Info.parse(text);
        String role = required(info, "role");
        MasterLink link =
                switch (role) {
                    case "master" -> null;
                    case "slave", "replica" -> link(info);
                    default ->
                            throw new IllegalArgumentException(
                                    "expected role:master or role:slave in INFO, got '"
                                            + role
                                            + "'");
                };
        RedisReport report =
                new RedisReport(
                        required(info, "run_id"),
                        version(info),
                        link,
                        new ReplicationId(required(info, "master_replid")),
                        previous(info),
                        info.number(-1, "second_repl_offset"),
                        info.number(0, "master_repl_offset"),
                        info.flag("repl_backlog_active"),
                        info.flag("loading"),
                        keys(info),
                        info.number(0, "rdb_changes_since_last_save"),
                        priority(info, priority),
                        online(info),
                        replicationUser(users, link == null ? "" : masterUser));
        return new Snapshot(report, info.number(0, "repl_backlog_size"));
    }

    private static MasterLink link(Info info) {
        long applied = info.number(1, "slave_repl_offset", "replica_repl_offset");
        // Redis 6.2 does not tell what it has received and not applied.
        long received = info.number(applied, "slave_read_repl_offset", "replica_read_repl_offset");
        return new MasterLink(
                plain(info.text("master_host")),
                (int) info.number(0, "master_port"),
                info.text("master_link_status").equals("up"),
                info.flag("master_sync_in_progress"),
                info.number(-1, "master_last_io_seconds_ago"),
                applied,
                received);
    }

    /** An IPv6 literal in the form that addresses are compared in; anything else as it is. */
    private static String plain(String host) {
        if (host.indexOf(':') < 0) {
            return host;
        }
        try {
            return IpAddress.parse(host).toString();
        } catch (IllegalArgumentException _) {
            return host;
        }
    }

    private static RedisVersion version(Info info) {
        return RedisVersion.parse(info.text("valkey_version", "redis_version"));
    }

    private static @Nullable ReplicationId previous(Info info) {
        String text = info.text("master_replid2");
        if (text.isEmpty()) {
            return null;
        }
        ReplicationId id = new ReplicationId(text);
        return id.isNone() ? null : id;
    }

    private static int priority(Info info, @Nullable Integer configured) {
        return configured != null
                ? configured
                : (int) info.number(DEFAULT_PRIORITY, "slave_priority", "replica_priority");
    }

    /** {@code slave0:ip=10.0.0.1,port=6379,state=online,...}. */
    private static int online(Info info) {
        return (int)
                info.all().entrySet().stream()
                        .filter(entry -> REPLICA.matcher(entry.getKey()).matches())
                        .filter(entry -> part(entry.getValue(), "state").equals("online"))
                        .count();
    }

    /** {@code db0:keys=12,expires=0,avg_ttl=0}. */
    private static long keys(Info info) {
        long keys = 0;
        for (Map.Entry<String, String> entry : info.all().entrySet()) {
            if (DATABASE.matcher(entry.getKey()).matches()) {
                keys += Info.parse("keys:" + part(entry.getValue(), "keys")).number(0, "keys");
            }
        }
        return keys;
    }

    private static String part(String value, String name) {
        for (String part : value.split(",", -1)) {
            if (part.startsWith(name + "=")) {
                return part.substring(name.length() + 1);
            }
        }
        return "";
    }

    /** The one of the latest epoch: an older one is a leftover that the next operation deletes. */
    private static @Nullable String replicationUser(List<String> users, String masterUser) {
        String existing =
                users.stream()
                        .filter(name -> ReplicationUser.epochOf(name).isPresent())
                        .max(
                                Comparator.comparingLong(
                                        name -> ReplicationUser.epochOf(name).orElse(0)))
                        .orElse(null);
        if (existing != null) {
            return existing;
        }
        return ReplicationUser.epochOf(masterUser).isPresent() ? masterUser : null;
    }

    private static String required(Info info, String name) {
        String value = info.text(name);
        if (value.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected the field '" + name + "' in INFO, and there is none");
        }
        return value;
    }
}

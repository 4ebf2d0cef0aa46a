package io.hive.proxy.reads;

import io.hive.core.lineage.Position;
import io.hive.core.redis.RedisEndpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether what is behind an address may serve reads, and which addresses could not lately. Any
 * thread.
 *
 * <p>A Redis proves itself by its place in the history: at least where the one was that was chosen,
 * on the same lineage. A process that has just started, and is empty or has an old snapshot, does
 * not get there before it has caught up.
 */
final class Proofs {
    /** How long one that could not serve is left out. */
    private static final long LEFT_OUT_NANOS = 1_000_000_000;

    private record Failure(String reason, long atNanos) {}

    private final Map<RedisEndpoint, Failure> failures = new ConcurrentHashMap<>();

    /** Where the one that was chosen is known to be; null before any was. */
    private volatile @Nullable Position needed;

    /** One that was seen at this place is chosen. Control thread only. */
    void chosen(Position position) {
        needed = position;
    }

    /**
     * Whether what a Redis says of itself speaks against it.
     *
     * @param master whether it is to serve as the master
     */
    @Nullable String objection(String info, boolean master) {
        if (info.startsWith("-")) {
            return "it does not tell its place: " + info.substring(1).strip();
        }
        Map<String, String> fields = fields(info);
        boolean isMaster = "master".equals(fields.get("role"));
        if (master || isMaster) {
            return master == isMaster ? null : "it is " + (isMaster ? "no replica" : "no master");
        }
        if (!"0".equals(fields.get("master_sync_in_progress"))) {
            return "it is synchronising";
        }
        Position least = needed;
        return least == null ? "nothing is known of it" : behind(fields, least);
    }

    private static @Nullable String behind(Map<String, String> fields, Position least) {
        long offset = number(fields.get("slave_repl_offset"));
        boolean up = "up".equals(fields.get("master_link_status"));
        // Redis shows 1 where it has no place in any history.
        if (!up && offset <= 1) {
            return "it holds nothing of its master's";
        }
        String id = least.id().value();
        boolean wentOn =
                id.equals(fields.get("master_replid2"))
                        && least.offset() < number(fields.get("second_repl_offset"));
        if (!id.equals(fields.get("master_replid")) && !wentOn) {
            return "it holds another history";
        }
        return offset >= least.offset()
                ? null
                : "it is at " + offset + ", where " + least.offset() + " was seen";
    }

    /** It could not serve. */
    void failed(RedisEndpoint redis, String reason, long now) {
        failures.put(redis, new Failure(redis + " could not serve: " + reason, now));
    }

    /** Whether it could not serve a moment ago. */
    boolean failedLately(RedisEndpoint redis, long now) {
        Failure failure = failures.get(redis);
        if (failure == null) {
            return false;
        }
        if (now - failure.atNanos() < LEFT_OUT_NANOS) {
            return true;
        }
        failures.remove(redis, failure);
        return false;
    }

    /** Why it was left out; empty if it was not. */
    String failure(RedisEndpoint redis) {
        Failure failure = failures.get(redis);
        return failure == null ? "" : failure.reason();
    }

    private static Map<String, String> fields(String info) {
        Map<String, String> fields = new HashMap<>();
        for (String line : List.of(info.split("\r?\n", -1))) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}

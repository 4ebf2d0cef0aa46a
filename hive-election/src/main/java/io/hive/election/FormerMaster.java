package io.hive.election;

import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import org.jspecify.annotations.Nullable;

/**
 * A Redis that may still be master though its sidecar does not answer (rule 8). A candidate takes
 * it off duty before it asks anyone; where it could not be reached then, the new leader goes on
 * trying, since whoever reaches that Redis past the relay would write to it, and lose that.
 *
 * <p>It ends when the Redis has been taken off duty; when a sidecar answers for it, which knows
 * better; when something else answers from that address; and after an hour.
 */
final class FormerMaster {
    /** A Redis that does not even refuse is given up after this. */
    static final long BOUND_NANOS = 250_000_000;

    private static final long FIRST_PAUSE_NANOS = 1_000_000_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;
    private static final long LIMIT_NANOS = 3_600_000_000_000L;

    private final Context context;

    /** Whom the leader is after, or null. */
    private @Nullable Wanted wanted;

    private long untilNanos;
    private long nextNanos;
    private long pauseNanos;
    private long attempts;

    /** The attempt under way, or 0. */
    private long operation;

    /** Where it is, what it served, and whose it was; null where nobody had told. */
    private record Wanted(RedisEndpoint master, ReplicationId lineage, @Nullable NodeId node) {}

    FormerMaster(Context context) {
        this.context = context;
        this.untilNanos = context.now;
        this.nextNanos = context.now;
    }

    /**
     * The lost leader's Redis, or, where this sidecar has seen no leader yet, the one that its own
     * replicates from; null where a sidecar answers for it.
     */
    @Nullable RedisEndpoint abandoned() {
        LeaderNotice last = context.lastLeader;
        RedisEndpoint master = last == null ? context.dataset.master() : last.master();
        return master == null
                        || master.equals(context.redis)
                        || answered(master, last == null ? null : last.leadership().leader().node())
                ? null
                : master;
    }

    /** What the lost leader served, as it told; else what the local Redis got from it. */
    @Nullable ReplicationId lineage() {
        LeaderNotice last = context.lastLeader;
        if (last != null) {
            return last.lineages().getLast().id();
        }
        RedisReport report = context.dataset.current();
        return report == null ? null : report.replicationId();
    }

    private boolean answered(RedisEndpoint master, @Nullable NodeId node) {
        if (node != null && context.peers.live(node, context.now) != null) {
            return true;
        }
        return context.peers.live(context.now).stream()
                .map(Peers.Peer::standing)
                .anyMatch(standing -> standing != null && standing.redis().equals(master));
    }

    /**
     * This node is about to lead. Whether a candidate has taken the one before it off duty is not
     * known to whoever was nominated: it looks once more.
     */
    void succeed() {
        operation = 0;
        RedisEndpoint master = abandoned();
        ReplicationId lineage = lineage();
        LeaderNotice last = context.lastLeader;
        wanted =
                master == null || lineage == null
                        ? null
                        : new Wanted(
                                master,
                                lineage,
                                last == null ? null : last.leadership().leader().node());
        attempts = 0;
        pauseNanos = FIRST_PAUSE_NANOS;
        nextNanos = context.now + pauseNanos;
        untilNanos = context.now + LIMIT_NANOS;
    }

    /** Tries again when it is time. Called after every input while leading. */
    void pursue() {
        Wanted after = wanted;
        if (after == null || context.pendingOperation != 0 || context.now - nextNanos < 0) {
            return;
        }
        if (answered(after.master(), after.node())) {
            wanted = null;
            return;
        }
        if (context.now - untilNanos >= 0) {
            wanted = null;
            context.report(
                    "the former master at "
                            + after.master()
                            + " could not be taken off duty in "
                            + attempts
                            + " attempts; given up",
                    8,
                    0);
            return;
        }
        if (attempts++ == 0) {
            context.report(
                    "the former master at "
                            + after.master()
                            + " may be one still and has no sidecar: goes on trying to take it off"
                            + " duty",
                    8,
                    0);
        }
        nextNanos = context.now + pauseNanos;
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        operation =
                context.operate(number ->
                        new Effect.TakeOffDuty(
                                number, BOUND_NANOS, after.master(), after.lineage()));
    }

    /**
     * An operation ended.
     *
     * @return whether it was an attempt of this
     */
    boolean ended(long number, Outcome outcome) {
        if (operation == 0 || number != operation) {
            return false;
        }
        operation = 0;
        Wanted after = wanted;
        if (after == null) {
            return true;
        }
        switch (outcome) {
            case Outcome.OffDuty(Position position) -> {
                wanted = null;
                context.report(
                        "the former master at "
                                + after.master()
                                + " is off duty, it ended at "
                                + position,
                        8,
                        0);
            }
            case Outcome.LeftAlone(String reason) -> {
                wanted = null;
                context.report(
                        "the former master at " + after.master() + " is no more: " + reason, 8, 0);
            }
            case Outcome.Failed _, Outcome.Confirmed _, Outcome.Salvaged _ -> {}
        }
        return true;
    }
}

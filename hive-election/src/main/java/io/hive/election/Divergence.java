package io.hive.election;

import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.message.Standing;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What following another history would drop, and whether that has been set aside and reported (rule
 * 23).
 */
final class Divergence {
    /** A dataset of tens of gigabytes, at what a disk of a cloud writes. */
    static final long BOUND_NANOS = 600_000_000_000L;

    /** A full disk does not get empty by being asked often. */
    static final long PAUSE_NANOS = 10_000_000_000L;

    private final Context context;

    /** The process and the position that have been dealt with: set aside, or only reported. */
    private String settledRun = "";

    private @Nullable Position settled;

    /** What is being set aside now. */
    private @Nullable Dropped under;

    private long again;

    Divergence(Context context) {
        this.context = context;
        this.again = context.now;
    }

    /**
     * What the local Redis holds that this history does not contain, or null where it contains all
     * of it, or there is nothing.
     *
     * @param tip the history that is followed, or null for one that nobody knows
     */
    @Nullable Dropped beyond(@Nullable ReplicationId tip) {
        RedisReport report = context.dataset.current();
        return report == null || report.keys() == 0
                ? null
                : beyond(tip, context.standing(), report.position());
    }

    private @Nullable Dropped beyond(
            @Nullable ReplicationId tip, Standing standing, Position position) {
        return switch (standing.holding()) {
            case Holding.Empty _, Holding.Untold _ -> null;
            case Holding.Unknown _ ->
                    new Dropped(
                            standing.member().node(),
                            position,
                            standing.keys(),
                            Dropped.UNKNOWN,
                            Dropped.UNKNOWN,
                            null);
            case Holding.Lineage(Position held) -> {
                long bytes = tip == null ? held.offset() : context.lineages.beyond(tip, held);
                yield bytes == 0
                        ? null
                        : new Dropped(
                                standing.member().node(),
                                held,
                                standing.keys(),
                                Ranking.leads(standing)
                                        ? standing.record()
                                                .between(held.offset() - bytes, held.offset())
                                        : Dropped.UNKNOWN,
                                bytes,
                                null);
            }
        };
    }

    /**
     * What those who were weighed hold beyond the history that goes on, one entry for each history:
     * several nodes may have the same one.
     */
    List<Dropped> beyond(ReplicationId tip, List<Standing> answers) {
        List<Dropped> all = new ArrayList<>();
        for (Standing standing : answers) {
            if (!Ranking.hasData(standing) || standing.member().equals(context.self)) {
                continue;
            }
            // of no known lineage: the position that it shows is not told to others
            Position position =
                    standing.holding() instanceof Holding.Lineage(Position held)
                            ? held
                            : new Position(tip, 0);
            Dropped one = beyond(tip, standing, position);
            if (one != null) {
                add(all, one);
            }
        }
        return all;
    }

    private static void add(List<Dropped> all, Dropped one) {
        for (int i = 0; i < all.size(); i++) {
            Dropped other = all.get(i);
            boolean known = one.bytes() != Dropped.UNKNOWN && other.bytes() != Dropped.UNKNOWN;
            if (known && other.position().id().equals(one.position().id())) {
                boolean more =
                        one.bytes() > other.bytes()
                                || (one.bytes() == other.bytes() && one.writes() > other.writes());
                all.set(i, more ? one : other);
                return;
            }
        }
        all.add(one);
    }

    /** Whether this has been dealt with already, and Redis has not moved since. */
    boolean settled() {
        RedisReport report = context.dataset.current();
        return report != null
                && report.runId().equals(settledRun)
                && report.position().equals(settled);
    }

    /** Whether it may be tried now: a failure is not repeated at once. */
    boolean due() {
        return context.now - again >= 0;
    }

    /**
     * Sets it aside. Whoever starts this takes the outcome to {@link #ended}.
     *
     * @param epoch of the leadership that is followed
     */
    void setAside(Dropped dropped, long epoch, long boundNanos) {
        RedisReport report = context.dataset.current();
        if (report == null) {
            throw new IllegalStateException("there is nothing to set aside");
        }
        under = dropped;
        context.dataset.setsAside();
        context.standsOut("sets aside " + dropped);
        String runId = report.runId();
        String password = context.passwords.next();
        context.operate(number ->
                new Effect.Salvage(number, boundNanos, runId, epoch, report.position(), password));
    }

    /** Whether the operation that ended was this one's. */
    boolean underWay() {
        return under != null;
    }

    /** Nobody waits for it any more. */
    void forget() {
        under = null;
        context.standsOut("");
    }

    /**
     * It ended.
     *
     * @return whether the data is set aside, and may be given up
     */
    boolean ended(Outcome outcome) {
        Dropped dropped = under;
        under = null;
        if (dropped == null) {
            return false;
        }
        if (outcome instanceof Outcome.Salvaged(RedisReport report, String file, long size)) {
            context.dataset.observe(report);
            settle(report);
            context.standsOut("");
            context.report(
                    "set aside " + dropped + " in " + file + ", " + size + " bytes",
                    23,
                    Math.max(0, dropped.bytes()),
                    dropped.in(file));
            return true;
        }
        again = context.now + PAUSE_NANOS;
        String reason = outcome instanceof Outcome.Failed(String why) ? why : outcome.toString();
        context.standsOut("stays out, since " + dropped + " could not be set aside: " + reason);
        context.report(
                "does not follow, since "
                        + dropped
                        + " could not be set aside: "
                        + reason
                        + "; tried again every "
                        + PAUSE_NANOS / 1_000_000_000
                        + " s",
                23,
                0);
        return false;
    }

    /** It is given up without a copy: what there was of it is reported. */
    void giveUp(Dropped dropped) {
        RedisReport report = context.dataset.current();
        if (report != null) {
            settle(report);
        }
        context.report(
                "gives up " + dropped + "; HIVE_SALVAGE_DIR is not set",
                23,
                Math.max(0, dropped.bytes()),
                dropped);
    }

    private void settle(RedisReport report) {
        settledRun = report.runId();
        settled = report.position();
    }
}

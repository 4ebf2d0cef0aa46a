package io.hive.proxy.control;

import io.hive.core.leader.Leadership;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.election.Decision;
import io.hive.election.ElectionView;
import io.hive.proxy.metrics.Durations;
import io.hive.proxy.metrics.ElectionEnd;
import io.hive.proxy.metrics.Histogram;
import io.hive.proxy.metrics.LeaderChange;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Who leads since when and why, and how long elections took. The control thread writes; any thread
 * reads.
 */
public final class Reigns {
    /**
     * The leadership now.
     *
     * @param since when this node learned of it, on the wall clock
     * @param why what the one before ended by
     */
    public record Reign(NodeId leader, Instant since, LeaderChange why) {}

    private final Clock clock;
    private final Map<LeaderChange, LongAdder> changes = new ConcurrentHashMap<>();
    private final Map<ElectionEnd, Histogram> elections = new EnumMap<>(ElectionEnd.class);
    private volatile @Nullable LeaderChange lastChange;
    private volatile @Nullable Reign reign;

    /** The leadership of the last view, and the last that was counted. */
    private @Nullable Leadership current;

    private @Nullable Leadership counted;

    /** Why the one before ended, until the next is counted. */
    private @Nullable LeaderChange ended;

    private @Nullable Long standsSince;

    /**
     * Nobody leads yet.
     *
     * @param clock the wall clock, for people
     */
    public Reigns(Clock clock) {
        this.clock = clock;
        for (ElectionEnd end : ElectionEnd.values()) {
            elections.put(end, new Histogram());
        }
    }

    /** The election as it stands; told before the decisions of its step. */
    public void viewed(ElectionView view, long nowNanos) {
        time(view.state(), nowNanos);
        current = view.leadership();
        if (current == null) {
            reign = null;
            counted = null;
        }
    }

    /** A decision, in order. */
    public void decided(Decision decision) {
        NodeId before = decision.previousLeader();
        NodeId after = decision.leader();
        if (before != null && !before.equals(after) && ended == null) {
            ended = LeaderChange.of(decision.rule());
        }
        Leadership now = current;
        if (after != null && now != null && !now.equals(counted)) {
            begin(now);
        }
    }

    private void begin(Leadership now) {
        LeaderChange why = ended == null ? LeaderChange.OTHER : ended;
        if (lastChange == null) {
            why = LeaderChange.FIRST;
        }
        ended = null;
        counted = now;
        lastChange = why;
        changes.computeIfAbsent(why, _ -> new LongAdder()).increment();
        reign = new Reign(now.leader().node(), clock.instant(), why);
    }

    private void time(NodeState state, long nowNanos) {
        Long since = standsSince;
        if (state == NodeState.PROPOSING) {
            standsSince = since == null ? Long.valueOf(nowNanos) : since;
        } else if (since != null) {
            standsSince = null;
            ElectionEnd end =
                    switch (state) {
                        case LEADING -> ElectionEnd.LEADS;
                        case FOLLOWING -> ElectionEnd.FOLLOWS;
                        case NOT_READY, ALONE, PROPOSING, LEAVING, FENCED -> ElectionEnd.GIVEN_UP;
                    };
            of(end).record(nowNanos - since, 1);
        }
    }

    /** Who leads, or null. */
    public @Nullable Reign now() {
        return reign;
    }

    /** How often there was another leadership for this reason. */
    public long changes(LeaderChange why) {
        LongAdder counted = changes.get(why);
        return counted == null ? 0 : counted.sum();
    }

    /** Why there was another one last; null if there was none. */
    public @Nullable LeaderChange lastChange() {
        return lastChange;
    }

    /** How long elections took. */
    public Durations elections(ElectionEnd end) {
        return of(end).read();
    }

    private Histogram of(ElectionEnd end) {
        Histogram histogram = elections.get(end);
        if (histogram == null) {
            throw new IllegalStateException("there is one for each end");
        }
        return histogram;
    }
}

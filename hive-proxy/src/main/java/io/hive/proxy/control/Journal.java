package io.hive.proxy.control;

import io.hive.core.node.NodeId;
import io.hive.election.Decision;
import io.hive.election.Dropped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was decided: one line each in the log; and what changed the leader, or lost data, kept to be
 * shown.
 *
 * <p>The control thread writes; any thread reads.
 */
public final class Journal {
    /** Months of a quiet hive, an hour of one in trouble. */
    static final int KEPT = 100;

    /** The same line again within this time is held back. */
    private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Rules are numbered 1 to 23; 0 is none in particular. */
    private static final int RULES = 24;

    private static final Logger log = LoggerFactory.getLogger("io.hive.election");

    /** One decision with its time. */
    public record Entry(Instant at, Decision decision) {}

    private final Clock clock;
    private final NodeId self;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final AtomicLongArray byRule = new AtomicLongArray(RULES);
    private final LongAdder lostBytes = new LongAdder();
    private final Given ownGiven = new Given();
    private final Given othersGiven = new Given();
    private @Nullable Decision lastLine;
    private long lastLineNanos;
    private long heldBack;

    /**
     * An empty journal.
     *
     * @param clock the wall clock, for the times that people read
     * @param self whose decisions these are
     */
    public Journal(Clock clock, NodeId self) {
        this.clock = clock;
        this.self = self;
    }

    /** Logs and keeps a decision. */
    public synchronized void record(Decision decision) {
        if (decision.rule() >= 0 && decision.rule() < RULES) {
            byRule.incrementAndGet(decision.rule());
        }
        lostBytes.add(decision.lostBytes());
        Dropped dropped = decision.dropped();
        if (dropped != null) {
            (dropped.by().equals(self) ? ownGiven : othersGiven).add(dropped);
        }
        long now = System.nanoTime();
        if (repeats(decision, now)) {
            heldBack++;
            return;
        }
        lastLine = decision;
        lastLineNanos = now;
        if (!Objects.equals(decision.leader(), decision.previousLeader())
                || decision.lostBytes() > 0
                || dropped != null) {
            entries.addLast(new Entry(clock.instant(), decision));
            if (entries.size() > KEPT) {
                entries.removeFirst();
            }
        }
        NodeId leader = decision.leader();
        log.info(
                "{} -> {} epoch={} leader={} rule={} lostBytes={}{}: {}",
                decision.from(),
                decision.to(),
                decision.epoch(),
                leader == null ? "none" : leader,
                decision.rule(),
                decision.lostBytes(),
                heldBack == 0 ? "" : " (" + heldBack + " repeated lines held back)",
                decision.reason());
        heldBack = 0;
    }

    private boolean repeats(Decision decision, long now) {
        Decision last = lastLine;
        return last != null
                && last.reason().equals(decision.reason())
                && last.to() == decision.to()
                && now - lastLineNanos < REPEAT_NANOS;
    }

    /** The last changes of leader and losses, oldest first. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** How often a rule has decided; 0 for a number that is none. */
    public long decisions(int rule) {
        return rule >= 0 && rule < RULES ? byRule.get(rule) : 0;
    }

    /** Data that this node gave up for a history that lacks it. */
    public Given given() {
        return ownGiven;
    }

    /** Data that others had, without which this node went on as leader. */
    public Given othersGiven() {
        return othersGiven;
    }

    /** What was given up, summed up; what nobody can tell counts as nothing. Any thread. */
    public static final class Given {
        private final LongAdder keys = new LongAdder();
        private final LongAdder writes = new LongAdder();
        private final LongAdder bytes = new LongAdder();

        private void add(Dropped dropped) {
            keys.add(dropped.keys());
            writes.add(Math.max(0, dropped.writes()));
            bytes.add(Math.max(0, dropped.bytes()));
        }

        /** Keys of the datasets. */
        public long keys() {
            return keys.sum();
        }

        /** Writes that the other side did not have. */
        public long writes() {
            return writes.sum();
        }

        /** Bytes of the replication stream past the fork. */
        public long bytes() {
            return bytes.sum();
        }
    }

    /** Bytes of the replication stream that are known to be lost by decisions. */
    public long lostBytes() {
        return lostBytes.sum();
    }
}

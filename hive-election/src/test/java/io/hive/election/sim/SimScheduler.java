package io.hive.election.sim;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time: what is to happen, in the order of (time, sequence). The sequence decides between
 * events of one moment, so that a seed replays the same way.
 */
final class SimScheduler {
    private record Event(long atNanos, long sequence, Runnable action)
            implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long sequence;
    private long executed;

    /** Virtual nanoseconds since the start of the simulation. */
    long now() {
        return nowNanos;
    }

    /** How many events ran: a measure of work. */
    long executed() {
        return executed;
    }

    void at(long atNanos, Runnable action) {
        events.add(new Event(Math.max(atNanos, nowNanos), sequence++, action));
    }

    void after(long delayNanos, Runnable action) {
        at(nowNanos + delayNanos, action);
    }

    /**
     * Runs the next event if it is due by then.
     *
     * @return whether there was one; where there was none, the time is then {@code untilNanos}
     */
    boolean runNext(long untilNanos) {
        @Nullable Event next = events.peek();
        if (next == null || next.atNanos > untilNanos) {
            nowNanos = Math.max(nowNanos, untilNanos);
            return false;
        }
        events.poll();
        nowNanos = next.atNanos;
        executed++;
        next.action.run();
        return true;
    }
}

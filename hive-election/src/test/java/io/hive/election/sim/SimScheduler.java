package io.hive.election.sim;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time: what is to happen, in the order of (time, sequence). The sequence decides between
 * events of one moment, so that a seed replays the same way.
 *
 * <p>The queue is a binary heap of numbers, since a fifth of what a simulation does is to put
 * events into it and to take them out. An entry is a time and, in one number, the sequence and the
 * place of its action.
 */
final class SimScheduler {
    private static final int ROOM = 1024;

    /** So many bits are the action's place, the others the sequence. */
    private static final int PLACE_BITS = 20;

    private static final int PLACES = 1 << PLACE_BITS;

    /** Time and number of each entry, one after the other. */
    private long[] heap = new long[2 * ROOM];

    private @Nullable Runnable[] actions = new @Nullable Runnable[ROOM];

    /** The places that are free: those after the entries that wait. */
    private int[] places = ascending(ROOM);

    private int waiting;
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
        if (waiting == actions.length) {
            grow();
        }
        long time = Math.max(atNanos, nowNanos);
        int place = places[waiting];
        actions[place] = action;
        int hole = waiting++;
        // it is the youngest: among those of its moment it is the last
        while (hole > 0 && heap[2 * parent(hole)] > time) {
            move(parent(hole), hole);
            hole = parent(hole);
        }
        put(hole, time, sequence++ << PLACE_BITS | place);
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
        if (waiting == 0 || heap[0] > untilNanos) {
            nowNanos = Math.max(nowNanos, untilNanos);
            return false;
        }
        nowNanos = heap[0];
        int place = (int) heap[1] & PLACES - 1;
        removeFirst();
        places[waiting] = place;
        Runnable action = Objects.requireNonNull(actions[place]);
        actions[place] = null;
        executed++;
        action.run();
        return true;
    }

    private void removeFirst() {
        int last = --waiting;
        long time = heap[2 * last];
        long number = heap[2 * last + 1];
        int hole = 0;
        for (int child = 1; child < last; child = 2 * hole + 1) {
            if (child + 1 < last && before(child + 1, heap[2 * child], heap[2 * child + 1])) {
                child++;
            }
            if (!before(child, time, number)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        put(hole, time, number);
    }

    private static int parent(int entry) {
        return (entry - 1) >>> 1;
    }

    private boolean before(int entry, long time, long number) {
        long other = heap[2 * entry];
        return other < time || (other == time && heap[2 * entry + 1] < number);
    }

    private void move(int from, int to) {
        put(to, heap[2 * from], heap[2 * from + 1]);
    }

    private void put(int entry, long time, long number) {
        heap[2 * entry] = time;
        heap[2 * entry + 1] = number;
    }

    private void grow() {
        int room = 2 * waiting;
        if (room > PLACES) {
            throw new IllegalStateException("more than " + PLACES + " events wait");
        }
        heap = Arrays.copyOf(heap, 2 * room);
        actions = Arrays.copyOf(actions, room);
        // all of the old ones are taken, in whatever order
        places = ascending(room);
    }

    private static int[] ascending(int count) {
        int[] numbers = new int[count];
        Arrays.setAll(numbers, i -> i);
        return numbers;
    }
}

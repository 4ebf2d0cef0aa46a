package io.hive.proxy.pulse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One number of one node over the last minutes, second by second. Not safe for several threads. */
final class Track {
    /** Seconds that are kept. */
    static final int LENGTH = 300;

    /** What is not known. */
    static final long UNKNOWN = -1;

    private final long[] values = new long[LENGTH];
    private long last;

    Track(long tick) {
        Arrays.fill(values, UNKNOWN);
        last = tick - 1;
    }

    /** Notes the value of a second; the seconds since the last one are not known. */
    void add(long tick, long value) {
        long from = Math.max(last + 1, tick - LENGTH + 1);
        for (long between = from; between < tick; between++) {
            values[at(between)] = UNKNOWN;
        }
        values[at(tick)] = value;
        last = Math.max(last, tick);
    }

    /** The last second that was noted. */
    long last() {
        return last;
    }

    /** The values up to a second, oldest first. */
    List<Long> upTo(long tick) {
        List<Long> all = new ArrayList<>(LENGTH);
        for (long one = tick - LENGTH + 1; one <= tick; one++) {
            all.add(one > last || one <= last - LENGTH ? UNKNOWN : values[at(one)]);
        }
        return all;
    }

    private static int at(long tick) {
        return Math.floorMod(tick, LENGTH);
    }
}

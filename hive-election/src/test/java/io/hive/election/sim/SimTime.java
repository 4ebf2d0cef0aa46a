package io.hive.election.sim;

import java.util.Locale;

/** Lengths of virtual time, in nanoseconds. */
final class SimTime {
    static final long MICRO = 1_000;
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000_000_000;

    private SimTime() {}

    /** Seconds with three digits: enough to follow a trace by eye. */
    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / (double) SECOND);
    }
}

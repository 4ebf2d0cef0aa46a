package io.hive.proxy.metrics;

import org.jspecify.annotations.Nullable;

/** Who leads and what it took. Read on any thread. */
public interface LeaderFacts {
    /** Who leads, as this node sees it; null if nobody does. */
    @Nullable String leader();

    /** Since when, in seconds since 1970; NaN if nobody does. */
    double leaderSince();

    /** How often another one led, or the same one anew, for this reason; only grows. */
    long changes(LeaderChange reason);

    /** The last of these reasons, or null. */
    @Nullable LeaderChange lastChange();

    /** Seconds in which commands had nowhere to go from here; only grows. */
    double noMasterSeconds();

    /** The times without a master that are over, but for the one at the start. */
    Durations interruptions();

    /** How long commands were held back for handovers. */
    Durations holds(HoldEnd end);

    /** How long elections took that this node stood in. */
    Durations elections(ElectionEnd end);
}

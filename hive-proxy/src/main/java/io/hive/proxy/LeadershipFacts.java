package io.hive.proxy;

import io.hive.proxy.control.Reigns;
import io.hive.proxy.metrics.Durations;
import io.hive.proxy.metrics.ElectionEnd;
import io.hive.proxy.metrics.HoldEnd;
import io.hive.proxy.metrics.LeaderChange;
import io.hive.proxy.metrics.LeaderFacts;
import io.hive.proxy.route.RouteTimes;
import org.jspecify.annotations.Nullable;

/** Who leads, in the words of the metrics. Any thread. */
record LeadershipFacts(Reigns reigns, RouteTimes routes) implements LeaderFacts {
    @Override
    public @Nullable String leader() {
        Reigns.Reign now = reigns.now();
        return now == null ? null : now.leader().toString();
    }

    @Override
    public double leaderSince() {
        Reigns.Reign now = reigns.now();
        return now == null ? Double.NaN : now.since().toEpochMilli() / 1e3;
    }

    @Override
    public long changes(LeaderChange reason) {
        return reigns.changes(reason);
    }

    @Override
    public @Nullable LeaderChange lastChange() {
        return reigns.lastChange();
    }

    @Override
    public double noMasterSeconds() {
        return routes.noMasterSeconds();
    }

    @Override
    public Durations interruptions() {
        return routes.interruptions();
    }

    @Override
    public Durations holds(HoldEnd end) {
        return routes.holds(end);
    }

    @Override
    public Durations elections(ElectionEnd end) {
        return reigns.elections(end);
    }
}

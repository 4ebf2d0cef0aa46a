package io.hive.proxy;

import io.hive.proxy.metrics.Durations;
import io.hive.proxy.metrics.TimingFacts;
import io.hive.proxy.relay.RelayMetrics;
import io.hive.proxy.transport.LoopLag;
import java.util.Map;

/** What was timed, in the words of the metrics. Any thread. */
record Timings(RelayMetrics relay, LoopLag loops) implements TimingFacts {
    @Override
    public Map<String, Durations> latencies() {
        return relay.latencies();
    }

    @Override
    public Map<String, Durations> loopLags() {
        return loops.read();
    }
}

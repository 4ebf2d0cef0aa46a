package io.hive.proxy.metrics;

import java.util.Map;

/** How long things take that happen often. Read on any thread. */
public interface TimingFacts {
    /** Commands, by lane. */
    Map<String, Durations> latencies();

    /** How late an event loop does what is due, by loop. */
    Map<String, Durations> loopLags();
}

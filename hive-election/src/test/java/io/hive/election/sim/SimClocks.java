package io.hive.election.sim;

import io.hive.election.Control;

/**
 * How well sidecars keep time and pace.
 *
 * @param maxDriftPpm how far their clocks run fast or slow, in millionths
 * @param inboxLimit how many inputs may wait for a control thread
 */
record SimClocks(long maxDriftPpm, int inboxLimit) {
    /** Clocks that agree, and the production limit. */
    static final SimClocks EXACT = new SimClocks(0, Control.QUEUE_LIMIT);

    long driftPpm(SimRandom random) {
        return random.between(-maxDriftPpm, maxDriftPpm);
    }
}

package io.hive.proxy.relay;

import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before connecting to the master again: doubled each time, up to a bound. */
final class Backoff {
    private static final int FIRST_MILLIS = 10;
    private static final int MAX_MILLIS = 250;

    private int next = FIRST_MILLIS;

    /** The next wait; spread, so that sessions which lost one master do not come all at once. */
    int nextMillis() {
        int base = next;
        next = Math.min(MAX_MILLIS, 2 * next);
        return base / 2 + ThreadLocalRandom.current().nextInt(base / 2 + 1);
    }

    void reset() {
        next = FIRST_MILLIS;
    }
}

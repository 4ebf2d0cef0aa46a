package io.hive.election;

import org.jspecify.annotations.Nullable;

/**
 * Whether this node is cut off from everything (rule 13): discovery has failed several times over
 * the stated time, no peer was heard for as long, and there are others to hear.
 */
final class Isolation {
    /** One failed look-up may be a restart of the DNS server. */
    private static final int FAILURES = 3;

    private final Context context;
    private int failures;
    private @Nullable Long failingSince;
    private long heardNanos;

    Isolation(Context context) {
        this.context = context;
        this.heardNanos = context.now;
    }

    void discovered() {
        failures = 0;
        failingSince = null;
    }

    void discoveryFailed() {
        failures++;
        if (failingSince == null) {
            failingSince = context.now;
        }
    }

    boolean holds() {
        if (!context.peers.live(context.now).isEmpty()) {
            heardNanos = context.now;
        }
        if (!context.settings.fence() || context.peers.others().isEmpty()) {
            return false;
        }
        long limit = context.settings.isolationNanos();
        boolean unnamed =
                !context.settings.discoveryProvesIsolation()
                        || (failingSince != null
                                && failures >= FAILURES
                                && context.now - failingSince >= limit);
        return unnamed && context.now - heardNanos >= limit;
    }
}

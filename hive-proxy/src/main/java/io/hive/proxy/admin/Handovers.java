package io.hive.proxy.admin;

import io.hive.core.message.HandoffResult;
import org.jspecify.annotations.Nullable;

/** What the HTTP port can have done. Called by any number of threads at once; may block. */
public interface Handovers {
    /**
     * Changes the master as planned, and waits until that is done or will not be.
     *
     * @param to the address of who is to lead, or null for the best of the others
     * @throws IllegalArgumentException if that is no address
     */
    HandoffResult handOver(@Nullable String to);

    /** Leaves the hive in good order, and returns when the process may be ended. */
    void leave();
}

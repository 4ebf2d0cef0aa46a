package io.hive.proxy.metrics;

/** What the control loop counts. Read on any thread. */
public interface ControlCounts {
    /** Inputs that wait. */
    int queued();

    /** Inputs that were dropped because the queue was full; only grows. */
    long dropped();
}

package io.hive.proxy.transport;

/**
 * Is told what an event loop carries, so that it knows whether to wait for more without a sleep.
 */
@FunctionalInterface
public interface Load {
    /** For an event loop that does not want to know. */
    Load UNHEARD = commands -> {};

    /**
     * Commands were sent to Redis together. Called by the event loop alone.
     *
     * @param commands how many are under way now, 1 or more
     */
    void batch(int commands);
}

package io.hive.proxy.sentinel;

import java.util.concurrent.CompletionStage;

/** Where the answers come from. */
public interface SentinelSource {
    /** The hive as it is now. Must not block; called on the event loop. */
    Topology topology();

    /**
     * Hands over to the best replica. Must not block.
     *
     * @return an empty text when it is done, else why it was not, in one line
     */
    CompletionStage<String> failover();
}

package io.hive.proxy.redis;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warnings that are worth one line, not one per attempt. Bounded, since the topics are the few
 * commands and settings that Hive uses. Any thread.
 */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(LocalRedis.class);

    private final Set<String> given = ConcurrentHashMap.newKeySet();

    /** Logs the line, unless there has been one on this topic. */
    void once(String topic, String line) {
        if (given.add(topic)) {
            LOG.warn("{}", line);
        }
    }
}

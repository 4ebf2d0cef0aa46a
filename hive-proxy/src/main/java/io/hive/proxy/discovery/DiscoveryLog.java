package io.hive.proxy.discovery;

import io.hive.core.node.IpAddress;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What discovery logs: each change once, the first failure at once, and those that follow counted,
 * in one line a minute. For the discovery's own thread.
 */
final class DiscoveryLog {
    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);
    private static final long HELD_BACK_NANOS = Duration.ofMinutes(1).toNanos();

    private final String name;
    private long failures;
    private long loggedFailures;
    private long loggedAt;
    private boolean partial;
    private int tooMany;

    DiscoveryLog(String name) {
        this.name = name;
    }

    /**
     * There was an answer.
     *
     * @param failure of one of the two families, or empty
     */
    void answered(Set<IpAddress> last, Set<IpAddress> found, String failure) {
        if (failures > 0) {
            LOG.info("discovery: {} is answered again after {} failures", name, failures);
            failures = 0;
            loggedFailures = 0;
        }
        if (!found.equals(last)) {
            LOG.info(
                    "discovery: {} names {} addresses: {} (new {}, gone {})",
                    name,
                    found.size(),
                    found,
                    without(found, last),
                    without(last, found));
        }
        if (partial != !failure.isEmpty()) {
            partial = !failure.isEmpty();
            if (partial) {
                LOG.warn(
                        "discovery: {} is answered in part ({}); the addresses of that family are"
                                + " kept as they were",
                        name,
                        failure);
            } else {
                LOG.info("discovery: {} is answered in full again", name);
            }
        }
    }

    /** There was none; the last set, of that many, stays. */
    void failed(String reason, int kept) {
        failures++;
        long now = System.nanoTime();
        if (failures == 1 || now - loggedAt >= HELD_BACK_NANOS) {
            long heldBack = failures - loggedFailures - 1;
            LOG.warn(
                    "discovery: {}; keeping the last {} addresses{}",
                    reason,
                    kept,
                    heldBack == 0 ? "" : " (" + heldBack + " failures since the last such line)");
            loggedFailures = failures;
            loggedAt = now;
        }
    }

    /** There were more than are taken. */
    void tooMany(int count) {
        if (count != tooMany) {
            tooMany = count;
            LOG.warn(
                    "discovery: {} names {} addresses, of which the lowest {} are taken; check that"
                            + " it selects only the pods of this hive",
                    name,
                    count,
                    Discovery.MAX_NODES);
        }
    }

    private static Set<IpAddress> without(Set<IpAddress> set, Set<IpAddress> other) {
        Set<IpAddress> rest = new TreeSet<>(set);
        rest.removeAll(other);
        return rest;
    }
}

package io.hive.proxy.route;

import io.hive.core.leader.Leadership;
import io.hive.core.redis.RedisEndpoint;

/** Where clients' commands go. */
public sealed interface Route {
    /**
     * To this master, until the lease ends.
     *
     * @param leadership the leadership that the master was confirmed in
     * @param master where its Redis is
     * @param leaseNanos on the clock of {@link System#nanoTime()}; past it nothing may be sent and
     *     no answer passed on, whatever the control thread does, because this process may have been
     *     frozen while another master was elected (rule 14)
     */
    record Open(Leadership leadership, RedisEndpoint master, long leaseNanos) implements Route {
        /** Whether the lease still runs. Compared by difference, since the clock may wrap. */
        public boolean leased(long nowNanos) {
            return leaseNanos - nowNanos > 0;
        }
    }

    /**
     * Nowhere.
     *
     * @param reason one line, why
     */
    record Closed(String reason) implements Route {}
}

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
     * To this master still, but nothing new: what is under way is answered, and what comes waits,
     * since another master is about to take over (rule 20 of the election). It is followed by an
     * open route, or a closed one.
     *
     * @param to the master, with its lease, under which its answers count
     * @param quiet to be called once by whoever sends commands, on any thread, when nothing is
     *     under way any more
     */
    record Held(Open to, Runnable quiet) implements Route {}

    /**
     * Nowhere.
     *
     * @param reason one line, why
     */
    record Closed(String reason) implements Route {}
}

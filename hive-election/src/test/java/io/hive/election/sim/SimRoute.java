package io.hive.election.sim;

import io.hive.core.leader.Leadership;
import io.hive.core.redis.RedisEndpoint;

/**
 * Where a sidecar sends commands.
 *
 * @param leaseNanos until when, on that sidecar's clock
 */
record SimRoute(Leadership leadership, RedisEndpoint master, long leaseNanos) {
    SimRoute renewed(long until) {
        return new SimRoute(leadership, master, until);
    }
}

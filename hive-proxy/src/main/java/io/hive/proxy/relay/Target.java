package io.hive.proxy.relay;

import io.hive.core.leader.Leadership;
import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.route.Route;

/**
 * Which master, in which leadership: a connection made for one serves no other.
 *
 * @param leadership the term in which the master was confirmed
 * @param master where its Redis is
 */
record Target(Leadership leadership, RedisEndpoint master) {
    static Target of(Route.Open route) {
        return new Target(route.leadership(), route.master());
    }

    boolean is(Route.Open route) {
        return master.equals(route.master()) && leadership.equals(route.leadership());
    }
}

package io.hive.proxy.relay;

import io.hive.core.leader.Leadership;
import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.route.Route;

/** Where a session stands with the master. */
sealed interface Link {
    /** Neither connected nor connecting; the next command changes that, if there is a master. */
    record None() implements Link {}

    /** No master for so long that commands are answered with an error until there is one. */
    record Rejecting() implements Link {}

    /** A connection is being set up; commands wait for it. */
    record Connecting(Upstream upstream, Target target) implements Link {}

    /** Commands go out as they come. */
    record Live(Upstream upstream, Target target) implements Link {}

    /**
     * Connected, but the route is closed or its lease is over: nothing may be sent and no answer
     * passed on until it is open again; to the same master, or the connection is given up.
     */
    record Frozen(Upstream upstream, Target target) implements Link {}

    /** Which master, in which leadership: a connection made for one serves no other. */
    record Target(Leadership leadership, RedisEndpoint master) {
        static Target of(Route.Open route) {
            return new Target(route.leadership(), route.master());
        }

        boolean is(Route.Open route) {
            return master.equals(route.master()) && leadership.equals(route.leadership());
        }
    }
}

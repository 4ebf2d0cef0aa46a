package io.hive.proxy.route;

import io.hive.core.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a Redis before it serves: a route names an address, and behind it there may be another
 * process by now, with nothing in it. A connection ends with its process, so that looking once is
 * enough. Any thread; nothing blocks.
 */
public interface Doorkeeper {
    /**
     * The login for the question, which is not the client's.
     *
     * @param user empty for the default user
     * @param password empty where there is none
     */
    record Login(String user, String password) {
        /** Leaves the password out. */
        @Override
        public String toString() {
            return "the sidecar's login";
        }
    }

    /** Who asks. */
    Login login();

    /**
     * Whether what a Redis says of itself speaks against sending it commands.
     *
     * @param info its answer to {@code INFO replication}, or the error in its place
     * @return one line, or null if it may serve
     */
    @Nullable String objection(RedisEndpoint redis, String info);

    /** A Redis that the route leads to could not serve: another one may be chosen. */
    void failed(RedisEndpoint redis, String reason);
}

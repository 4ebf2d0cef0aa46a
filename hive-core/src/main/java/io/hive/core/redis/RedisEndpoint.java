package io.hive.core.redis;

import io.hive.core.node.HostPort;
import io.hive.core.node.IpAddress;

/**
 * Where a redis-server is reached by the other pods.
 *
 * @param host an address that every member of the hive can reach
 * @param port 1 to 65535
 */
public record RedisEndpoint(IpAddress host, int port) {
    /**
     * The address that a Redis is made to follow when it must follow nobody: nothing listens on
     * port 1 of its own loopback (rule 7, rule 16).
     */
    public static final RedisEndpoint DEAD = new RedisEndpoint(IpAddress.parse("127.0.0.1"), 1);

    public RedisEndpoint {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port is 1 to 65535, got " + port);
        }
    }

    /** Reads {@code ip:port}. */
    public static RedisEndpoint parse(String text, int defaultPort) {
        return HostPort.parse(text, defaultPort, RedisEndpoint::new);
    }

    @Override
    public String toString() {
        return HostPort.format(host, port);
    }
}

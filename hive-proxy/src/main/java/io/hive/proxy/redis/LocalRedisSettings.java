package io.hive.proxy.redis;

import io.hive.core.redis.RedisEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the local redis-server is, and how it is watched.
 *
 * @param host an address or a name; a name is resolved at each connection attempt
 * @param port 1 to 65535
 * @param unixSocket connect here instead of to host and port, or null; needs epoll
 * @param username who the sidecar logs in as; empty for the default user
 * @param password read again at each connection, so that it may be changed in place; gives an empty
 *     text where there is none. May read a file; is never called on an event loop
 * @param announced where the other pods reach this server ({@code replica-announce-ip}, {@code
 *     -port})
 * @param silenceLimit for how long a live socket may be silent before the server counts as lost
 * @param pollInterval how often it is observed; more often while something is about to change
 */
public record LocalRedisSettings(
        String host,
        int port,
        @Nullable Path unixSocket,
        String username,
        Supplier<String> password,
        RedisEndpoint announced,
        Duration silenceLimit,
        Duration pollInterval) {
    /** The limit that a busy server has (architecture, "Detecting loss"). */
    public static final Duration DEFAULT_SILENCE_LIMIT = Duration.ofSeconds(10);

    /** How often a server is observed unless something else is asked for. */
    public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofMillis(100);

    public LocalRedisSettings {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port is 1 to 65535, got " + port);
        }
        if (pollInterval.isNegative() || pollInterval.isZero()) {
            throw new IllegalArgumentException(
                    "the poll interval is more than 0, got " + pollInterval);
        }
        if (silenceLimit.compareTo(pollInterval) < 0) {
            throw new IllegalArgumentException(
                    "the limit of silence ("
                            + silenceLimit
                            + ") is no shorter than the poll interval ("
                            + pollInterval
                            + ")");
        }
    }

    /** A server without a password, watched with the default times. */
    public static LocalRedisSettings of(String host, int port, RedisEndpoint announced) {
        return new LocalRedisSettings(
                host,
                port,
                null,
                "",
                () -> "",
                announced,
                DEFAULT_SILENCE_LIMIT,
                DEFAULT_POLL_INTERVAL);
    }

    /** The same server, with this login. */
    public LocalRedisSettings withLogin(String user, Supplier<String> secret) {
        return new LocalRedisSettings(
                host, port, unixSocket, user, secret, announced, silenceLimit, pollInterval);
    }

    /** The same server, over this socket in the file system. */
    public LocalRedisSettings withUnixSocket(Path path) {
        return new LocalRedisSettings(
                host, port, path, username, password, announced, silenceLimit, pollInterval);
    }

    /** The same server, with these times. */
    public LocalRedisSettings withTimes(Duration limit, Duration interval) {
        return new LocalRedisSettings(
                host, port, unixSocket, username, password, announced, limit, interval);
    }

    /** Where it is reached from here, for log lines. */
    String where() {
        return unixSocket != null ? unixSocket.toString() : host + ":" + port;
    }

    /** Leaves the login out. */
    @Override
    public String toString() {
        return "LocalRedisSettings[" + where() + ", announced as " + announced + "]";
    }
}

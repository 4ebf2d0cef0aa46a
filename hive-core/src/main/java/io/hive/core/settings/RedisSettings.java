package io.hive.core.settings;

import io.hive.core.node.IpAddress;
import io.hive.core.redis.RedisEndpoint;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The local Redis, and how to log in to it.
 *
 * @param host where it listens, as the sidecar reaches it
 * @param port 1 to 65535; its replicas connect to it, so it is needed beside a socket, too
 * @param socket its unix socket, or null
 * @param username the user that the sidecar logs in as, or null for the default user
 * @param password its password, or null for none
 * @param passwordFile the file that the password came from, to be read again when it changes, or
 *     null
 * @param timeout silence after which it is lost though its socket lives, 100ms to 1h
 * @param salvageDirectory where a snapshot of diverged data is kept, or null for nowhere
 */
public record RedisSettings(
        IpAddress host,
        int port,
        @Nullable String socket,
        @Nullable String username,
        @Nullable Secret password,
        @Nullable String passwordFile,
        Duration timeout,
        @Nullable String salvageDirectory) {
    private static final Pattern USERNAME = Pattern.compile("[^\\s\\p{Cntrl}]{1,128}");

    public RedisSettings {
        Check.port(Setting.REDIS_PORT, port);
        if (host.low() == 0 && host.high() == 0) {
            throw InvalidSetting.value(
                    Setting.REDIS_HOST, host, "an address to connect to, or localhost");
        }
        Check.absolute(Setting.REDIS_SOCKET, socket);
        Check.matches(
                Setting.REDIS_USERNAME,
                username,
                USERNAME,
                "a name of 1 to 128 characters without blanks");
        Check.absolute(Setting.REDIS_PASSWORD_FILE, passwordFile);
        Check.between(Setting.REDIS_TIMEOUT, timeout, Duration.ofMillis(100), Duration.ofHours(1));
        Check.absolute(Setting.SALVAGE_DIR, salvageDirectory);
        if (username != null && password == null) {
            throw InvalidSetting.unusable(
                    Setting.REDIS_USERNAME,
                    username,
                    "a user needs a password, set HIVE_REDIS_PASSWORD_FILE or HIVE_REDIS_PASSWORD");
        }
    }

    /**
     * Where the other pods reach this Redis: its own address, but for a loopback address, which is
     * the pod's.
     *
     * @param ownAddress the pod's address
     */
    public RedisEndpoint announced(IpAddress ownAddress) {
        return new RedisEndpoint(
                host.isLoopback() && !ownAddress.isLoopback() ? ownAddress : host, port);
    }
}

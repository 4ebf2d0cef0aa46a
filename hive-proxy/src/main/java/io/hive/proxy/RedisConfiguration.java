package io.hive.proxy;

import io.hive.core.redis.RedisEndpoint;
import io.hive.core.settings.RedisSettings;
import io.hive.core.settings.Secret;
import io.hive.proxy.redis.LocalRedisSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of the local Redis in the watcher's terms. */
final class RedisConfiguration {
    private static final Logger log = LoggerFactory.getLogger(RedisConfiguration.class);

    private RedisConfiguration() {}

    static LocalRedisSettings of(RedisSettings settings, RedisEndpoint announced) {
        LocalRedisSettings watched =
                LocalRedisSettings.of(settings.host().toString(), settings.port(), announced)
                        .withLogin(
                                settings.username() == null ? "" : settings.username(),
                                password(settings))
                        .withTimes(settings.timeout(), LocalRedisSettings.DEFAULT_POLL_INTERVAL);
        String socket = settings.socket();
        return socket == null ? watched : watched.withUnixSocket(Path.of(socket));
    }

    /** Read again at each connection, so that a password can be rotated in place. */
    static Supplier<String> password(RedisSettings settings) {
        Secret fixed = settings.password();
        String known = fixed == null ? "" : fixed.reveal();
        String file = settings.passwordFile();
        if (file == null) {
            return () -> known;
        }
        return () -> {
            try {
                return Files.readString(Path.of(file)).stripTrailing();
            } catch (IOException e) {
                log.warn(
                        "HIVE_REDIS_PASSWORD_FILE {} cannot be read ({}); the password that was"
                                + " read before is used",
                        file,
                        e.toString());
                return known;
            }
        };
    }
}

package io.hive.proxy;

import io.hive.core.settings.RedisSettings;
import io.hive.proxy.route.Doorkeeper.Login;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The sidecar's own login, for those who must not wait for a file: what was read last, read again
 * in the background. Any thread.
 */
final class SidecarLogin implements Supplier<Login> {
    private static final long READ_AGAIN_NANOS = 5_000_000_000L;

    private final String user;
    private final boolean changes;
    private final Supplier<String> password;
    private final AtomicLong readNanos;
    private volatile String known;

    /** Reads the password, from its file if it has one. */
    SidecarLogin(RedisSettings settings) {
        user = settings.username() == null ? "" : settings.username();
        changes = settings.passwordFile() != null;
        password = RedisConfiguration.password(settings);
        known = password.get();
        readNanos = new AtomicLong(System.nanoTime());
    }

    @Override
    public Login get() {
        long last = readNanos.get();
        long now = System.nanoTime();
        if (changes && now - last > READ_AGAIN_NANOS && readNanos.compareAndSet(last, now)) {
            var _ = Thread.ofVirtual().name("hive-login").start(() -> known = password.get());
        }
        return new Login(user, known);
    }
}

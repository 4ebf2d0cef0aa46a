package io.hive.proxy.redis;

import io.hive.core.redis.RedisEndpoint;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections with the sidecar's login, to its own Redis and to that of another pod. Blocks
 * while a name is resolved or a password is read: any thread but an event loop.
 */
final class LocalConnection {
    private final LocalRedisSettings settings;
    private final Connector connector;

    LocalConnection(LocalRedisSettings settings, Connector connector) {
        this.settings = settings;
        this.connector = connector;
    }

    /**
     * Connects to the local Redis.
     *
     * @param limit for the login
     */
    CompletableFuture<RedisLink> open(Duration limit) {
        return local(settings.username(), null, limit);
    }

    /** Connects to the local Redis for an operation. */
    CompletableFuture<RedisLink> open(Patience patience) {
        return local(settings.username(), null, limit(patience));
    }

    /** Connects to the local Redis as somebody else. */
    CompletableFuture<RedisLink> open(String username, String password, Patience patience) {
        return local(username, password, limit(patience));
    }

    /** Connects to another pod's Redis. */
    CompletableFuture<RedisLink> open(RedisEndpoint remote, Patience patience) {
        try {
            return connector.connect(
                    remote.host().toString(),
                    remote.port(),
                    settings.username(),
                    settings.password().get(),
                    limit(patience));
        } catch (UnknownHostException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Waits for a connection; one that comes too late is closed. */
    RedisLink await(String what, CompletableFuture<RedisLink> connecting, Patience patience)
            throws OperationFailure {
        try {
            patience.await(what, connecting, () -> true);
        } catch (OperationFailure e) {
            var _ = connecting.thenAccept(RedisLink::abandon);
            throw e;
        }
        if (connecting.isCompletedExceptionally()) {
            throw new OperationFailure(
                    what + " failed: " + RedisErrors.brief(connecting.exceptionNow()));
        }
        RedisLink link = connecting.resultNow();
        Thread self = Thread.currentThread();
        var _ = link.ended().thenRun(() -> LockSupport.unpark(self));
        return link;
    }

    /** What to do about a login that the local Redis refuses, or null if that is not it. */
    @Nullable String advice(Throwable failure) {
        return LoginAdvice.of(failure, settings.where(), settings.username(), !passwordIsEmpty());
    }

    private boolean passwordIsEmpty() {
        try {
            return settings.password().get().isEmpty();
        } catch (RuntimeException _) {
            return false;
        }
    }

    private CompletableFuture<RedisLink> local(
            String username, @Nullable String password, Duration limit) {
        try {
            String secret = password == null ? settings.password().get() : password;
            Path socket = settings.unixSocket();
            return socket == null
                    ? connector.connect(settings.host(), settings.port(), username, secret, limit)
                    : connector.connect(socket, username, secret, limit);
        } catch (UnknownHostException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Duration limit(Patience patience) {
        return Duration.ofNanos(Math.max(1_000_000, patience.left()));
    }
}

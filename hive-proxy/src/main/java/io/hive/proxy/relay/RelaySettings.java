package io.hive.proxy.relay;

import io.hive.core.node.IpAddress;
import io.hive.core.redis.RedisEndpoint;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the relay listens, and what it may hold.
 *
 * @param bind addresses to listen on; empty for all of this machine's
 * @param port 1 to 65535, or 0 for any free one
 * @param maxClients connections served at once, 1 or more ({@code HIVE_MAX_CLIENTS})
 * @param maxClientsPerSource of these from one address, 0 for no limit ({@code
 *     HIVE_MAX_CLIENTS_PER_SOURCE})
 * @param parkTimeout how long a command waits for a master ({@code HIVE_PARK_TIMEOUT}); more than
 *     zero
 * @param parkBytes what all clients together may have waiting ({@code HIVE_PARK_BYTES}); 0 or more
 * @param connectTimeout how long connecting to the master may take; more than zero
 * @param limits what is held for one client or connection
 * @param acknowledgement when a write is answered
 * @param readsOnly whether what may change something is refused
 * @param neighbour the Redis that is reached over a unix socket; null if there is none
 */
public record RelaySettings(
        List<IpAddress> bind,
        int port,
        int maxClients,
        int maxClientsPerSource,
        Duration parkTimeout,
        long parkBytes,
        Duration connectTimeout,
        RelayLimits limits,
        Acknowledgement acknowledgement,
        boolean readsOnly,
        @Nullable Neighbour neighbour) {
    /**
     * When a write is answered.
     *
     * @param replicas that must hold it by then, 0 for none ({@code HIVE_ACK_REPLICAS})
     * @param timeout after which it is answered with an error ({@code HIVE_ACK_TIMEOUT})
     */
    public record Acknowledgement(int replicas, Duration timeout) {
        static final Acknowledgement NONE = new Acknowledgement(0, Duration.ofSeconds(1));

        public Acknowledgement {
            check(replicas >= 0, "replicas is 0 or more", replicas);
            check(timeout.toMillis() > 0, "timeout is 1 ms or more", timeout);
        }
    }

    /**
     * The Redis of this pod.
     *
     * @param announced where the other pods reach it, which is what a route names
     * @param socket its unix socket ({@code HIVE_REDIS_SOCKET})
     */
    public record Neighbour(RedisEndpoint announced, Path socket) {}

    public RelaySettings {
        bind = List.copyOf(bind);
        check(port >= 0 && port <= 65535, "port is 0 to 65535", port);
        check(maxClients >= 1, "maxClients is 1 or more", maxClients);
        check(maxClientsPerSource >= 0, "maxClientsPerSource is 0 or more", maxClientsPerSource);
        check(parkTimeout.toMillis() > 0, "parkTimeout is 1 ms or more", parkTimeout);
        check(parkBytes >= 0, "parkBytes is 0 or more", parkBytes);
        check(
                connectTimeout.toMillis() > 0 && connectTimeout.toMillis() <= Integer.MAX_VALUE,
                "connectTimeout is 1 ms to 24 days",
                connectTimeout);
    }

    /** What the contract says where nothing is set, on one port. */
    public static RelaySettings defaults(List<IpAddress> bind, int port) {
        return new RelaySettings(
                bind,
                port,
                10_000,
                0,
                Duration.ofSeconds(10),
                64L * 1024 * 1024,
                Duration.ofSeconds(1),
                RelayLimits.DEFAULTS,
                Acknowledgement.NONE,
                false,
                null);
    }

    /** The same with another limit on clients. */
    public RelaySettings withMaxClients(int clients) {
        return withMaxClients(clients, maxClientsPerSource);
    }

    /** The same with other limits on clients, in all and from one address. */
    public RelaySettings withMaxClients(int clients, int perSource) {
        return with(draft -> {
            draft.maxClients = clients;
            draft.maxClientsPerSource = perSource;
        });
    }

    /** The same with other limits on what waits for a master. */
    public RelaySettings withParking(Duration timeout, long bytes) {
        return with(draft -> {
            draft.parkTimeout = timeout;
            draft.parkBytes = bytes;
        });
    }

    /** The same with another rule on when a write is answered. */
    public RelaySettings withAcknowledgement(int replicas, Duration timeout) {
        return with(draft -> draft.acknowledgement = new Acknowledgement(replicas, timeout));
    }

    /** The same with a Redis that is reached over its unix socket while it is master. */
    public RelaySettings withNeighbour(RedisEndpoint announced, Path socket) {
        return with(draft -> draft.neighbour = new Neighbour(announced, socket));
    }

    /** The same on another port, where what may change something is refused. */
    public RelaySettings forReads(int readPort) {
        return with(draft -> {
            draft.port = readPort;
            draft.readsOnly = true;
            draft.acknowledgement = Acknowledgement.NONE;
        });
    }

    /** The same with other limits on what is held for one client. */
    RelaySettings withLimits(RelayLimits other) {
        return with(draft -> draft.limits = other);
    }

    private RelaySettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new RelaySettings(
                bind,
                draft.port,
                draft.maxClients,
                draft.maxClientsPerSource,
                draft.parkTimeout,
                draft.parkBytes,
                connectTimeout,
                draft.limits,
                draft.acknowledgement,
                draft.readsOnly,
                draft.neighbour);
    }

    /** What can be another in settings that are otherwise the same. */
    private static final class Draft {
        private int port;
        private int maxClients;
        private int maxClientsPerSource;
        private Duration parkTimeout;
        private long parkBytes;
        private RelayLimits limits;
        private Acknowledgement acknowledgement;
        private boolean readsOnly;
        private @Nullable Neighbour neighbour;

        Draft(RelaySettings like) {
            port = like.port;
            maxClients = like.maxClients;
            maxClientsPerSource = like.maxClientsPerSource;
            parkTimeout = like.parkTimeout;
            parkBytes = like.parkBytes;
            limits = like.limits;
            acknowledgement = like.acknowledgement;
            readsOnly = like.readsOnly;
            neighbour = like.neighbour;
        }
    }

    /** The unix socket of a master, if it is the Redis of this pod and has one. */
    @Nullable SocketAddress socketOf(RedisEndpoint master) {
        Neighbour near = neighbour;
        return near != null && near.announced().equals(master)
                ? new DomainSocketAddress(near.socket().toFile())
                : null;
    }

    private static void check(boolean holds, String expected, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(expected + ", got " + got);
        }
    }
}

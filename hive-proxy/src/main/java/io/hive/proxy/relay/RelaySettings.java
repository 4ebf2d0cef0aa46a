package io.hive.proxy.relay;

import io.hive.core.node.IpAddress;
import java.time.Duration;
import java.util.List;

/**
 * How the relay listens, and what it may hold.
 *
 * @param bind addresses to listen on; empty for all of this machine's
 * @param port 1 to 65535, or 0 for any free one
 * @param maxClients connections served at once, 1 or more ({@code HIVE_MAX_CLIENTS})
 * @param parkTimeout how long a command waits for a master ({@code HIVE_PARK_TIMEOUT}); more than
 *     zero
 * @param parkBytes what all clients together may have waiting ({@code HIVE_PARK_BYTES}); 0 or more
 * @param connectTimeout how long connecting to the master may take; more than zero
 * @param lowWater bytes waiting for one socket under which its source is read again
 * @param highWater bytes waiting for one socket over which its source is no longer read; above the
 *     low mark
 */
public record RelaySettings(
        List<IpAddress> bind,
        int port,
        int maxClients,
        Duration parkTimeout,
        long parkBytes,
        Duration connectTimeout,
        int lowWater,
        int highWater) {
    public RelaySettings {
        bind = List.copyOf(bind);
        check(port >= 0 && port <= 65535, "port is 0 to 65535", port);
        check(maxClients >= 1, "maxClients is 1 or more", maxClients);
        check(parkTimeout.toMillis() > 0, "parkTimeout is 1 ms or more", parkTimeout);
        check(parkBytes >= 0, "parkBytes is 0 or more", parkBytes);
        check(
                connectTimeout.toMillis() > 0 && connectTimeout.toMillis() <= Integer.MAX_VALUE,
                "connectTimeout is 1 ms to 24 days",
                connectTimeout);
        check(lowWater >= 1, "lowWater is 1 or more", lowWater);
        check(highWater > lowWater, "highWater is above lowWater (" + lowWater + ")", highWater);
    }

    /** What the contract says where nothing is set, on one port. */
    public static RelaySettings defaults(List<IpAddress> bind, int port) {
        return new RelaySettings(
                bind,
                port,
                10_000,
                Duration.ofSeconds(10),
                64L * 1024 * 1024,
                Duration.ofSeconds(1),
                64 * 1024,
                256 * 1024);
    }

    /** The same with another limit on clients. */
    public RelaySettings withMaxClients(int clients) {
        return new RelaySettings(
                bind, port, clients, parkTimeout, parkBytes, connectTimeout, lowWater, highWater);
    }

    /** The same with other limits on what waits for a master. */
    public RelaySettings withParking(Duration timeout, long bytes) {
        return new RelaySettings(
                bind, port, maxClients, timeout, bytes, connectTimeout, lowWater, highWater);
    }

    private static void check(boolean holds, String expected, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(expected + ", got " + got);
        }
    }
}

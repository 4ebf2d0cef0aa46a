package io.hive.core.settings;

import java.time.Duration;

/**
 * How clients are served.
 *
 * @param parkTimeout how long a command waits for a master, to 1h
 * @param parkBytes what may be parked in all, in bytes, to 64gb
 * @param maxClients clients at once on all ports, 1 to 1000000
 * @param maxClientsPerSource clients at once from one address, 1 to 1000000, or {@link #UNLIMITED}
 * @param ackReplicas replicas that must hold a write before it is acknowledged, 0 to 127
 * @param ackTimeout after which such a write is answered with an error, 1ms to 1h
 * @param maxReadLag a staler local replica does not serve reads, 10ms to 24h
 * @param eventLoops relay threads, 1 to 256
 * @param sockets which kind of sockets to use
 */
public record ProxySettings(
        Duration parkTimeout,
        long parkBytes,
        int maxClients,
        int maxClientsPerSource,
        int ackReplicas,
        Duration ackTimeout,
        Duration maxReadLag,
        int eventLoops,
        SocketKind sockets) {
    /** No limit for a single source. */
    public static final int UNLIMITED = 0;

    private static final long MAX_PARK_BYTES = 64L << 30;
    private static final int MOST_CLIENTS = 1_000_000;
    private static final int MOST_REPLICAS = 127;
    private static final int MOST_LOOPS = 256;

    public ProxySettings {
        Check.between(Setting.PARK_TIMEOUT, parkTimeout, Duration.ZERO, Duration.ofHours(1));
        if (parkBytes < 0 || parkBytes > MAX_PARK_BYTES) {
            throw InvalidSetting.value(
                    Setting.PARK_BYTES, SizeText.format(parkBytes), "a size of 0b to 64gb");
        }
        Check.between(Setting.MAX_CLIENTS, maxClients, 1, MOST_CLIENTS);
        if (maxClientsPerSource < UNLIMITED || maxClientsPerSource > MOST_CLIENTS) {
            throw InvalidSetting.value(
                    Setting.MAX_CLIENTS_PER_SOURCE,
                    maxClientsPerSource,
                    "a number of 1 to " + MOST_CLIENTS + ", or unlimited");
        }
        Check.between(Setting.ACK_REPLICAS, ackReplicas, 0, MOST_REPLICAS);
        Check.between(Setting.ACK_TIMEOUT, ackTimeout, Duration.ofMillis(1), Duration.ofHours(1));
        Check.between(
                Setting.MAX_READ_LAG, maxReadLag, Duration.ofMillis(10), Duration.ofHours(24));
        Check.between(Setting.EVENT_LOOPS, eventLoops, 1, MOST_LOOPS);
    }
}

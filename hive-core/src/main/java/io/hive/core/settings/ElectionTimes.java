package io.hive.core.settings;

import java.time.Duration;

/**
 * The times of detection and election.
 *
 * @param heartbeat how often a heartbeat is sent, 10ms to 1m
 * @param peerTimeout silence after which a peer is lost, at least three heartbeats, to 10m
 * @param deadline how long a candidate waits for members that do not answer, 10ms to 1m, at most
 *     the cold start
 * @param startGrace before a DNS answer that names only oneself counts, to 10m, at most the cold
 *     start
 * @param coldStart the one deadline for silent addresses on a cold start, to 1h
 * @param isolation what an isolated node does
 * @param isolationAfter for how long neither must have answered, at least the peer timeout, to 1h
 */
public record ElectionTimes(
        Duration heartbeat,
        Duration peerTimeout,
        Duration deadline,
        Duration startGrace,
        Duration coldStart,
        Isolation isolation,
        Duration isolationAfter) {
    /** One or two heartbeats get lost or late in any network. */
    private static final int HEARTBEATS_IN_TIMEOUT = 3;

    public ElectionTimes {
        Check.between(Setting.HEARTBEAT, heartbeat, Duration.ofMillis(10), Duration.ofMinutes(1));
        Check.between(
                Setting.PEER_TIMEOUT, peerTimeout, Duration.ofMillis(30), Duration.ofMinutes(10));
        Check.atLeast(
                Setting.PEER_TIMEOUT,
                peerTimeout,
                heartbeat.multipliedBy(HEARTBEATS_IN_TIMEOUT),
                "three times HIVE_HEARTBEAT");
        Check.between(
                Setting.ELECTION_DEADLINE, deadline, Duration.ofMillis(10), Duration.ofMinutes(1));
        Check.between(Setting.START_GRACE, startGrace, Duration.ZERO, Duration.ofMinutes(10));
        Check.between(Setting.COLD_START, coldStart, Duration.ofMillis(10), Duration.ofHours(1));
        Check.atLeast(Setting.COLD_START, coldStart, deadline, "as HIVE_ELECTION_DEADLINE is");
        Check.atLeast(Setting.COLD_START, coldStart, startGrace, "as HIVE_START_GRACE is");
        Check.between(
                Setting.ISOLATION_AFTER,
                isolationAfter,
                Duration.ofMillis(30),
                Duration.ofHours(1));
        Check.atLeast(
                Setting.ISOLATION_AFTER, isolationAfter, peerTimeout, "as HIVE_PEER_TIMEOUT is");
    }
}

package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElectionTimesTest {
    @Test
    void defaults() {
        assertThat(Given.read().times())
                .isEqualTo(
                        new ElectionTimes(
                                Duration.ofMillis(200),
                                Duration.ofSeconds(1),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(10),
                                Isolation.FENCE,
                                Duration.ofSeconds(3)));
    }

    @Test
    void withAListOfPeersIsolationIsServedThrough() {
        assertThat(
                        Given.read("HIVE_DISCOVERY", "static", "HIVE_PEERS", "10.0.0.1")
                                .times()
                                .isolation())
                .isEqualTo(Isolation.SERVE);
        assertThat(
                        Given.read(
                                        "HIVE_DISCOVERY", "static",
                                        "HIVE_PEERS", "10.0.0.1",
                                        "HIVE_ISOLATION", "fence")
                                .times()
                                .isolation())
                .isEqualTo(Isolation.FENCE);
    }

    @Test
    void everythingSet() {
        assertThat(
                        Given.read(
                                        "HIVE_HEARTBEAT", "100ms",
                                        "HIVE_PEER_TIMEOUT", "300ms",
                                        "HIVE_ELECTION_DEADLINE", "250ms",
                                        "HIVE_START_GRACE", "0",
                                        "HIVE_COLD_START", "2m",
                                        "HIVE_ISOLATION", "serve",
                                        "HIVE_ISOLATION_AFTER", "1h")
                                .times())
                .isEqualTo(
                        new ElectionTimes(
                                Duration.ofMillis(100),
                                Duration.ofMillis(300),
                                Duration.ofMillis(250),
                                Duration.ZERO,
                                Duration.ofMinutes(2),
                                Isolation.SERVE,
                                Duration.ofHours(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    HIVE_HEARTBEAT|9ms|HIVE_HEARTBEAT is '9ms', expected a duration of 10ms to 1m
                    HIVE_HEARTBEAT|fast|HIVE_HEARTBEAT is 'fast', expected a duration such as 200ms, 1s or 2m
                    HIVE_HEARTBEAT|334ms|HIVE_PEER_TIMEOUT is '1s', expected at least 1002ms, three times HIVE_HEARTBEAT
                    HIVE_PEER_TIMEOUT|599ms|HIVE_PEER_TIMEOUT is '599ms', expected at least 600ms, three times HIVE_HEARTBEAT
                    HIVE_PEER_TIMEOUT|11m|HIVE_PEER_TIMEOUT is '11m', expected a duration of 30ms to 10m
                    HIVE_PEER_TIMEOUT|4s|HIVE_ISOLATION_AFTER is '3s', expected at least 4s, as HIVE_PEER_TIMEOUT is
                    HIVE_ELECTION_DEADLINE|0|HIVE_ELECTION_DEADLINE is '0ms', expected a duration of 10ms to 1m
                    HIVE_ELECTION_DEADLINE|11s|HIVE_COLD_START is '10s', expected at least 11s, as HIVE_ELECTION_DEADLINE is
                    HIVE_START_GRACE|11s|HIVE_COLD_START is '10s', expected at least 11s, as HIVE_START_GRACE is
                    HIVE_START_GRACE|11m|HIVE_START_GRACE is '11m', expected a duration of 0ms to 10m
                    HIVE_COLD_START|2h|HIVE_COLD_START is '2h', expected a duration of 10ms to 1h
                    HIVE_ISOLATION|stop|HIVE_ISOLATION is 'stop', expected fence or serve
                    HIVE_ISOLATION_AFTER|900ms|HIVE_ISOLATION_AFTER is '900ms', expected at least 1s, as HIVE_PEER_TIMEOUT is
                    HIVE_ISOLATION_AFTER|2h|HIVE_ISOLATION_AFTER is '2h', expected a duration of 30ms to 1h
                    """)
    void wrong(String name, String value, String line) {
        Given.rejected(line, name, value);
    }
}

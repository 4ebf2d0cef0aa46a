package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {
    @Test
    void defaults() {
        assertThat(Given.read().proxy())
                .isEqualTo(
                        new ProxySettings(
                                Duration.ofSeconds(10),
                                64L << 20,
                                10_000,
                                ProxySettings.UNLIMITED,
                                0,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(10),
                                1,
                                SocketKind.AUTO));
    }

    @Test
    void eventLoopsFollowTheProcessors() {
        FakeSurroundings large =
                new FakeSurroundings(
                        FakeSurroundings.PLAIN.defaultRouteAddress(), 1000, false, Map.of());
        assertThat(new SettingsReader(Given.variables(), large).read().proxy().eventLoops())
                .isEqualTo(256);
        FakeSurroundings none =
                new FakeSurroundings(
                        FakeSurroundings.PLAIN.defaultRouteAddress(), 0, false, Map.of());
        assertThat(new SettingsReader(Given.variables(), none).read().proxy().eventLoops())
                .isEqualTo(1);
    }

    @Test
    void everythingSet() {
        assertThat(
                        Given.read(
                                        "HIVE_PARK_TIMEOUT", "0",
                                        "HIVE_PARK_BYTES", "1GB",
                                        "HIVE_MAX_CLIENTS", "5",
                                        "HIVE_MAX_CLIENTS_PER_SOURCE", "4",
                                        "HIVE_ACK_REPLICAS", "2",
                                        "HIVE_ACK_TIMEOUT", "20ms",
                                        "HIVE_MAX_READ_LAG", "3s",
                                        "HIVE_EVENT_LOOPS", "7",
                                        "HIVE_TRANSPORT", "io_uring")
                                .proxy())
                .isEqualTo(
                        new ProxySettings(
                                Duration.ZERO,
                                1L << 30,
                                5,
                                4,
                                2,
                                Duration.ofMillis(20),
                                Duration.ofSeconds(3),
                                7,
                                SocketKind.IO_URING));
        assertThat(
                        Given.read("HIVE_MAX_CLIENTS_PER_SOURCE", "unlimited")
                                .proxy()
                                .maxClientsPerSource())
                .isEqualTo(ProxySettings.UNLIMITED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    HIVE_PARK_TIMEOUT|61m|HIVE_PARK_TIMEOUT is '61m', expected a duration of 0ms to 1h
                    HIVE_PARK_TIMEOUT|-1s|HIVE_PARK_TIMEOUT is '-1s', expected a duration such as 200ms, 1s or 2m
                    HIVE_PARK_BYTES|64 mb|HIVE_PARK_BYTES is '64 mb', expected a size such as 512kb, 64mb or 1gb
                    HIVE_PARK_BYTES|65gb|HIVE_PARK_BYTES is '65gb', expected a size of 0b to 64gb
                    HIVE_MAX_CLIENTS|0|HIVE_MAX_CLIENTS is '0', expected a number of 1 to 1000000
                    HIVE_MAX_CLIENTS|many|HIVE_MAX_CLIENTS is 'many', expected a number of 1 to 1000000
                    HIVE_MAX_CLIENTS_PER_SOURCE|-2|HIVE_MAX_CLIENTS_PER_SOURCE is '-2', expected a number of 1 to 1000000, or unlimited
                    HIVE_MAX_CLIENTS_PER_SOURCE|all|HIVE_MAX_CLIENTS_PER_SOURCE is 'all', expected a number of 1 to 1000000, or unlimited
                    HIVE_ACK_REPLICAS|-1|HIVE_ACK_REPLICAS is '-1', expected a number of 0 to 127
                    HIVE_ACK_REPLICAS|128|HIVE_ACK_REPLICAS is '128', expected a number of 0 to 127
                    HIVE_ACK_TIMEOUT|0|HIVE_ACK_TIMEOUT is '0ms', expected a duration of 1ms to 1h
                    HIVE_MAX_READ_LAG|1ms|HIVE_MAX_READ_LAG is '1ms', expected a duration of 10ms to 24h
                    HIVE_EVENT_LOOPS|0|HIVE_EVENT_LOOPS is '0', expected a number of 1 to 256
                    HIVE_EVENT_LOOPS|257|HIVE_EVENT_LOOPS is '257', expected a number of 1 to 256
                    HIVE_TRANSPORT|kqueue|HIVE_TRANSPORT is 'kqueue', expected auto or epoll or io_uring or nio
                    """)
    void wrong(String name, String value, String line) {
        Given.rejected(line, name, value);
    }
}

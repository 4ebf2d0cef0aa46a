package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hive.core.node.IpAddress;
import io.hive.core.node.NodeId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSettingsTest {
    @Test
    void defaults() {
        assertThat(Given.read().node())
                .isEqualTo(
                        new NodeSettings(
                                IpAddress.parse("10.1.2.3"), null, 7000, 7001, 3000, 8080, 26379));
    }

    @Test
    void everythingSet() {
        NodeSettings node =
                Given.read(
                                "HIVE_ADDRESS", "127.0.0.11",
                                "HIVE_BIND", "127.0.0.12",
                                "HIVE_PROXY_PORT", "1",
                                "HIVE_READ_PORT", "2",
                                "HIVE_PEER_PORT", "3",
                                "HIVE_ADMIN_PORT", "4",
                                "HIVE_SENTINEL_PORT", "65535")
                        .node();
        assertThat(node)
                .isEqualTo(
                        new NodeSettings(
                                IpAddress.parse("127.0.0.11"),
                                IpAddress.parse("127.0.0.12"),
                                1,
                                2,
                                3,
                                4,
                                65535));
        assertThat(node.id()).isEqualTo(NodeId.parse("127.0.0.11:3", 0));
    }

    @Test
    void addressOfThePodComesBeforeTheDefaultRoute() {
        assertThat(Given.read("POD_IP", "10.9.9.9").node().address())
                .isEqualTo(IpAddress.parse("10.9.9.9"));
        assertThat(Given.read("POD_IP", "10.9.9.9", "HIVE_ADDRESS", "10.8.8.8").node().address())
                .isEqualTo(IpAddress.parse("10.8.8.8"));
        Given.rejected(
                "HIVE_ADDRESS is not set: POD_IP stands in for it, and is 'pod', expected an IPv4"
                        + " or IPv6 address",
                "POD_IP",
                "pod");
    }

    @Test
    void noAddressAtAll() {
        SettingsReader reader =
                new SettingsReader(
                        Map.of("HIVE_DNS_NAME", "hive"),
                        new FakeSurroundings(Optional.empty(), 1, false, Map.of()));
        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(reader::read)
                .withMessage(
                        "HIVE_ADDRESS is not set: neither is POD_IP, and there is no default route"
                                + " to take it from; set it to this pod's IP")
                .matches(e -> e.setting() == Setting.ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", " ", ""})
    void everyAddressIsTheDefaultOfBind(String text) {
        assertThat(Given.read("HIVE_BIND", text).node().bind()).isNull();
    }

    @Test
    void threePortsMayBeOff() {
        NodeSettings node =
                Given.read(
                                "HIVE_READ_PORT", "0",
                                "HIVE_ADMIN_PORT", "0",
                                "HIVE_SENTINEL_PORT", "0")
                        .node();
        assertThat(node.openPorts())
                .containsOnly(
                        Map.entry(Setting.PROXY_PORT, 7000), Map.entry(Setting.PEER_PORT, 3000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    HIVE_ADDRESS|pod-1|HIVE_ADDRESS is 'pod-1', expected an IPv4 or IPv6 address
                    HIVE_ADDRESS|0.0.0.0|HIVE_ADDRESS is '0.0.0.0', expected an address that the peers can connect to
                    HIVE_BIND|eth0|HIVE_BIND is 'eth0', expected an IPv4 or IPv6 address
                    HIVE_BIND|::1|HIVE_BIND is '0:0:0:0:0:0:0:1', expected an address of the same family as HIVE_ADDRESS, which is 10.1.2.3
                    HIVE_PROXY_PORT|0|HIVE_PROXY_PORT is '0', expected a port, 1 to 65535
                    HIVE_PROXY_PORT|65536|HIVE_PROXY_PORT is '65536', expected a port, 1 to 65535
                    HIVE_PROXY_PORT|-1|HIVE_PROXY_PORT is '-1', expected a port, 1 to 65535
                    HIVE_PROXY_PORT|70.0|HIVE_PROXY_PORT is '70.0', expected a port, 1 to 65535
                    HIVE_PROXY_PORT|99999999999|HIVE_PROXY_PORT is '99999999999', expected a port, 1 to 65535
                    HIVE_PEER_PORT|0|HIVE_PEER_PORT is '0', expected a port, 1 to 65535
                    HIVE_READ_PORT|-1|HIVE_READ_PORT is '-1', expected a port, 1 to 65535, or 0 for off
                    HIVE_READ_PORT|off|HIVE_READ_PORT is 'off', expected a port, 1 to 65535, or 0 for off
                    HIVE_ADMIN_PORT|65536|HIVE_ADMIN_PORT is '65536', expected a port, 1 to 65535, or 0 for off
                    HIVE_SENTINEL_PORT|x|HIVE_SENTINEL_PORT is 'x', expected a port, 1 to 65535, or 0 for off
                    HIVE_READ_PORT|7000|HIVE_READ_PORT is '7000', expected a port of its own: it is HIVE_PROXY_PORT
                    HIVE_PEER_PORT|26379|HIVE_SENTINEL_PORT is '26379', expected a port of its own: it is HIVE_PEER_PORT
                    """)
    void wrong(String name, String value, String line) {
        Given.rejected(line, name, value);
    }
}

package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.IpAddress;
import io.hive.core.node.NodeId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoverySettingsTest {
    @Test
    void dnsIsTheDefault() {
        assertThat(Given.read().discovery())
                .isEqualTo(new DiscoverySettings.Dns("hive.test.", null));
    }

    @Test
    void dnsServer() {
        assertThat(
                        Given.read(
                                        "HIVE_DISCOVERY", "dns",
                                        "HIVE_DNS_NAME", "_hive.my-ns.svc",
                                        "HIVE_DNS_SERVER", "127.0.0.11:5353")
                                .discovery())
                .isEqualTo(
                        new DiscoverySettings.Dns(
                                "_hive.my-ns.svc",
                                new DiscoverySettings.Server(IpAddress.parse("127.0.0.11"), 5353)));
        assertThat(Given.read("HIVE_DNS_SERVER", "127.0.0.11").discovery().toString())
                .contains("127.0.0.11:53");
    }

    @Test
    void listOfPeers() {
        assertThat(
                        Given.read(
                                        "HIVE_DISCOVERY", "static",
                                        "HIVE_DNS_NAME", "",
                                        "HIVE_PEER_PORT", "3005",
                                        "HIVE_PEERS",
                                                "10.0.0.1, 10.0.0.2:3001,[fd00::1]:9,fd00::2,,"
                                                        + "10.0.0.1:3005")
                                .discovery())
                .isEqualTo(
                        new DiscoverySettings.Static(
                                List.of(
                                        NodeId.parse("10.0.0.1:3005", 0),
                                        NodeId.parse("10.0.0.2:3001", 0),
                                        NodeId.parse("[fd00::1]:9", 0),
                                        NodeId.parse("[fd00::2]:3005", 0))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    HIVE_DISCOVERY|k8s|HIVE_DISCOVERY is 'k8s', expected dns or static
                    HIVE_DNS_NAME|a..b|HIVE_DNS_NAME is 'a..b', expected a DNS name such as hive-headless.default.svc.cluster.local.
                    HIVE_DNS_NAME|http://x|HIVE_DNS_NAME is 'http://x', expected a DNS name such as hive-headless.default.svc.cluster.local.
                    HIVE_DNS_NAME|''|HIVE_DNS_NAME is not set: with HIVE_DISCOVERY=dns it names the headless service; without DNS, set HIVE_DISCOVERY=static and HIVE_PEERS
                    HIVE_DNS_SERVER|ns1|HIVE_DNS_SERVER is 'ns1', expected an address as ip[:port]
                    HIVE_DNS_SERVER|10.0.0.1:0|HIVE_DNS_SERVER is '10.0.0.1:0', expected an address as ip[:port]
                    HIVE_DISCOVERY|static|HIVE_PEERS is not set: with HIVE_DISCOVERY=static it lists the members, ip[:port], comma-separated
                    """)
    void wrong(String name, String value, String line) {
        Given.rejected(line, name, value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    host:3000|HIVE_PEERS is 'host:3000', expected addresses as ip[:port], comma-separated
                    10.0.0.1:99999|HIVE_PEERS is '10.0.0.1:99999', expected addresses as ip[:port], comma-separated
                    ,|HIVE_PEERS is '0 peers', expected 1 to 128 of ip[:port], comma-separated
                    """)
    void wrongPeers(String peers, String line) {
        Given.rejected(line, "HIVE_DISCOVERY", "static", "HIVE_PEERS", peers);
    }

    @Test
    void tooManyPeers() {
        String peers =
                IntStream.range(0, 129)
                        .mapToObj(i -> "10.0.0." + i)
                        .collect(Collectors.joining(","));
        Given.rejected(
                "HIVE_PEERS is '129 peers', expected 1 to 128 of ip[:port], comma-separated",
                "HIVE_DISCOVERY",
                "static",
                "HIVE_PEERS",
                peers);
    }

    @Test
    void whatHasNoEffectIsSaid() {
        assertThat(Given.warnings("HIVE_SECRET", "x", "HIVE_PEERS", "10.0.0.1"))
                .containsExactly("HIVE_PEERS has no effect: HIVE_DISCOVERY is dns");
        assertThat(
                        Given.warnings(
                                "HIVE_SECRET", "x",
                                "HIVE_DISCOVERY", "static",
                                "HIVE_PEERS", "10.0.0.1"))
                .containsExactly("HIVE_DNS_NAME has no effect: HIVE_DISCOVERY is static");
    }
}

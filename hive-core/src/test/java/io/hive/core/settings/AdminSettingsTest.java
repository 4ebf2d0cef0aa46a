package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.IpAddress;
import io.hive.core.node.IpNetwork;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdminSettingsTest {
    @Test
    void nobodyIsAskedByDefault() {
        assertThat(Given.read().admin()).isEqualTo(new AdminSettings(null, null));
    }

    @Test
    void token() {
        assertThat(Given.read("HIVE_ADMIN_TOKEN", "t0ken").admin())
                .isEqualTo(new AdminSettings(new Secret("t0ken"), null));
    }

    @Test
    void tokenFile() {
        assertThat(
                        new SettingsReader(
                                        Given.variables("HIVE_ADMIN_TOKEN_FILE", "/t"),
                                        FakeSurroundings.PLAIN.withFile("/t", "t0ken\n"))
                                .read()
                                .admin())
                .isEqualTo(new AdminSettings(new Secret("t0ken"), "/t"));
    }

    @Test
    void allowedAddresses() {
        assertThat(
                        Given.read("HIVE_ADMIN_ALLOW", "10.0.0.0/8, 127.0.0.7,fd00::/7")
                                .admin()
                                .allowed())
                .extracting(IpNetwork::toString)
                .containsExactly("10.0.0.0/8", "127.0.0.7/32", "fd00:0:0:0:0:0:0:0/7");
        for (String wrong :
                List.of("ten", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129")) {
            Given.rejected(
                    "HIVE_ADMIN_ALLOW is '"
                            + wrong
                            + "', expected addresses or networks such as 10.0.0.0/8",
                    "HIVE_ADMIN_ALLOW",
                    wrong);
        }
    }

    @Test
    void networks() {
        assertThat(contains("10.0.0.0/8", "10.255.0.1")).isTrue();
        assertThat(contains("10.0.0.0/8", "11.0.0.1")).isFalse();
        assertThat(contains("10.0.0.5/32", "10.0.0.5")).isTrue();
        assertThat(contains("10.0.0.5/32", "10.0.0.4")).isFalse();
        assertThat(contains("0.0.0.0/0", "192.0.2.1")).isTrue();
        assertThat(contains("0.0.0.0/0", "::1")).isFalse();
        assertThat(contains("128.0.0.0/1", "200.0.0.1")).isTrue();
        assertThat(contains("fd00::/8", "fdff::1")).isTrue();
        assertThat(contains("fd00::/8", "fe00::1")).isFalse();
        assertThat(contains("fd00::ff00/120", "fd00::ff07")).isTrue();
        assertThat(contains("fd00::ff00/120", "fd00::fe07")).isFalse();
        assertThat(contains("fd00::/64", "fd00::1:0:0:1")).isTrue();
    }

    private static boolean contains(String network, String address) {
        return IpNetwork.parse(network).contains(IpAddress.parse(address));
    }

    @Test
    void wrong() {
        Given.rejected(
                "HIVE_ADMIN_TOKEN is (hidden), expected 1 to 1024 printable ASCII characters"
                        + " without blanks",
                "HIVE_ADMIN_TOKEN",
                "a b");
        Given.rejected(
                "HIVE_ADMIN_TOKEN_FILE is 't', expected an absolute path",
                "HIVE_ADMIN_TOKEN_FILE",
                "t");
        Given.rejected(
                "HIVE_ADMIN_TOKEN_FILE is '/t': HIVE_ADMIN_TOKEN is set, too; set one of them",
                "HIVE_ADMIN_TOKEN",
                "x",
                "HIVE_ADMIN_TOKEN_FILE",
                "/t");
    }
}

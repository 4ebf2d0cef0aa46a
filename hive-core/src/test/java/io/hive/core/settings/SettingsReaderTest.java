package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsReaderTest {
    /** The variables of the contract; one more or less is a change of it. */
    private static final List<String> CONTRACT =
            """
            HIVE_ADDRESS HIVE_BIND HIVE_PROXY_PORT HIVE_READ_PORT HIVE_PEER_PORT HIVE_ADMIN_PORT
            HIVE_SENTINEL_PORT HIVE_REDIS_HOST HIVE_REDIS_PORT HIVE_REDIS_SOCKET
            HIVE_REDIS_USERNAME HIVE_REDIS_PASSWORD HIVE_REDIS_PASSWORD_FILE HIVE_DISCOVERY
            HIVE_DNS_NAME HIVE_DNS_SERVER HIVE_PEERS HIVE_CLUSTER HIVE_SECRET HIVE_SECRET_FILE
            HIVE_HEARTBEAT HIVE_PEER_TIMEOUT HIVE_REDIS_TIMEOUT HIVE_ELECTION_DEADLINE
            HIVE_START_GRACE HIVE_COLD_START HIVE_PARK_TIMEOUT HIVE_PARK_BYTES HIVE_ACK_REPLICAS
            HIVE_ACK_TIMEOUT HIVE_ISOLATION HIVE_ISOLATION_AFTER HIVE_ADMIN_TOKEN
            HIVE_ADMIN_TOKEN_FILE HIVE_ADMIN_ALLOW HIVE_TLS_CERT_FILE HIVE_TLS_KEY_FILE
            HIVE_TLS_CA_FILE HIVE_TLS_PORTS HIVE_TLS_CLIENT_AUTH HIVE_MAX_CLIENTS HIVE_MAX_CLIENTS_PER_SOURCE
            HIVE_MAX_READ_LAG HIVE_SALVAGE_DIR HIVE_EVENT_LOOPS HIVE_TRANSPORT HIVE_LOG
            """
                    .lines()
                    .flatMap(line -> Arrays.stream(line.strip().split(" ")))
                    .toList();

    @Test
    void everyVariableOfTheContractAndNoOther() {
        assertThat(Arrays.stream(Setting.values()).map(Setting::variable))
                .containsExactlyElementsOf(CONTRACT);
    }

    @Test
    void optionsAreNamedAfterTheVariables() {
        assertThat(Setting.PROXY_PORT.option()).isEqualTo("--proxy-port");
        assertThat(Setting.REDIS_PASSWORD_FILE.option()).isEqualTo("--redis-password-file");
    }

    /** A bell in a value is wrong everywhere but in a secret, and proves that the value is read. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REDIS_PASSWORD", "SECRET", "PEERS"})
    void everySettingIsReadAndItsErrorIsOneLineThatNamesIt(Setting setting) {
        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(() -> Given.read(setting.variable(), "\u0007\nx"))
                .satisfies(e -> {
                    assertThat(e.setting()).isEqualTo(setting);
                    assertThat(e.getMessage())
                            .startsWith(setting.variable() + " is ")
                            .doesNotContain("\n", "\u0007");
                });
    }

    @Test
    void aLongValueIsCut() {
        Given.rejected(
                "HIVE_LOG is '" + "x".repeat(80) + "...', expected text or json",
                "HIVE_LOG",
                "x".repeat(500));
    }

    @Test
    void blankIsNotSet() {
        assertThat(Given.read("HIVE_PROXY_PORT", " ", "HIVE_SECRET", "").node().proxyPort())
                .isEqualTo(7000);
        assertThat(Given.read("HIVE_PROXY_PORT", " 7005\n").node().proxyPort()).isEqualTo(7005);
    }

    @ParameterizedTest
    @CsvSource({
        "HIVE_PROXI_PORT, HIVE_PROXY_PORT",
        "HIVE_HEARTBEATS, HIVE_HEARTBEAT",
        "HIVE_REDIS_PASS, HIVE_REDIS_HOST",
        "HIVE_SERVICE, HIVE_SECRET",
        "HIVE_DNS, HIVE_BIND",
    })
    void whatLooksMisspeltIsSaid(String name, String nearest) {
        assertThat(Given.warnings("HIVE_SECRET", "x", name, "7000"))
                .containsExactly(
                        name + " is not a setting and has no effect; the nearest is " + nearest);
    }

    static Stream<List<String>> injected() {
        return Stream.of(
                List.of("HIVE_SERVICE_HOST", "10.96.0.7"),
                List.of("HIVE_SERVICE_PORT", "7000"),
                List.of("HIVE_SERVICE_PORT_MASTER", "7000"),
                List.of("HIVE_PORT", "tcp://10.96.0.7:7000"),
                List.of("HIVE_PORT_7000_TCP", "tcp://10.96.0.7:7000"),
                List.of("HIVE_PORT_7000_TCP_PROTO", "tcp"),
                List.of("HIVE_PORT_7000_TCP_PORT", "7000"),
                List.of("HIVE_PORT_7000_TCP_ADDR", "10.96.0.7"),
                List.of("HIVE_MASTER_SERVICE_HOST", "10.96.0.7"),
                List.of("HIVE_MASTER_PORT", "tcp://10.96.0.7:7000"),
                List.of("HIVE_MASTER_PORT_53_UDP_ADDR", "10.96.0.7"),
                List.of("HIVE_JAVA_OPTS", "-Xmx64m"),
                List.of("PATH", "/bin"));
    }

    @ParameterizedTest
    @MethodSource("injected")
    void whatKubernetesInjectsIsNotWarnedAbout(List<String> variable) {
        assertThat(Given.warnings("HIVE_SECRET", "x", variable.get(0), variable.get(1))).isEmpty();
    }

    @Test
    void aServiceCalledHiveProxyDoesNotSetThePort() {
        String[] variables = {"HIVE_SECRET", "x", "HIVE_PROXY_PORT", "tcp://10.96.0.7:7000"};
        assertThat(Given.read(variables).node().proxyPort()).isEqualTo(7000);
        assertThat(Given.warnings(variables))
                .containsExactly(
                        "HIVE_PROXY_PORT comes from Kubernetes, for a Service of that name, and has"
                                + " no effect; enableServiceLinks: false in the pod keeps such"
                                + " variables out");
    }
}

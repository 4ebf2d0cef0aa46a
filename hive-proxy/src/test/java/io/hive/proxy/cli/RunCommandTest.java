package io.hive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.IpAddress;
import io.hive.core.node.NodeId;
import io.hive.core.settings.DiscoverySettings;
import io.hive.core.settings.HiveSettings;
import io.hive.core.settings.InvalidSetting;
import io.hive.core.settings.Secret;
import io.hive.core.settings.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
    private static final Map<String, String> NAMED = Map.of("HIVE_DNS_NAME", "hive.test.");

    @Test
    void takesTheEnvironment() {
        CommandRun run =
                CommandRun.of(
                        Map.of("HIVE_DNS_NAME", "hive.test.", "HIVE_PROXY_PORT", "7777"), "run");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(ran(run).node().proxyPort()).isEqualTo(7777);
    }

    @Test
    void anOptionComesBeforeItsVariable() {
        CommandRun run =
                CommandRun.of(
                        Map.of("HIVE_DNS_NAME", "hive.test.", "HIVE_PROXY_PORT", "7777"),
                        "run",
                        "--proxy-port=7778",
                        "--cluster",
                        "shop");
        assertThat(ran(run).node().proxyPort()).isEqualTo(7778);
        assertThat(ran(run).mesh().cluster()).isEqualTo("shop");
    }

    /** A bell is wrong for every setting but a secret, and the error names the variable. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REDIS_PASSWORD", "SECRET", "PEERS"})
    void everySettingIsAnOption(Setting setting) {
        CommandRun run = CommandRun.of(NAMED, "run", setting.option(), "\u0007");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("hive: " + setting.variable() + " is ").hasLineCount(1);
        assertThat(run.settings()).isNull();
    }

    @Test
    void secretsAreOptionsToo() {
        HiveSettings settings =
                ran(CommandRun.of(NAMED, "run", "--secret", "s", "--redis-password", "p"));
        assertThat(settings.mesh().secrets()).containsExactly(new Secret("s"));
        assertThat(settings.redis().password()).isEqualTo(new Secret("p"));
    }

    @Test
    void aWrongSettingIsOneLine() {
        CommandRun run = CommandRun.of(NAMED, "run", "-p", "70000");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("hive: HIVE_PROXY_PORT is '70000', expected a port, 1 to 65535\n");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void whatTheSidecarFindsWrongIsOneLineToo() {
        CommandRun run =
                CommandRun.of(
                        NAMED,
                        new FakeMachine(Map.of()),
                        _ -> {
                            throw InvalidSetting.unusable(Setting.PEER_PORT, 3000, "in use");
                        },
                        "run");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("hive: HIVE_PEER_PORT is '3000': in use\n");
    }

    @Test
    void aFailureIsAnotherExitCode() {
        CommandRun run =
                CommandRun.of(
                        NAMED,
                        new FakeMachine(Map.of()),
                        _ -> {
                            throw new IllegalStateException("failed on purpose");
                        },
                        "run");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nope", "--proxy-port", "extra"})
    void aWrongOptionIsOneLine(String option) {
        CommandRun run = CommandRun.of(NAMED, "run", option);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains(option)
                .endsWith("(see 'hive run --help')\n")
                .hasLineCount(1);
    }

    @Test
    void helpNamesEverySettingWithItsVariableAndDefault() {
        CommandRun run = CommandRun.of(Map.of(), "run", "--help");
        assertThat(run.exitCode()).isZero();
        for (Setting setting : Setting.values()) {
            assertThat(run.out()).contains(setting.option(), setting.variable());
        }
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("default: 26379")
                .contains("shows in the list of processes: use the file or variable");
    }

    @Test
    void runIsTheDefaultCommand() {
        assertThat(HiveCommandLine.withDefaultCommand()).containsExactly("run");
        assertThat(HiveCommandLine.withDefaultCommand("-o", "x")).containsExactly("run", "-o", "x");
        assertThat(HiveCommandLine.withDefaultCommand("--help")).containsExactly("--help");
        assertThat(HiveCommandLine.withDefaultCommand("-V")).containsExactly("-V");
        assertThat(HiveCommandLine.withDefaultCommand("status", "-o"))
                .containsExactly("status", "-o");
    }

    // ---- redis-hive's options ----

    @Test
    void portsAsRedisHiveHasThem() {
        HiveSettings settings = ran(CommandRun.of(NAMED, "-c3005", "-p", "7005", "-r6005"));
        assertThat(settings.node().peerPort()).isEqualTo(3005);
        assertThat(settings.node().proxyPort()).isEqualTo(7005);
        assertThat(settings.redis().port()).isEqualTo(6005);
    }

    @Test
    void passwordAsRedisHiveHasIt() {
        assertThat(
                        ran(CommandRun.of(with("REDIS_AUTH", "s3cret"), "run", "-aREDIS_AUTH"))
                                .redis()
                                .password())
                .isEqualTo(new Secret("s3cret"));
        // redis-hive takes a variable that is not set for no password, and scripts rely on it.
        assertThat(ran(CommandRun.of(NAMED, "run", "-a", "REDIS_AUTH")).redis().password())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-o hive.x", "-m cluster -o hive.x", "-mcluster -ohive.x"})
    void clusterAsRedisHiveHasIt(String options) {
        assertThat(ran(CommandRun.of(Map.of(), options.split(" "))).discovery())
                .isEqualTo(new DiscoverySettings.Dns("hive.x", null));
    }

    @ParameterizedTest
    @CsvSource({
        "hive-headless, hive-headless.shop.svc.cluster.local.",
        "hive.x, hive.x",
        "hive., hive.",
    })
    void aServicesNameAloneIsCompleted(String given, String name) {
        FakeMachine pod =
                new FakeMachine(
                        Map.of(
                                "/etc/resolv.conf",
                                """
                                nameserver 10.96.0.10
                                search shop.svc.cluster.local svc.cluster.local
                                options ndots:5
                                """));
        assertThat(ran(CommandRun.of(Map.of(), pod, _ -> {}, "-o", given)).discovery())
                .isEqualTo(new DiscoverySettings.Dns(name, null));
        assertThat(ran(CommandRun.of(Map.of(), "-o", given)).discovery())
                .isEqualTo(new DiscoverySettings.Dns(given, null));
    }

    @Test
    void clusterTakesTheNameFromTheEnvironmentToo() {
        assertThat(ran(CommandRun.of(NAMED, "-m", "cluster")).discovery())
                .isEqualTo(new DiscoverySettings.Dns("hive.test.", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c3002 -mlocalhost -o3001 -o3002 -o127.0.0.5",
                "-c 3002 -m localhost -o 3001,3002,127.0.0.5:3002"
            })
    void localhostAsRedisHiveHasIt(String options) {
        HiveSettings settings =
                ran(CommandRun.of(Map.of("POD_IP", "10.0.0.1"), options.split(" ")));
        assertThat(settings.discovery())
                .isEqualTo(
                        new DiscoverySettings.Static(
                                List.of(
                                        NodeId.parse("127.0.0.1:3001", 0),
                                        NodeId.parse("127.0.0.1:3002", 0),
                                        NodeId.parse("127.0.0.5:3002", 0))));
        assertThat(settings.node().address()).isEqualTo(IpAddress.parse("127.0.0.1"));
        assertThat(settings.node().openPorts())
                .containsOnlyKeys(Setting.PROXY_PORT, Setting.PEER_PORT);
    }

    @Test
    void blanksSeparateTooAndWhatIsSetIsKept() {
        HiveSettings settings =
                ran(
                        CommandRun.of(
                                Map.of("HIVE_ADMIN_PORT", "8001", "HIVE_ADDRESS", "127.0.0.9"),
                                "-m",
                                "localhost",
                                "-o",
                                "3001 3002"));
        assertThat(settings.node().adminPort()).isEqualTo(8001);
        assertThat(settings.node().address()).isEqualTo(IpAddress.parse("127.0.0.9"));
        assertThat(settings.discovery())
                .isEqualTo(
                        new DiscoverySettings.Static(
                                List.of(
                                        NodeId.parse("127.0.0.1:3001", 0),
                                        NodeId.parse("127.0.0.1:3002", 0))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-m swarm", "-m localhost", "-o a -o b", "-m cluster -o a,b"})
    void contradictions(String options) {
        CommandRun run = CommandRun.of(NAMED, options.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("hive: -m ").hasLineCount(1);
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> environment = new HashMap<>(NAMED);
        environment.put(name, value);
        return environment;
    }

    private static HiveSettings ran(CommandRun run) {
        assertThat(run.err()).isEmpty();
        HiveSettings settings = run.settings();
        assertThat(settings).isNotNull();
        return settings;
    }
}

package io.hive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.settings.AdminSettings;
import io.hive.core.settings.Secret;
import io.hive.proxy.admin.AdminServer;
import io.hive.proxy.admin.FakeHandovers;
import io.hive.proxy.admin.FakeSource;
import io.hive.proxy.admin.StatusJson;
import io.hive.proxy.admin.Statuses;
import io.hive.proxy.demo.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminCommandsTest {
    private final FakeSource source = new FakeSource();
    private final AdminServer server =
            AdminServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new AdminSettings(new Secret("t0ken"), null),
                    source,
                    new FakeHandovers(),
                    () -> "");
    private final String url = "http://127.0.0.1:" + server.port();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void statusAsATable() {
        CommandRun run = status("--admin", url, "--admin-token", "t0ken");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("hive 'default', epoch 7")
                .contains("* 10.0.0.1:3000  LEADING");
    }

    @Test
    void statusAsJson() {
        CommandRun run = status("--json", "--admin=" + url, "--admin-token=t0ken");
        assertThat(run.out()).isEqualTo(StatusJson.write(Statuses.threeNodes()) + "\n");
    }

    @Test
    void ownAdminPortIsTheDefault() {
        Map<String, String> environment =
                Map.of(
                        "HIVE_ADMIN_PORT",
                        Integer.toString(server.port()),
                        "HIVE_ADMIN_TOKEN",
                        "t0ken");
        assertThat(CommandRun.of(environment, "status").exitCode()).isZero();
    }

    @Test
    void tokenFromAFile() {
        CommandRun run =
                CommandRun.of(
                        Map.of("HIVE_ADMIN_TOKEN_FILE", "/t"),
                        new FakeMachine(Map.of("/t", "t0ken\n")),
                        _ -> {},
                        "status",
                        "--admin",
                        url);
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void withoutTheToken() {
        CommandRun run = status("--admin", url);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("hive: " + url + " answered 401: ").hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "handoff"})
    void nobodyThere(String command) {
        String address = Loopback.address();
        CommandRun run =
                CommandRun.of(Map.of(), command, "--admin", address + ":" + Loopback.port(address));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("hive: no answer from http://" + address)
                .endsWith(
                        "(Connection refused); name the admin port of a running sidecar with"
                                + " --admin\n")
                .hasLineCount(1);
    }

    @Test
    void somethingElseThere() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (var connection = socket.accept()) {
                            connection
                                    .getOutputStream()
                                    .write(
                                            "-ERR\r\n\r\n"
                                                    .getBytes(
                                                            java.nio.charset.StandardCharsets
                                                                    .US_ASCII));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
            CommandRun run = status("--admin", "127.0.0.1:" + socket.getLocalPort());
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).startsWith("hive: ").hasLineCount(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x", "http://", "http://a b", "::"})
    void noAddress(String admin) {
        CommandRun run = status("--admin", admin);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("hive: --admin is '" + admin + "', expected")
                .hasLineCount(1);
    }

    @Test
    void badTokens() {
        CommandRun blank = status("--admin", url, "--admin-token", "a b");
        assertThat(blank.exitCode()).isEqualTo(2);
        assertThat(blank.err()).contains("HIVE_ADMIN_TOKEN is (hidden)").doesNotContain("a b");
        CommandRun missing = status("--admin", url, "--admin-token-file", "/none");
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err())
                .contains("'/none': the file cannot be read (there is no such file)");
    }

    @Test
    void handoffSaysWhoLeadsNow() {
        CommandRun run = handoff("--to", "10.0.0.2");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .isEqualTo(
                        "10.0.0.2:3000 leads now, in epoch 8; writes were paused for 1.2 ms"
                                + " (before: 10.0.0.1:3000)\n");
    }

    @Test
    void handoffSaysWhyNot() {
        CommandRun run = handoff("--to", "10.0.0.3");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("hive: not handed over (REFUSED): 10.0.0.3:3000 drains\n");
    }

    private CommandRun handoff(String... options) {
        String[] all = new String[options.length + 3];
        all[0] = "handoff";
        all[1] = "--admin";
        all[2] = url;
        System.arraycopy(options, 0, all, 3, options.length);
        return CommandRun.of(Map.of("HIVE_ADMIN_TOKEN", "t0ken"), all);
    }

    private static CommandRun status(String... options) {
        String[] all = new String[options.length + 1];
        all[0] = "status";
        System.arraycopy(options, 0, all, 1, options.length);
        return CommandRun.of(Map.of(), all);
    }
}

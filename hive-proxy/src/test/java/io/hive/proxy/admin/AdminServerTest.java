package io.hive.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hive.core.node.IpNetwork;
import io.hive.core.settings.AdminSettings;
import io.hive.core.settings.InvalidSetting;
import io.hive.core.settings.Secret;
import io.hive.core.settings.Setting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
    private static final AdminSettings OPEN = new AdminSettings(null, null);
    private static final AdminSettings GUARDED = new AdminSettings(new Secret("t0ken"), null);

    private final FakeSource source = new FakeSource();
    private final FakeHandovers handovers = new FakeHandovers();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void probes() throws IOException {
        AdminServer server = start(OPEN);
        assertThat(ask(server, "GET /livez")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nlive\n");
        assertThat(ask(server, "GET /readyz"))
                .startsWith("HTTP/1.1 200")
                .endsWith("\r\n\r\nready: master\n");
        source.say(new Liveness(false, "the control thread has ended"));
        source.say(new Readiness(false, "not ready: no leader"));
        assertThat(ask(server, "GET /livez"))
                .startsWith("HTTP/1.1 503")
                .endsWith("the control thread has ended\n");
        assertThat(ask(server, "GET /readyz"))
                .startsWith("HTTP/1.1 503")
                .endsWith("not ready: no leader\n");
    }

    @Test
    void status() throws IOException {
        assertThat(ask(start(OPEN), "GET /api/status"))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("content-type: application/json\r\n")
                .endsWith("\r\n\r\n" + StatusJson.write(Statuses.threeNodes()) + "\n");
    }

    @Test
    void metrics() throws IOException {
        assertThat(ask(start(OPEN), "GET /metrics"))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("content-type: text/plain; version=0.0.4; charset=utf-8\r\n")
                .endsWith("\r\n\r\nhive_state 4\n");
    }

    @Test
    void page() throws IOException {
        assertThat(ask(start(OPEN), "GET /"))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("content-type: text/html; charset=utf-8\r\n")
                .contains("href=\"/api/status\"", "href=\"/metrics\"");
    }

    /** Each file of the page is there, and the page names no other, nor anything from elsewhere. */
    @Test
    void thePageHasAllThatItNeeds() throws IOException {
        AdminServer server = start(OPEN);
        Pattern named = Pattern.compile("(?:src|href)=\"([^\"]+)\"|from \"([^\"]+)\"");
        for (String path : WebFiles.TYPES.keySet()) {
            String file = ask(server, "GET " + path);
            assertThat(file)
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("content-type: " + WebFiles.TYPES.get(path))
                    .containsIgnoringCase("x-content-type-options: nosniff")
                    .containsIgnoringCase(
                            "content-security-policy: default-src 'none'; script-src 'self'")
                    .doesNotContain("unsafe-inline", "https://", "innerHTML", "eval(");
            named.matcher(file)
                    .results()
                    .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
                    .filter(name -> !name.startsWith("#"))
                    .forEach(name -> {
                        assertThat(name).startsWith("/");
                        assertThat(answer(server, name)).as(name).startsWith("HTTP/1.1 200");
                    });
        }
    }

    private static String answer(AdminServer server, String path) {
        try {
            return ask(server, "GET " + path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aFormOfAnyPageChangesNothing() throws IOException {
        AdminServer server = start(OPEN);
        for (String type :
                List.of(
                        "application/x-www-form-urlencoded",
                        "multipart/form-data; boundary=x",
                        "Text/Plain;charset=utf-8")) {
            assertThat(ask(server, "POST /api/handoff", "Content-Type: " + type + "\r\n", ""))
                    .startsWith("HTTP/1.1 415")
                    .contains("\"error\":\"FORM\"");
        }
        assertThat(ask(server, "POST /api/handoff", "Content-Type: application/json\r\n", ""))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void anImageOfAnyPageDoesNotStopAPod() throws IOException {
        AdminServer server = start(OPEN);
        for (String browser :
                List.of(
                        "User-Agent: Mozilla/5.0 (X11)\r\n",
                        "Referer: http://evil.example/\r\n",
                        "Origin: http://h\r\n",
                        "Sec-Fetch-Site: cross-site\r\n")) {
            assertThat(ask(server, "GET /prestop", browser, "")).startsWith("HTTP/1.1 403");
        }
        assertThat(handovers.left()).isFalse();
        assertThat(ask(server, "GET /prestop", "User-Agent: kube-lifecycle/1.34\r\n", ""))
                .startsWith("HTTP/1.1 200");
    }

    /** What a browser sends once a person has typed the token where it asks for a password. */
    @Test
    void theTokenIsTakenAsAPassword() throws IOException {
        AdminServer server = start(GUARDED);
        assertThat(ask(server, "GET /")).containsIgnoringCase("www-authenticate: Basic realm=");
        for (String user : List.of("", "admin", "any")) {
            assertThat(ask(server, "GET /", basic(user + ":t0ken"), "")).startsWith("HTTP/1.1 200");
        }
        for (String wrong : List.of("t0ken:", ":t0ke", "x:t0ken2", ":")) {
            assertThat(ask(server, "GET /", basic(wrong), "")).startsWith("HTTP/1.1 401");
        }
        assertThat(ask(server, "GET /", "Authorization: Basic %%%\r\n", ""))
                .startsWith("HTTP/1.1 401");
    }

    private static String basic(String both) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8))
                + "\r\n";
    }

    @Test
    void onlyAllowedAddressesMayAsk() throws IOException {
        AdminServer server =
                start(new AdminSettings(null, null, List.of(IpNetwork.parse("127.0.5.0/24"))));
        assertThat(from("127.0.5.9", server, "GET /api/status")).startsWith("HTTP/1.1 200");
        assertThat(from("127.0.0.1", server, "GET /api/status")).startsWith("HTTP/1.1 200");
        for (String request :
                List.of(
                        "GET /",
                        "GET /api/status",
                        "GET /api/events",
                        "POST /api/handoff",
                        "GET /prestop",
                        "GET /nothing")) {
            assertThat(from("127.0.6.9", server, request))
                    .startsWith("HTTP/1.1 403")
                    .contains("\"error\":\"ADDRESS\"");
        }
        assertThat(handovers.left()).isFalse();
        for (String probe : List.of("GET /livez", "GET /readyz", "GET /metrics")) {
            assertThat(from("127.0.6.9", server, probe)).startsWith("HTTP/1.1 200");
        }
    }

    private static String from(String address, AdminServer server, String request)
            throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(
                            (request + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aHandoverIsAnsweredWhenItIsDone() throws IOException {
        AdminServer server = start(OPEN);
        for (String request :
                List.of("POST /api/handoff", "POST /api/handoff?to=10.0.0.2%3A3000")) {
            assertThat(ask(server, request))
                    .startsWith("HTTP/1.1 200")
                    .endsWith(
                            "{\"from\":\"10.0.0.1:3000\",\"to\":\"10.0.0.2:3000\","
                                    + "\"pausedMillis\":1.234,\"epoch\":8}\n");
        }
    }

    @Test
    void aHandoverThatIsNotDoneSaysWhy() throws IOException {
        AdminServer server = start(OPEN);
        assertThat(ask(server, "POST /api/handoff?to=10.0.0.3"))
                .startsWith("HTTP/1.1 409")
                .contains("{\"error\":\"REFUSED\",\"message\":\"10.0.0.3:3000 drains\"}");
        assertThat(ask(server, "POST /api/handoff?to=10.0.0.4"))
                .startsWith("HTTP/1.1 503")
                .contains("\"error\":\"UNDONE\"", "did not catch up");
        assertThat(ask(server, "POST /api/handoff?to=x"))
                .startsWith("HTTP/1.1 400")
                .contains("\"error\":\"BAD_ADDRESS\"");
    }

    @Test
    void aPageOfAnotherSiteChangesNothing() throws IOException {
        AdminServer server = start(OPEN);
        for (String foreign :
                List.of(
                        "Sec-Fetch-Site: cross-site\r\n",
                        "Sec-Fetch-Site: same-site\r\n",
                        "Origin: http://evil.example\r\n",
                        "Origin: null\r\n")) {
            assertThat(ask(server, "POST /api/handoff", foreign, ""))
                    .startsWith("HTTP/1.1 403")
                    .contains("\"error\":\"CROSS_SITE\"");
        }
        assertThat(ask(server, "POST /api/handoff", "Origin: http://h\r\n", ""))
                .startsWith("HTTP/1.1 200");
        assertThat(ask(server, "POST /api/handoff", "Sec-Fetch-Site: same-origin\r\n", ""))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void prestopAnswersWhenItIsSafeToStop() throws IOException {
        assertThat(ask(start(OPEN), "GET /prestop")).startsWith("HTTP/1.1 200").contains("safe");
        assertThat(handovers.left()).isTrue();
    }

    @Test
    void headHasNoBody() throws IOException {
        assertThat(ask(start(OPEN), "HEAD /livez"))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("content-length: 5\r\n")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/livez/", "/api", "/api/status/../x"})
    void nothingThere(String path) throws IOException {
        assertThat(ask(start(OPEN), "GET " + path))
                .startsWith("HTTP/1.1 404")
                .contains("\"error\":\"NOT_FOUND\"");
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/livez,'GET, HEAD'",
        "DELETE,/api/status,'GET, HEAD'",
        "OPTIONS,/,'GET, HEAD'",
        "GET,/api/handoff,POST",
        "POST,/prestop,GET",
        "HEAD,/prestop,GET",
    })
    void otherMethods(String method, String path, String allowed) throws IOException {
        assertThat(ask(start(OPEN), method + " " + path))
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("allow: " + allowed + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "GET /api/status",
                "POST /api/handoff",
                "GET /prestop",
                "GET /hive.js",
                "HEAD /api/events",
                "GET /nothing"
            })
    void theTokenIsAskedFor(String request) throws IOException {
        AdminServer server = start(GUARDED);
        for (String wrong :
                List.of(
                        "",
                        "Authorization: Bearer t0ke\r\n",
                        "Authorization: Bearer t0ken2\r\n",
                        "Authorization: Basic t0ken\r\n",
                        "Authorization: t0ken\r\n",
                        "Authorization: Bearer\r\n")) {
            assertThat(ask(server, request, wrong, ""))
                    .startsWith("HTTP/1.1 401")
                    .containsIgnoringCase("www-authenticate: Bearer\r\n")
                    .doesNotContain("t0ken");
        }
        assertThat(ask(server, request, "Authorization: Bearer t0ken\r\n", ""))
                .doesNotStartWith("HTTP/1.1 401");
        assertThat(ask(server, request, "authorization: bearer t0ken\r\n", ""))
                .doesNotStartWith("HTTP/1.1 401");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/metrics"})
    void probesNeedNoToken(String path) throws IOException {
        assertThat(ask(start(GUARDED), "GET " + path)).startsWith("HTTP/1.1 200");
    }

    @Test
    void aBodyIsNotWanted() throws IOException {
        AdminServer server = start(OPEN);
        assertThat(ask(server, "POST /api/handoff", "Content-Length: 5\r\n", "hello"))
                .startsWith("HTTP/1.1 200");
        assertThat(ask(server, "POST /api/handoff", "Content-Length: 100000000\r\n", "x"))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void garbageAndLargeHeadersDisturbNobody() throws IOException {
        AdminServer server = start(OPEN);
        raw(server, "\0\1\2garbage\r\n\r\n");
        raw(server, "*1\r\n$4\r\nPING\r\n");
        assertThat(
                        raw(
                                server,
                                "GET /livez HTTP/1.1\r\nHost: h\r\nX: "
                                        + "x".repeat(400_000)
                                        + "\r\n\r\n"))
                .doesNotContain("200 OK");
        assertThat(ask(server, "GET /livez")).startsWith("HTTP/1.1 200");
    }

    @Test
    void halfWrittenRequestsDisturbNobody() throws IOException {
        AdminServer server = start(OPEN);
        for (int i = 0; i < 60; i++) {
            Socket socket = connect(server);
            opened.add(socket);
            socket.getOutputStream().write("GET /livez HTT".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(ask(server, "GET /livez")).startsWith("HTTP/1.1 200");
    }

    @Test
    void aFailureIsOneAnswer() throws IOException {
        AdminServer server = start(OPEN);
        source.failFromNowOn();
        assertThat(ask(server, "GET /api/status"))
                .startsWith("HTTP/1.1 500")
                .contains("\"error\":\"INTERNAL\"")
                .doesNotContain("broken on purpose");
        assertThat(ask(server, "GET /livez")).startsWith("HTTP/1.1 200");
    }

    @Test
    void portInUse() throws IOException {
        int port = start(OPEN).port();
        InetSocketAddress same = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(() -> AdminServer.start(same, OPEN, source, handovers, () -> ""))
                .withMessage(
                        "HIVE_ADMIN_PORT is '%s': cannot listen on 127.0.0.1:%s (Address already in"
                                + " use); choose a free port, and an address of this machine as"
                                + " HIVE_BIND",
                        port, port)
                .matches(e -> e.setting() == Setting.ADMIN_PORT);
    }

    @Test
    void closingFreesThePort() throws IOException {
        AdminServer first = start(OPEN);
        int port = first.port();
        first.close();
        InetSocketAddress same = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (AdminServer second = AdminServer.start(same, OPEN, source, handovers, () -> "")) {
            assertThat(ask(second, "GET /livez")).startsWith("HTTP/1.1 200");
        }
    }

    private AdminServer start(AdminSettings settings) {
        AdminServer server =
                AdminServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        settings,
                        source,
                        handovers,
                        () -> "hive_state 4\n");
        opened.add(server);
        return server;
    }

    private static String ask(AdminServer server, String request) throws IOException {
        return ask(server, request, "", "");
    }

    private static String ask(AdminServer server, String request, String headers, String body)
            throws IOException {
        return raw(
                server,
                request
                        + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                        + headers
                        + "\r\n"
                        + body);
    }

    /** Everything that comes back until the server closes, or resets, the connection. */
    private static String raw(AdminServer server, String request) throws IOException {
        StringBuilder answer = new StringBuilder();
        try (Socket socket = connect(server)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            byte[] buffer = new byte[8192];
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                answer.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (java.net.SocketException e) {
            answer.append("\n(").append(e.getMessage()).append(')');
        }
        return answer.toString();
    }

    private static Socket connect(AdminServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(30_000);
        return socket;
    }
}

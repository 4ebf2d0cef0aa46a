package io.hive.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.settings.AdminSettings;
import io.hive.proxy.demo.Await;
import io.hive.proxy.metrics.AdminCounts.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many who look on, and some who hang. */
class AdminPressureTest {
    private final AdminMeter meter = new AdminMeter();
    private final FakeSource source = new FakeSource();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private volatile String scraped = "hive_state 4\n";

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void aHundredDashboardsAreAllToldEachSecond() throws IOException {
        AdminServer server = start();
        List<BufferedReader> dashboards = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            dashboards.add(listen(server));
        }
        for (BufferedReader dashboard : dashboards) {
            assertThat(events(dashboard, 4)).containsExactly("graph", "history", "state", "state");
        }
        assertThat(meter.streams()).isEqualTo(100);
        assertThat(status(server, "/livez")).startsWith("HTTP/1.1 200");
        assertThat(status(server, "/api/status")).startsWith("HTTP/1.1 200");
        for (AutoCloseable one : opened.subList(1, opened.size())) {
            closed(one);
        }
        Await.until("their places are free again", () -> meter.streams() == 0);
    }

    @Test
    void streamsAreBoundedAndTheRestIsAnsweredOn() throws IOException {
        AdminServer server = start();
        for (int i = 0; i < EventStream.MOST; i++) {
            assertThat(events(listen(server), 1)).containsExactly("graph");
        }
        assertThat(status(server, "/api/events")).startsWith("HTTP/1.1 503");
        assertThat(meter.rejected(Reason.BUSY)).isEqualTo(1);
        assertThat(status(server, "/readyz")).startsWith("HTTP/1.1 200");
    }

    @Test
    void aDashboardThatDoesNotReadIsCut() throws IOException {
        source.talkMuch();
        AdminServer server = start();
        Socket deaf = connect(server);
        request(deaf, "/api/events");
        Await.until("it is cut", () -> meter.rejected(Reason.SLOW) == 1 && meter.streams() == 0);
        assertThat(status(server, "/livez")).startsWith("HTTP/1.1 200");
    }

    @Test
    void scrapersThatHangLeaveRoomForTheProbes() throws IOException {
        scraped = "hive_state 4\n".repeat(500_000);
        AdminServer server = start();
        for (int i = 0; i < 20; i++) {
            request(connect(server), "/metrics");
        }
        Await.until("those above the bound are told", () -> meter.rejected(Reason.BUSY) == 4);
        assertThat(status(server, "/livez")).startsWith("HTTP/1.1 200");
        assertThat(status(server, "/readyz")).startsWith("HTTP/1.1 200");
        Await.until("the others are cut", () -> meter.rejected(Reason.SLOW) == 16);
        scraped = "hive_state 4\n";
        assertThat(status(server, "/metrics")).startsWith("HTTP/1.1 200");
    }

    @Test
    void theEndOfTheServerEndsTheStreams() throws Exception {
        AdminServer server = start();
        BufferedReader dashboard = listen(server);
        assertThat(events(dashboard, 1)).containsExactly("graph");
        server.close();
        Await.until("the stream has ended", () -> ended(dashboard));
    }

    private static boolean ended(BufferedReader reader) {
        try {
            return reader.readLine() == null;
        } catch (IOException _) {
            return true;
        }
    }

    private static void closed(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private AdminServer start() {
        AdminServer server =
                AdminServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new AdminSettings(null, null),
                        source,
                        new FakeHandovers(),
                        () -> scraped,
                        meter);
        opened.add(server);
        return server;
    }

    private BufferedReader listen(AdminServer server) throws IOException {
        Socket socket = connect(server);
        request(socket, "/api/events");
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The names of the next events. */
    private static List<String> events(BufferedReader from, int count) throws IOException {
        List<String> names = new ArrayList<>();
        while (names.size() < count) {
            String line = from.readLine();
            assertThat(line).isNotNull();
            if (line.startsWith("event: ")) {
                names.add(line.substring("event: ".length()));
            }
        }
        return names;
    }

    private static void request(Socket socket, String path) throws IOException {
        socket.getOutputStream()
                .write(
                        ("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
    }

    private Socket connect(AdminServer server) throws IOException {
        Socket socket = new Socket();
        opened.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        return socket;
    }

    private String status(AdminServer server, String path) throws IOException {
        try (Socket socket = connect(server)) {
            request(socket, path);
            String line =
                    new BufferedReader(
                                    new InputStreamReader(
                                            socket.getInputStream(), StandardCharsets.UTF_8))
                            .readLine();
            return String.valueOf(line);
        }
    }
}

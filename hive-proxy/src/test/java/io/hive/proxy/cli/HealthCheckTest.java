package io.hive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
    private static final String HOST = "127.0.0.1";

    @Test
    void aLiveSidecarIsHealthy() throws IOException {
        assertThat(problemOf(200)).isEmpty();
    }

    @Test
    void oneThatSaysThatItIsNotLiveIsNot() throws IOException {
        assertThat(problemOf(503)).contains("/livez").contains("503");
    }

    @Test
    void oneThatDoesNotAnswerIsNot() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket()) {
            free.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0));
            port = free.getLocalPort();
        }

        assertThat(HealthCheck.problem(environment(port)))
                .contains("no answer")
                .contains("" + port);
    }

    @Test
    void oneWithoutAnAdminPortCannotBeAsked() {
        assertThat(HealthCheck.problem(environment(0))).isEmpty();
    }

    private static String problemOf(int status) throws IOException {
        HttpServer sidecar =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0), 0);
        sidecar.createContext(
                "/livez",
                exchange -> {
                    try (exchange) {
                        exchange.sendResponseHeaders(status, -1);
                    }
                });
        sidecar.start();
        try {
            return HealthCheck.problem(environment(sidecar.getAddress().getPort()));
        } finally {
            sidecar.stop(0);
        }
    }

    private static Map<String, String> environment(int port) {
        return Map.of("HIVE_ADMIN_PORT", Integer.toString(port), "HIVE_BIND", HOST);
    }
}

package io.hive.proxy.cli;

import io.hive.core.settings.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The health check of the image, which has no shell and no curl: a program of its own, because it
 * is started every few seconds, and this is the least that asks {@code /livez}. Ends with 0 if the
 * sidecar of this container is alive, else with 1 and one line that says why.
 */
public final class HealthCheck {
    private static final int PATIENCE_MILLIS = 2000;
    private static final String DEFAULT_PORT = "8080";
    private static final String ALIVE = "HTTP/1.1 200 ";

    private HealthCheck() {}

    /**
     * Asks once.
     *
     * @param args none
     */
    public static void main(String[] args) {
        String problem = problem(System.getenv());
        if (!problem.isEmpty()) {
            System.err.println("hive: " + problem);
        }
        System.exit(problem.isEmpty() ? 0 : 1);
    }

    /**
     * What is wrong, in one line; nothing if the sidecar is alive, or has its admin port off and so
     * cannot be asked.
     */
    static String problem(Map<String, String> environment) {
        String port = environment.getOrDefault(Setting.ADMIN_PORT.variable(), "").strip();
        String bind = environment.getOrDefault(Setting.BIND.variable(), "").strip();
        if (port.equals("0")) {
            return "";
        }
        int number = port.matches("[1-9]\\d{0,4}") ? Integer.parseInt(port) : 0;
        boolean anywhere = bind.isEmpty() || bind.equals("0.0.0.0") || bind.equals("::");
        return ask(
                anywhere ? "127.0.0.1" : bind,
                number == 0 ? Integer.parseInt(DEFAULT_PORT) : number);
    }

    private static String ask(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral(host), port), PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write(
                            "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();
            String status =
                    new String(answer.readNBytes(ALIVE.length()), StandardCharsets.US_ASCII);
            return status.equals(ALIVE)
                    ? ""
                    : "/livez on port " + port + " answered '" + Printable.line(status) + "'";
        } catch (IOException | IllegalArgumentException e) {
            return "no answer from the admin port at "
                    + Printable.line(host)
                    + ":"
                    + port
                    + " ("
                    + Printable.line(String.valueOf(e.getMessage()))
                    + ")";
        }
    }
}

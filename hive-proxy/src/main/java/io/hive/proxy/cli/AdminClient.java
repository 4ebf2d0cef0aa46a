package io.hive.proxy.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks the HTTP port of a sidecar. */
final class AdminClient {
    private static final Duration CONNECT = Duration.ofSeconds(2);

    /** A hive of 128 members with their history is far below. */
    private static final int LARGEST_ANSWER = 4 << 20;

    private final @Nullable String token;

    /**
     * Prepares to ask.
     *
     * @param token the bearer token, or null
     */
    AdminClient(@Nullable String token) {
        this.token = token;
    }

    /** What came back. */
    record Answer(int status, String body) {}

    Answer get(URI base, String path) throws IOException {
        return ask(base, path, "GET", Duration.ofSeconds(5));
    }

    /** Waits longer, since the answer comes when it is done. */
    Answer post(URI base, String path) throws IOException {
        return ask(base, path, "POST", Duration.ofMinutes(2));
    }

    private Answer ask(URI base, String path, String method, Duration patience) throws IOException {
        // A proxy of the environment has no way to a pod's own port.
        if (!(base.resolve(path).toURL().openConnection(Proxy.NO_PROXY)
                instanceof HttpURLConnection connection)) {
            throw new IOException("not an http address");
        }
        try {
            connection.setConnectTimeout((int) CONNECT.toMillis());
            connection.setReadTimeout((int) patience.toMillis());
            connection.setInstanceFollowRedirects(false);
            connection.setRequestMethod(method);
            if (token != null) {
                connection.setRequestProperty("Authorization", "Bearer " + token);
            }
            int status = connection.getResponseCode();
            return new Answer(status, body(connection, status));
        } finally {
            connection.disconnect();
        }
    }

    private static String body(HttpURLConnection connection, int status) throws IOException {
        try (InputStream in =
                status >= HttpURLConnection.HTTP_BAD_REQUEST
                        ? connection.getErrorStream()
                        : connection.getInputStream()) {
            if (in == null) {
                return "";
            }
            byte[] bytes = in.readNBytes(LARGEST_ANSWER + 1);
            if (bytes.length > LARGEST_ANSWER) {
                throw new IOException("the answer is larger than " + LARGEST_ANSWER + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}

package io.hive.proxy.demo;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a Redis, or to a sidecar: writes commands, reads RESP2 replies. It does no more
 * than it is told, so that a test sees exactly what was sent and what came back.
 *
 * <p>A reply is a {@link String} (simple or bulk), a {@link Long}, null, a {@link List} of replies,
 * or, inside a list, a {@link RedisReplyException}; as the reply itself, an error is thrown. Text
 * is UTF-8. For one thread at a time.
 */
public final class RedisConnection implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** More than any test's value; a length beyond it is a broken stream. */
    private static final int MAX_LENGTH = 512 << 20;

    private static final int MAX_DEPTH = 32;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private RedisConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    }

    /** Connects, with 10 seconds for that and for each reply. */
    public static RedisConnection open(String host, int port) {
        return open(host, port, TIMEOUT);
    }

    /**
     * Connects.
     *
     * @param timeout for connecting, and for each reply
     * @throws UncheckedIOException if nobody answers there
     */
    public static RedisConnection open(String host, int port, Duration timeout) {
        Socket socket = new Socket();
        try {
            int millis = Math.toIntExact(timeout.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), millis);
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            return new RedisConnection(socket);
        } catch (IOException e) {
            closeQuietly(socket);
            throw new UncheckedIOException("no connection to " + host + ":" + port, e);
        }
    }

    /** How long a reply may take from now on. */
    public RedisConnection timeout(Duration timeout) {
        try {
            socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends a command and waits for its reply.
     *
     * @throws RedisReplyException if the reply is an error
     * @throws UncheckedIOException if the connection ended, or no reply came in time
     */
    public @Nullable Object command(String... args) {
        send(args);
        return receive();
    }

    /** As {@link #command}, for replies that are text. */
    public String text(String... args) {
        Object reply = command(args);
        if (reply instanceof String text) {
            return text;
        }
        throw new IllegalStateException(args[0] + " was answered with no text: " + reply);
    }

    /** As {@link #command}, for replies that are numbers. */
    public long number(String... args) {
        Object reply = command(args);
        if (reply instanceof Long number) {
            return number;
        }
        throw new IllegalStateException(args[0] + " was answered with no number: " + reply);
    }

    /** As {@link #command}, for replies that are lists. */
    public List<@Nullable Object> list(String... args) {
        Object reply = command(args);
        if (reply instanceof List<?> list) {
            return new ArrayList<@Nullable Object>(list);
        }
        throw new IllegalStateException(args[0] + " was answered with no list: " + reply);
    }

    /**
     * The fields of an INFO.
     *
     * @param section such as {@code replication}
     */
    public Map<String, String> info(String section) {
        Map<String, String> fields = new HashMap<>();
        for (String line : text("INFO", section).split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    /** Sends a command and waits for nothing. */
    public void send(String... args) {
        try {
            write("*" + args.length + "\r\n");
            for (String arg : args) {
                byte[] bytes = arg.getBytes(StandardCharsets.UTF_8);
                write("$" + bytes.length + "\r\n");
                out.write(bytes);
                write("\r\n");
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("could not send " + args[0] + " to " + this, e);
        }
    }

    /** Sends bytes as they are. */
    public void sendRaw(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("could not send to " + this, e);
        }
    }

    /**
     * Waits for the next reply or push message.
     *
     * @throws RedisReplyException if it is an error
     * @throws UncheckedIOException if the connection ended, or nothing came in time
     */
    public @Nullable Object receive() {
        try {
            Object reply = read(0);
            if (reply instanceof RedisReplyException error) {
                throw error;
            }
            return reply;
        } catch (IOException e) {
            throw new UncheckedIOException("no reply from " + this, e);
        }
    }

    /**
     * Whether the other side has closed the connection; waits for that as long as for a reply.
     *
     * @throws IllegalStateException if bytes come instead
     */
    public boolean closedByOther() {
        try {
            int next = in.read();
            if (next >= 0) {
                throw new IllegalStateException("expected the end of the connection, got " + next);
            }
            return true;
        } catch (java.net.SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /** The socket, for what else a test does to it. */
    public Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        closeQuietly(socket);
    }

    @Override
    public String toString() {
        return String.valueOf(socket.getRemoteSocketAddress());
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private @Nullable Object read(int depth) throws IOException {
        String line = line();
        if (line.isEmpty()) {
            throw new IOException("expected a reply, got an empty line");
        }
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> new RedisReplyException(rest);
            case ':' -> parse(rest);
            case '$' -> bulk(length(rest));
            case '*' -> array(length(rest), depth);
            default -> throw new IOException("expected a RESP2 reply, got '" + line + "'");
        };
    }

    private @Nullable String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length || in.read() != '\r' || in.read() != '\n') {
            throw new EOFException("the connection ended inside a reply");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private @Nullable List<@Nullable Object> array(int length, int depth) throws IOException {
        if (length < 0) {
            return null;
        }
        if (depth == MAX_DEPTH) {
            throw new IOException("a reply nested deeper than " + MAX_DEPTH);
        }
        List<@Nullable Object> replies = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            replies.add(read(depth + 1));
        }
        return replies;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended");
            }
            if (next == '\r') {
                if (in.read() != '\n') {
                    throw new IOException("a carriage return without a line feed");
                }
                return line.toString();
            }
            line.append((char) next);
        }
    }

    private static int length(String text) throws IOException {
        long length = parse(text);
        if (length < -1 || length > MAX_LENGTH) {
            throw new IOException("a length of " + length);
        }
        return (int) length;
    }

    private static Long parse(String text) throws IOException {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IOException("expected a number, got '" + text + "'", e);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // There is nothing left to do with it.
        }
    }
}

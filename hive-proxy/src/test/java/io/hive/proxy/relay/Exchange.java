package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.function.IntSupplier;

/** Sends bytes, and takes all that comes up to the answer to the last command, or the end. */
final class Exchange {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String MARKER = "the marker";

    /** A last command, whose answer shows that all before it is answered. */
    static final String LAST = "PING \"" + MARKER + "\"\r\n";

    private Exchange() {}

    /**
     * What comes back, and whether the connection was closed.
     *
     * @param piece how many bytes are written at a time, asked for each
     */
    static String answered(InetSocketAddress to, String text, IntSupplier piece)
            throws IOException {
        return answered(to, text, piece, TIMEOUT_MILLIS);
    }

    /**
     * The same.
     *
     * @param patience in milliseconds, without a byte
     */
    static String answered(InetSocketAddress to, String text, IntSupplier piece, int patience)
            throws IOException {
        StringBuilder got = new StringBuilder();
        try (Socket socket = new Socket()) {
            socket.connect(to, TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(patience);
            Thread writer = Thread.ofVirtual().start(() -> send(socket, text, piece));
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                int next = in.read();
                if (next < 0) {
                    got.append("(closed)");
                    break;
                }
                got.append((char) next);
                if (next == '\n' && got.toString().endsWith(MARKER + "\r\n")) {
                    break;
                }
            }
            join(writer);
        } catch (SocketException _) {
            got.append("(closed)");
        } catch (IOException e) {
            throw new IOException(
                    "%s after %s, of %s"
                            .formatted(to, Printed.of(got.toString()), Printed.of(text)),
                    e);
        }
        return got.toString();
    }

    private static void send(Socket socket, String text, IntSupplier piece) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        try {
            for (int at = 0; at < bytes.length; ) {
                int now = Math.min(piece.getAsInt(), bytes.length - at);
                socket.getOutputStream().write(bytes, at, now);
                at += now;
            }
        } catch (SocketException _) {
            // The other side has closed it: what came before counts.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A client that sends and expects bytes. Every read has a deadline. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    RawClient(InetSocketAddress address) {
        this(address, 0);
    }

    /**
     * Connects.
     *
     * @param receiveBuffer bytes that the kernel keeps for this client; 0 for what it likes
     */
    RawClient(InetSocketAddress address, int receiveBuffer) {
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(address, TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawClient send(String text) {
        return send(text.getBytes(ISO_8859_1));
    }

    RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawClient expect(String text) {
        assertThat(read(text.length())).isEqualTo(text);
        return this;
    }

    /** Expects an error of this code, and reads the whole of its line. */
    String expectError(String code) {
        String line = readLine();
        assertThat(line).startsWith("-" + code + " ");
        return line;
    }

    String readLine() {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            String next = read(1);
            assertThat(next).as("the connection ended after '%s'", line).isNotEmpty();
            line.append(next);
        }
        return line.substring(0, line.length() - 2);
    }

    /** Reads as many bytes as there should be; fewer only where the connection ends. */
    String read(int count) {
        try {
            return new String(in.readNBytes(count), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads and drops this many bytes, each of which has to be the one given. */
    void expectMany(long count, char each) {
        byte[] buffer = new byte[1 << 16];
        long left = count;
        try {
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                assertThat(read).as("%d bytes before the end", left).isPositive();
                for (int i = 0; i < read; i++) {
                    if (buffer[i] != each) {
                        assertThat((char) buffer[i])
                                .as("%d bytes before the end", left - i)
                                .isEqualTo(each);
                    }
                }
                left -= read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Expects that the other side closes, and has said nothing more. */
    void expectClosed() {
        try {
            assertThat(in.read()).isEqualTo(-1);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection stays open", e);
        } catch (IOException _) {
            // A reset is an end, too.
        }
    }

    /** Bytes that have come and were not read. */
    int available() {
        try {
            return in.available();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/** One connection of a client that counts on it for the whole of a run. For one thread. */
final class ChaosConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final String name;
    private final Socket socket = new Socket();
    private final ReplyReader reader;

    ChaosConnection(String name, InetSocketAddress address) throws IOException {
        this.name = name;
        socket.connect(address, TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        reader = new ReplyReader(new BufferedInputStream(socket.getInputStream(), 1 << 14));
    }

    void send(String... words) throws IOException {
        send(List.of(List.of(words)));
    }

    /** Sends several commands in one write. */
    void send(List<List<String>> commands) throws IOException {
        StringBuilder text = new StringBuilder();
        for (List<String> words : commands) {
            text.append('*').append(words.size()).append("\r\n");
            for (String word : words) {
                text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
            }
        }
        socket.getOutputStream().write(text.toString().getBytes(ISO_8859_1));
    }

    /** The next reply or message; that the connection ended is a failure. */
    Reply receive() throws IOException {
        Reply reply = reader.next();
        if (reply == null) {
            throw new EOFException(name + ": the connection was closed");
        }
        return reply;
    }

    Reply ask(String... words) throws IOException {
        send(words);
        return receive();
    }

    /** Whether something came that nobody waits for. */
    boolean hasMore() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

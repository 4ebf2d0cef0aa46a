package io.hive.proxy.redis;

import io.hive.proxy.salvage.SalvageStore;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A connection that asks the local Redis for a full synchronisation, as a replica does, and takes
 * the snapshot from it: with its length ahead ({@code $<bytes>}), or, diskless, up to a mark
 * ({@code $EOF:<mark>}). Past that nothing is read.
 *
 * <p>Blocks; {@link #close} ends that, from any thread.
 */
final class SnapshotStream implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;
    private static final int LONGEST_LINE = 1024;
    private static final int MARK = 40;

    /** {@code 0xff} and a checksum of eight bytes end every snapshot since version 5. */
    private static final int TRAILER = 9;

    private static final byte END = (byte) 0xff;
    private static final byte[] MAGIC = "REDIS".getBytes(StandardCharsets.US_ASCII);

    private final SocketAddress address;
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).flip();

    private SnapshotStream(SocketAddress address, SocketChannel channel) {
        this.address = address;
        this.channel = channel;
    }

    /** A connection that is not connected yet, so that it can be closed while it is. */
    static SnapshotStream to(LocalRedisSettings settings) throws IOException {
        Path socket = settings.unixSocket();
        return socket == null
                ? new SnapshotStream(
                        new InetSocketAddress(
                                InetAddress.getByName(settings.host()), settings.port()),
                        SocketChannel.open())
                : new SnapshotStream(
                        UnixDomainSocketAddress.of(socket),
                        SocketChannel.open(StandardProtocolFamily.UNIX));
    }

    /**
     * Connects, logs in, and takes the snapshot.
     *
     * @param username empty for the default user
     * @param password empty for no login
     * @throws IOException if Redis refuses or ends the connection, or the snapshot cannot be
     *     written; the message says which, and never has the password
     */
    void copyTo(SalvageStore.Writing to, String username, String password) throws IOException {
        channel.connect(address);
        if (!password.isEmpty()) {
            if (username.isEmpty()) {
                ask("AUTH", password);
            } else {
                ask("AUTH", username, password);
            }
        }
        ask("REPLCONF", "capa", "eof", "capa", "psync2");
        String answer = ask("PSYNC", "?", "-1");
        if (!answer.startsWith("+FULLRESYNC")) {
            throw new IOException("expected a full synchronisation from PSYNC, got " + answer);
        }
        String head = line();
        if (!head.startsWith("$")) {
            throw new IOException("expected the length of a snapshot, got " + head);
        }
        Tail tail = new Tail();
        if (head.startsWith("$EOF:")) {
            upToMark(to, head.substring("$EOF:".length()), tail);
        } else {
            exactly(to, length(head), tail);
        }
        tail.check();
    }

    private static long length(String head) throws IOException {
        try {
            return Long.parseLong(head, 1, head.length(), 10);
        } catch (NumberFormatException _) {
            throw new IOException("expected the length of a snapshot, got " + head);
        }
    }

    private void exactly(SalvageStore.Writing to, long length, Tail tail) throws IOException {
        long left = length;
        while (left > 0) {
            fill();
            ByteBuffer piece = in.slice(in.position(), (int) Math.min(left, in.remaining()));
            in.position(in.position() + piece.remaining());
            left -= piece.remaining();
            tail.saw(piece);
            to.write(piece);
        }
    }

    /** What comes last may be the mark: as many bytes as it has are held back. */
    private void upToMark(SalvageStore.Writing to, String mark, Tail tail) throws IOException {
        if (mark.length() != MARK) {
            throw new IOException("expected a mark of " + MARK + " bytes, got " + mark.length());
        }
        byte[] wanted = mark.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer held = ByteBuffer.allocate(BUFFER + MARK);
        while (true) {
            fill();
            held.put(in);
            held.flip();
            boolean last = endsWith(held, wanted);
            ByteBuffer piece = held.slice(0, Math.max(0, held.limit() - MARK));
            tail.saw(piece);
            to.write(piece);
            if (last) {
                return;
            }
            held.position(Math.max(0, held.limit() - MARK));
            held.compact();
        }
    }

    private static boolean endsWith(ByteBuffer bytes, byte[] wanted) {
        int from = bytes.limit() - wanted.length;
        return from >= 0 && bytes.slice(from, wanted.length).equals(ByteBuffer.wrap(wanted));
    }

    private String ask(String... words) throws IOException {
        StringBuilder request = new StringBuilder().append('*').append(words.length).append("\r\n");
        for (String word : words) {
            int bytes = word.getBytes(StandardCharsets.UTF_8).length;
            request.append('$').append(bytes).append("\r\n").append(word).append("\r\n");
        }
        ByteBuffer out = StandardCharsets.UTF_8.encode(request.toString());
        while (out.hasRemaining()) {
            channel.write(out);
        }
        String answer = line();
        if (answer.startsWith("-")) {
            // what follows a quotation mark may be what was sent
            int quotation = answer.indexOf('\'');
            throw new IOException(
                    words[0]
                            + " was refused: "
                            + answer.substring(1, quotation < 0 ? answer.length() : quotation));
        }
        return answer;
    }

    /** The next line; the empty ones by which a master shows that it lives are passed over. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            fill();
            char c = (char) (in.get() & 0xff);
            if (c == '\n') {
                if (!line.isEmpty()) {
                    return line.toString();
                }
            } else if (c != '\r') {
                line.append(c);
                if (line.length() > LONGEST_LINE) {
                    throw new IOException("expected a line, got more than " + LONGEST_LINE);
                }
            }
        }
    }

    private void fill() throws IOException {
        if (in.hasRemaining()) {
            return;
        }
        in.clear();
        int read = channel.read(in);
        in.flip();
        if (read < 0) {
            throw new EOFException("Redis closed the connection before the snapshot was whole");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** The first and the last bytes that went by: whether it looks like a snapshot, and whole. */
    private static final class Tail {
        private final ByteBuffer first = ByteBuffer.allocate(MAGIC.length);
        private byte[] last = new byte[0];

        void saw(ByteBuffer piece) {
            ByteBuffer seen = piece.duplicate();
            while (first.hasRemaining() && seen.hasRemaining()) {
                first.put(seen.get());
            }
            ByteBuffer all =
                    ByteBuffer.allocate(last.length + Math.min(piece.remaining(), TRAILER));
            int skip = Math.max(0, piece.remaining() - TRAILER);
            all.put(last).put(piece.slice(piece.position() + skip, piece.remaining() - skip));
            int length = Math.min(TRAILER, all.position());
            last = new byte[length];
            all.get(all.position() - length, last);
        }

        void check() throws IOException {
            if (!first.flip().equals(ByteBuffer.wrap(MAGIC))) {
                throw new IOException("what Redis sent does not begin as a snapshot does");
            }
            if (last.length < TRAILER || last[0] != END) {
                throw new IOException("what Redis sent does not end as a snapshot does");
            }
        }
    }
}

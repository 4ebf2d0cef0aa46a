package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * A client of the relay that never waits: what it has sent and got is looked at whenever {@link
 * #poll()} was called. For one thread.
 */
final class FuzzClient implements AutoCloseable {
    private final SocketChannel channel;
    private final String marker;
    private final String key;
    private final String queue;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private int sent;
    private boolean countable = true;
    private boolean answering = true;
    private boolean silent;
    private boolean asksNoMore;
    private int before;
    private boolean ended;

    /**
     * Connects.
     *
     * @param run what no other run has
     * @param index which client of the run it is
     */
    FuzzClient(InetSocketAddress relay, long run, int index) {
        marker = "<m" + run + "." + index + ">";
        key = "k" + run + "." + index;
        queue = "q" + run;
        try {
            channel = SocketChannel.open(relay);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String marker() {
        return marker;
    }

    // ---- what it will send

    void command(FuzzCommand command, boolean inline) {
        List<String> words = command.words().stream().map(this::filled).toList();
        switch (command.answered()) {
            case ONCE -> sent++;
            case SOMEHOW -> {
                countable = false;
                silent = true;
            }
            case NEVER -> {
                countable = false;
                answering = false;
            }
            case LAST -> {
                countable = false;
                asksNoMore = true;
            }
        }
        pending.writeBytes(inline ? FuzzCommand.inline(words) : FuzzCommand.array(words));
    }

    private String filled(String word) {
        return word.replace("%m", marker).replace("%k", key).replace("%q", queue);
    }

    void raw(byte[] bytes) {
        countable = false;
        answering = false;
        pending.writeBytes(bytes);
    }

    /** A command of about so many bytes. */
    void large(int size) {
        sent++;
        List<String> words = List.of("SET", key, marker + "v".repeat(size));
        pending.writeBytes(FuzzCommand.array(words));
    }

    // ---- what it does

    void flush() {
        flush(pending.size());
    }

    /** Sends the first of the bytes that it has to send. */
    void flush(int count) {
        byte[] all = pending.toByteArray();
        int now = Math.min(count, all.length);
        ByteBuffer some = ByteBuffer.wrap(all, 0, now);
        try {
            channel.write(some);
        } catch (IOException _) {
            over();
        }
        pending.reset();
        pending.write(all, some.position(), all.length - some.position());
    }

    /** Takes what has come. */
    void poll() {
        if (ended) {
            return;
        }
        try {
            for (int read = channel.read(buffer.clear());
                    read != 0;
                    read = channel.read(buffer.clear())) {
                if (read < 0) {
                    over();
                    return;
                }
                got.write(buffer.array(), 0, read);
            }
        } catch (IOException _) {
            // A reset is an end, too.
            over();
        }
    }

    /** Sends no more, and still reads. */
    void halfClose() {
        asksNoMore = true;
        countable = false;
        try {
            channel.shutdownOutput();
        } catch (IOException _) {
            over();
        }
    }

    /** Leaves so that the relay gets a reset. */
    void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException _) {
            // It is over already.
        }
        close();
    }

    private void over() {
        close();
    }

    @Override
    public void close() {
        ended = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what is known

    /** Whether the connection is over, by whomever. */
    boolean ended() {
        return ended;
    }

    /** Whether it has said that nothing more comes, so that its connection has to end. */
    boolean asksNoMore() {
        return asksNoMore;
    }

    /** Whether each of its commands has exactly one reply. */
    boolean countable() {
        return countable;
    }

    /** Whether RESET brings it an answer, whatever it has sent. */
    boolean answering() {
        return answering && !asksNoMore;
    }

    /** Whether it may have asked for no answers, or for more than one. */
    boolean silent() {
        return silent;
    }

    /** From here on it asks what has to be answered. */
    void lastWords() {
        before = got.size();
    }

    /** What has come since {@link #lastWords()}. */
    String sinceLastWords() {
        return got().substring(before);
    }

    boolean idle() {
        return pending.size() == 0;
    }

    int sent() {
        return sent;
    }

    String got() {
        return got.toString(ISO_8859_1);
    }

    /** The whole replies that have come, pushes not counted. */
    int replies() {
        ReplyReader reader = new ReplyReader(new ByteArrayInputStream(got.toByteArray()));
        int count = 0;
        try {
            for (Reply reply = reader.next(); reply != null; reply = reader.next()) {
                if (!reply.isPush()) {
                    count++;
                }
            }
        } catch (EOFException _) {
            // The last of them is on its way.
        } catch (IOException e) {
            throw new AssertionError("no replies: " + Printed.of(got()), e);
        }
        return count;
    }

    @Override
    public String toString() {
        return marker + (ended ? " ended" : "") + " sent " + sent + " got " + Printed.of(got());
    }
}

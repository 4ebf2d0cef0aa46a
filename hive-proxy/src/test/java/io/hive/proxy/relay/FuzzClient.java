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
import java.util.ArrayList;
import java.util.List;

/**
 * A client of the relay that never waits: what it has sent and got is looked at whenever {@link
 * #poll()} was called. For one thread.
 */
final class FuzzClient implements AutoCloseable {
    /** What is due to a client once it has had its last words. */
    enum Due {
        /** Nothing that is known. */
        NOTHING,
        /** The answers to its last words. */
        ANSWERS,
        /** The end of its connection. */
        END
    }

    private final SocketChannel channel;
    private final String marker;
    private final String key;
    private final String queue;

    /** All that it says, sent or not. */
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private Due due = Due.NOTHING;
    private boolean saysNoMore;
    private boolean halfClosed;

    /** How many replies it has to get in all; -1 if that is not known. */
    private int expected = -1;

    private int before;
    private int lookedAt;
    private int seen;
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
        raw(inline ? FuzzCommand.inline(words) : FuzzCommand.array(words));
    }

    private String filled(String word) {
        return word.replace("%m", marker).replace("%k", key).replace("%q", queue);
    }

    void raw(byte[] bytes) {
        if (!halfClosed) {
            said.writeBytes(bytes);
            pending.writeBytes(bytes);
        }
    }

    /** A command of about so many bytes. */
    void large(int size) {
        raw(FuzzCommand.array(List.of("SET", key, marker + "v".repeat(size))));
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
            if (some.hasRemaining()) {
                channel.write(some);
            }
        } catch (IOException _) {
            // It cannot send, and may still have something to read.
            pending.reset();
            return;
        }
        pending.reset();
        pending.write(all, some.position(), all.length - some.position());
        if (saysNoMore && pending.size() == 0) {
            halfClose();
        }
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
                    close();
                    return;
                }
                got.write(buffer.array(), 0, read);
            }
        } catch (IOException _) {
            // A reset is an end, too.
            close();
        }
    }

    /** Sends no more, not even what it has not sent yet, and still reads. */
    void halfClose() {
        if (halfClosed || ended) {
            return;
        }
        halfClosed = true;
        byte[] all = said.toByteArray();
        said.reset();
        said.write(all, 0, all.length - pending.size());
        pending.reset();
        try {
            channel.shutdownOutput();
        } catch (IOException _) {
            close();
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

    @Override
    public void close() {
        ended = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- its last words

    /**
     * Says something that has to be answered, or else no more, so that the relay has to end it.
     *
     * @param modesAreTrue whether the master knows modes in which it answers nothing
     * @param repliesAreTrue whether it answers each command once, where there is no such mode
     */
    void lastWords(boolean modesAreTrue, boolean repliesAreTrue) {
        before = got.size();
        SentCommands all = commands();
        boolean certain = modesAreTrue || !all.modes();
        if (ended) {
            // Hive may know that a line is none before it ends.
            boolean wrong =
                    all.end() == SentCommands.End.WITHIN
                            && (all.modes() || got().contains("-ERR Protocol error"));
            due = halfClosed || all.over() || wrong ? Due.END : Due.NOTHING;
        } else if (halfClosed || all.over()) {
            due = Due.END;
            saysNoMore = all.end() == SentCommands.End.FAULT;
        } else if (all.end() == SentCommands.End.BETWEEN) {
            lastWords();
            due = certain ? Due.ANSWERS : Due.NOTHING;
            expected = repliesAreTrue && !all.modes() ? all.replies() + 2 : -1;
        } else {
            // Whatever it said now would be a part of what it has begun.
            saysNoMore = true;
            due = Due.END;
        }
    }

    /**
     * Says its last words once more where replies may be off or skipped: what Hive answered in the
     * master's place, and nobody was to hear, has not changed that.
     */
    void sayAgain() {
        if (due == Due.ANSWERS && expected < 0 && idle() && !ended) {
            lastWords();
        }
    }

    private void lastWords() {
        raw(FuzzCommand.array(List.of("RESET")));
        raw(FuzzCommand.array(List.of("ECHO", "last" + marker)));
    }

    /**
     * Whether it has what is due to it.
     *
     * @param byHive whether Hive may have answered in the master's place, with an error
     */
    boolean settled(boolean byHive) {
        if (ended) {
            return true;
        }
        return switch (due) {
            case NOTHING -> true;
            case END -> false;
            case ANSWERS ->
                    idle() && (expected < 0 ? answered(byHive) : replies().size() >= expected);
        };
    }

    private boolean answered(boolean byHive) {
        // Where Hive answers in the master's place, two lines are enough.
        return got().contains("last" + marker)
                || (byHive && got().substring(before).split("\r\n", -1).length > 2);
    }

    // ---- what is known

    /** Whether the connection is over, by whomever. */
    boolean ended() {
        return ended;
    }

    /** Whether the relay has to end the connection. */
    boolean endIsDue() {
        return due == Due.END;
    }

    /** The whole lines that have come since it was last asked. */
    String news() {
        if (got.size() == lookedAt) {
            return "";
        }
        String all = got();
        int end = all.lastIndexOf('\n') + 1;
        String news = all.substring(seen, end);
        seen = end;
        lookedAt = all.length();
        return news;
    }

    /** What it has said, as a Redis reads it. */
    SentCommands commands() {
        return SentCommands.of(said.toByteArray());
    }

    boolean halfClosed() {
        return halfClosed;
    }

    boolean idle() {
        return pending.size() == 0;
    }

    String got() {
        return got.toString(ISO_8859_1);
    }

    /** The whole replies that have come, without pushes. */
    List<Reply> replies() {
        ReplyReader reader = new ReplyReader(new ByteArrayInputStream(got.toByteArray()));
        List<Reply> replies = new ArrayList<>();
        try {
            for (Reply reply = reader.next(); reply != null; reply = reader.next()) {
                if (!reply.isPush()) {
                    replies.add(reply);
                }
            }
        } catch (EOFException _) {
            // The last of them is on its way.
        } catch (IOException e) {
            throw new AssertionError("no replies: " + Printed.of(got()), e);
        }
        return replies;
    }

    @Override
    public String toString() {
        return "%s%s, due: %s, said %s, got %s"
                .formatted(
                        marker,
                        ended ? " ended" : halfClosed ? " half closed" : "",
                        due,
                        printed(said.toString(ISO_8859_1)),
                        printed(got()));
    }

    private static String printed(String bytes) {
        return Printed.of(bytes).replaceAll("v{20,}", "v..v");
    }
}

package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What goes to a client, in its order. Where writes are answered only once replicas hold them,
 * their replies wait here, and what comes behind them.
 */
final class Outgoing {
    /** Replies that wait; those of writes for the round of acknowledgements that covers them. */
    private record Held(ByteBuf bytes, int writes, long round) {}

    private static final int MAX_HELD = 2048;

    private final LoopRelay home;
    private final Session session;
    private final Channel client;
    private final ArrayDeque<Held> held = new ArrayDeque<>(0);
    private int heldReplies;
    private int heldBytes;
    private boolean dirty;

    Outgoing(LoopRelay home, Session session, Channel client) {
        this.home = home;
        this.session = session;
        this.client = client;
    }

    /** Whether replies wait for replicas. */
    boolean holding() {
        return !held.isEmpty();
    }

    /** Whether so much waits that no more should be asked for. */
    boolean full() {
        return heldBytes >= home.limits().highWater() || heldReplies >= MAX_HELD;
    }

    /** Replies that need nobody's confirmation. Takes the buffer. */
    void reply(ByteBuf bytes) {
        if (held.isEmpty()) {
            write(bytes);
        } else {
            hold(bytes, 0, 0);
        }
    }

    /**
     * Replies to so many writes. Takes the buffer.
     *
     * @param on the master that they ran on; null if that is not known
     */
    void replyToWrites(ByteBuf bytes, int writes, @Nullable Target on) {
        Acknowledgements acks = home.acknowledgements();
        if (acks == null || on == null) {
            reply(bytes);
        } else {
            hold(bytes, writes, acks.cover(session, on));
        }
    }

    private void hold(ByteBuf bytes, int writes, long round) {
        held.add(new Held(bytes, writes, round));
        heldReplies += Math.max(1, writes);
        heldBytes += bytes.readableBytes();
    }

    /** The writes that were covered by this round, and all before it, are confirmed. */
    void confirmed(long round) {
        while (!held.isEmpty() && held.getFirst().round <= round) {
            write(take().bytes);
        }
    }

    /** The same writes are answered with an error each: too few replicas confirmed them. */
    void unconfirmed(long round, Answer error) {
        while (!held.isEmpty() && held.getFirst().round <= round) {
            Held head = take();
            if (head.writes == 0) {
                write(head.bytes);
                continue;
            }
            head.bytes.release();
            home.metrics().answered(error, head.writes);
            for (int i = 0; i < head.writes; i++) {
                write(home.bytes(error.line()));
            }
        }
    }

    private Held take() {
        Held head = held.removeFirst();
        heldReplies -= Math.max(1, head.writes);
        heldBytes -= head.bytes.readableBytes();
        return head;
    }

    private void write(ByteBuf bytes) {
        home.bytesOut(bytes.readableBytes());
        Sockets.write(client, bytes);
        if (!dirty) {
            dirty = true;
            home.flushLater(this);
        }
    }

    void flush() {
        dirty = false;
        client.flush();
    }

    /** The client is gone, or gets no more. */
    void release() {
        for (Held head = held.poll(); head != null; head = held.poll()) {
            head.bytes.release();
        }
        heldReplies = 0;
        heldBytes = 0;
    }
}

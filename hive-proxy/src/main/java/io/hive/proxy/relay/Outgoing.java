package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
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

    /** What becomes of a reply that comes in parts, since it is too long to be kept whole. */
    private enum Parts {
        /** There is none. */
        NONE,
        /** They go to the client as they come, behind what waits. */
        PASSED,
        /** They wait for the round that covers the write. */
        HELD,
        /** The client has got an error instead. */
        DROPPED
    }

    private final LoopRelay home;
    private final Session session;
    private final Channel client;
    private final ArrayDeque<Held> held = new ArrayDeque<>(0);
    private int heldReplies;
    private int heldBytes;
    private boolean dirty;
    private Parts parts = Parts.NONE;

    /** The parts that wait. */
    private @Nullable CompositeByteBuf heldParts;

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
        count(Math.max(1, writes), bytes.readableBytes());
    }

    private void count(int moreReplies, int moreBytes) {
        heldReplies += moreReplies;
        heldBytes += moreBytes;
        home.metrics().heldReplies.addAndGet(moreReplies);
        home.metrics().heldBytes.addAndGet(moreBytes);
    }

    /** Bytes of the replies that wait. */
    int heldBytes() {
        return heldBytes;
    }

    // ---- a reply in parts

    /** Whether the client has a part of a reply, or waits for the rest of one. */
    boolean midReply() {
        return parts != Parts.NONE;
    }

    /** A reply comes in parts that needs nobody's confirmation. */
    void beginParts() {
        parts = Parts.PASSED;
    }

    /**
     * A reply to a write comes in parts. That some of it has come shows that the write ran.
     *
     * @param on the master that it ran on; null if that is not known
     */
    void beginPartsOfWrite(@Nullable Target on) {
        Acknowledgements acks = home.acknowledgements();
        if (acks == null || on == null) {
            parts = Parts.PASSED;
        } else {
            parts = Parts.HELD;
            CompositeByteBuf begun = home.allocator().compositeDirectBuffer(Integer.MAX_VALUE);
            heldParts = begun;
            hold(begun, 1, acks.cover(session, on));
        }
    }

    /** The next part. Takes the buffer. */
    void part(ByteBuf bytes) {
        CompositeByteBuf begun = heldParts;
        if (parts == Parts.DROPPED) {
            bytes.release();
        } else if (begun == null) {
            reply(bytes);
        } else {
            count(0, bytes.readableBytes());
            begun.addComponent(true, bytes);
        }
    }

    /** The reply has come to its end. */
    void endParts() {
        parts = Parts.NONE;
        heldParts = null;
    }

    /**
     * The rest of a reply in parts will not come.
     *
     * @param error what the client gets, if it has nothing of it yet
     * @return whether the client can go on; not if it has a part of it
     */
    boolean breakOff(Answer error) {
        if (parts == Parts.PASSED) {
            return false;
        }
        if (parts == Parts.HELD) {
            // Nothing has come behind it.
            Held last = held.removeLast();
            discount(last);
            last.bytes.release();
            home.metrics().answered(error, 1);
            reply(home.bytes(error.line()));
        }
        endParts();
        return true;
    }

    // ---- confirmations

    /** The writes that were covered by this round, and all before it, are confirmed. */
    void confirmed(long round) {
        while (!held.isEmpty() && held.getFirst().round <= round) {
            write(take(Parts.PASSED).bytes);
        }
    }

    /** The same writes are answered with an error each: too few replicas confirmed them. */
    void unconfirmed(long round, Answer error) {
        while (!held.isEmpty() && held.getFirst().round <= round) {
            Held head = take(Parts.DROPPED);
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

    /** The first that waits; what becomes of the rest of it, if that is still to come. */
    @SuppressWarnings("ReferenceEquality") // it is that buffer, or another one
    private Held take(Parts rest) {
        Held head = held.removeFirst();
        discount(head);
        if (head.bytes == heldParts) {
            heldParts = null;
            parts = rest;
        }
        return head;
    }

    private void discount(Held over) {
        count(-Math.max(1, over.writes), -over.bytes.readableBytes());
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
        count(-heldReplies, -heldBytes);
        endParts();
    }
}

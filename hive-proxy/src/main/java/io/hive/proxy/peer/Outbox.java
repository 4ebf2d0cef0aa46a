package io.hive.proxy.peer;

import io.hive.core.message.PeerMessage;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one peer, from any thread to the event loop, bounded. When it is full, the oldest
 * heartbeat goes, since a newer one says all it said; without one, the new message goes.
 */
final class Outbox {
    private final int limit;
    private final ArrayDeque<PeerMessage> waiting = new ArrayDeque<>();
    private boolean awake;
    private boolean closed;

    Outbox(int limit) {
        this.limit = limit;
    }

    /** What became of an offered message. */
    enum Offer {
        /** It waits, and somebody is already coming for it. */
        QUEUED,
        /** It waits, and the caller has to wake the event loop. */
        WAKE,
        /** It waits, and an older heartbeat was dropped for it. */
        REPLACED,
        /** It was dropped. */
        DROPPED,
        /** The connection is gone. */
        CLOSED
    }

    synchronized Offer offer(PeerMessage message) {
        if (closed) {
            return Offer.CLOSED;
        }
        if (waiting.size() >= limit) {
            // Full means that the loop has been woken and the socket takes no more.
            if (!dropHeartbeat()) {
                return Offer.DROPPED;
            }
            waiting.add(message);
            return Offer.REPLACED;
        }
        waiting.add(message);
        if (awake) {
            return Offer.QUEUED;
        }
        awake = true;
        return Offer.WAKE;
    }

    /** The next message; null where none is left, and then the next offer wakes again. */
    synchronized @Nullable PeerMessage poll() {
        PeerMessage message = waiting.poll();
        awake = message != null;
        return message;
    }

    synchronized int size() {
        return waiting.size();
    }

    /** Drops what waits, and everything offered later. */
    synchronized void close() {
        closed = true;
        waiting.clear();
    }

    private boolean dropHeartbeat() {
        for (Iterator<PeerMessage> i = waiting.iterator(); i.hasNext(); ) {
            if (i.next() instanceof PeerMessage.Heartbeat) {
                i.remove();
                return true;
            }
        }
        return false;
    }
}

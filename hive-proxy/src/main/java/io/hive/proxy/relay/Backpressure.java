package io.hive.proxy.relay;

import io.netty.channel.Channel;

/**
 * What is done about a client that takes its replies too slowly. Over a connection of its own it is
 * simply not read for; on the lane others wait for theirs.
 */
final class Backpressure {
    private final RelayLimits limits;
    private final Channel client;
    private final Outgoing out;
    private final Links links;
    private final Recalls recalls;
    private final SessionControl session;

    Backpressure(
            RelayLimits limits,
            Channel client,
            Outgoing out,
            Links links,
            Recalls recalls,
            SessionControl session) {
        this.limits = limits;
        this.client = client;
        this.out = out;
        this.links = links;
        this.recalls = recalls;
        this.session = session;
    }

    /** Replies came; a slow client gets the rest over a connection of its own, if it can be. */
    void afterReplies() {
        UpstreamConnection shared = links.lane().sentOver();
        if (client.isWritable() || links.own().held() || shared == null) {
            return;
        }
        long pending = pendingBytes();
        boolean left =
                pending > limits.slowClient() && !recalls.underWay() && recalls.leaves(shared);
        if (!left && pending > 4L * limits.slowClient()) {
            cut(4L * limits.slowClient());
        }
    }

    /** A part of a large reply came, and more will. */
    void afterPart() {
        UpstreamConnection mine = links.own().get();
        if (mine != null) {
            if (!client.isWritable() || out.full()) {
                mine.reading(false);
            }
        } else if (pendingBytes() > limits.slowClient()) {
            cut(limits.slowClient());
        } else if (out.heldBytes() > 4L * limits.slowClient()) {
            session.cut(
                    "more than "
                            + 4L * limits.slowClient()
                            + " bytes of replies wait for replicas");
        }
    }

    /** Replies that waited for replicas do so no longer. */
    void afterHeld() {
        UpstreamConnection mine = links.own().get();
        if (mine != null && mine.ready() && client.isWritable() && !out.full()) {
            mine.reading(true);
        }
    }

    /** Something came that the client takes in its own time. */
    void slowDown(UpstreamConnection connection) {
        if (!client.isWritable()) {
            connection.reading(false);
        }
    }

    private void cut(long limit) {
        session.cut("it takes its replies too slowly: more than " + limit + " bytes wait for it");
    }

    /** Bytes of replies that the client has not taken, if they are many. */
    private long pendingBytes() {
        return client.isWritable() ? 0 : limits.lowWater() + client.bytesBeforeWritable();
    }
}

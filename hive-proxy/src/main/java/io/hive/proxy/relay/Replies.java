package io.hive.proxy.relay;

import io.hive.proxy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What a session makes of the replies to its commands: passes them on, and learns from them. */
final class Replies {
    private final LoopRelay home;
    private final Outgoing out;
    private final Links links;
    private final Identity identity;
    private final Bonds bonds;
    private final Cursors cursors;
    private final Transactions transactions;
    private final Recalls recalls;
    private final Losses losses;
    private final Backpressure backpressure;

    Replies(
            LoopRelay home,
            Outgoing out,
            Links links,
            Identity identity,
            Bonds bonds,
            Cursors cursors,
            Transactions transactions,
            Recalls recalls,
            Losses losses,
            Backpressure backpressure) {
        this.home = home;
        this.out = out;
        this.links = links;
        this.identity = identity;
        this.bonds = bonds;
        this.cursors = cursors;
        this.transactions = transactions;
        this.recalls = recalls;
        this.losses = losses;
        this.backpressure = backpressure;
    }

    /** Replies to so many commands, none of them an error. Takes the buffer. */
    void plain(Tag tag, ByteBuf bytes, int count) {
        recalls.ran();
        pass(tag, bytes, count);
        backpressure.afterReplies();
    }

    /** A reply begins that is too long to be kept, and comes in parts; the first stays. */
    void beginParts(UpstreamConnection connection, Tag tag, ByteBuf first) {
        boolean error = first.getByte(first.readerIndex()) == '-';
        links.own().bulky();
        if (tag == Tag.UNKNOWN) {
            bound(connection);
        }
        learn(connection, tag, first, error);
        if (waits(tag, error)) {
            out.beginPartsOfWrite(ranOn());
        } else {
            out.beginParts();
        }
    }

    /** A part of a reply that is too long to be kept. Takes the buffer. */
    void part(ByteBuf bytes) {
        out.part(bytes);
        backpressure.afterPart();
    }

    /** Replies that waited have gone to the client. */
    void goOn() {
        backpressure.afterHeld();
    }

    /** Whether a reply says that something may have been written. */
    private static boolean waits(Tag tag, boolean error) {
        boolean nothingWritten = error && (tag == Tag.WRITE || tag == Tag.BLOCKING_WRITE);
        return tag.writes() && !nothingWritten;
    }

    /** Something has run that may have changed the connection: the session keeps it. */
    private void bound(UpstreamConnection connection) {
        connection.taint();
        bonds.last();
    }

    private @Nullable Target ranOn() {
        Target on = links.answering();
        return on == null ? home.target() : on;
    }

    private void pass(Tag tag, ByteBuf bytes, int count) {
        if (tag.writes()) {
            out.replyToWrites(bytes, count, ranOn());
        } else {
            out.reply(bytes);
        }
    }

    /**
     * A reply that has to be looked at, whole. Takes the buffer.
     *
     * @return whether it answers the command that is the oldest under way
     */
    boolean special(
            UpstreamConnection connection, ReplyFramer.Event event, Tag tag, ByteBuf frame) {
        boolean push = event == ReplyFramer.Event.PUSH;
        if (push || (isOwn(connection) && bonds.messages())) {
            PubSub.Frame kind = PubSub.of(frame);
            if (kind == PubSub.Frame.MESSAGE) {
                out.reply(frame);
                backpressure.slowDown(connection);
                return false;
            }
            if (kind == PubSub.Frame.CONFIRMATION) {
                return confirmation(connection, tag, frame);
            }
        }
        if (push) {
            out.reply(frame);
            return false;
        }
        boolean error = frame.getByte(frame.readerIndex()) == '-';
        if (tag == Tag.UNKNOWN && !(error && Refusal.noSuchCommand(frame))) {
            bound(connection);
        }
        if (recalls.underWay()) {
            recalls.reply(frame);
            return true;
        }
        boolean ran = tag != Tag.MULTI && tag != Tag.QUEUED;
        if (connection.retiring() && ran && !error) {
            // It may come from a master that does not know yet that it is none.
            frame.release();
            connection.lose("the master changed", true);
            return false;
        }
        if (error && refused(connection, tag, frame)) {
            return false;
        }
        if (ran && !error) {
            recalls.ran();
        }
        reply(connection, tag, frame, error);
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // connections are told apart by what they are
    private boolean isOwn(UpstreamConnection connection) {
        return connection == links.own().get();
    }

    private boolean confirmation(UpstreamConnection connection, Tag tag, ByteBuf frame) {
        if (tag == Tag.RESTORE) {
            frame.release();
            return true;
        }
        out.reply(frame);
        boolean over = tag == Tag.SUBSCRIPTION && bonds.pubSub().confirmedOne();
        if (over && !bonds.messages()) {
            connection.subscribed(false);
        }
        if (over) {
            recalls.passedOn();
        }
        return over;
    }

    /** Deals with an error that says that the command did not run; takes the buffer if so. */
    private boolean refused(UpstreamConnection connection, Tag tag, ByteBuf frame) {
        Refusal refusal = Refusal.of(frame);
        boolean again =
                switch (refusal) {
                    case NOT_MASTER -> tag.refusalsAreTrue();
                    case NO_REPLICAS -> tag.refusalsAreTrue() && home.masterIsNew();
                    case UNBLOCKED -> tag == Tag.BLOCKING_READ || tag == Tag.BLOCKING_WRITE;
                    case ABORTED, NONE -> false;
                };
        // Run again it would get into a transaction that the client has begun behind it.
        if (again && !bonds.transaction().open()) {
            home.failed(connection.target(), "it refuses commands: " + refusal);
            recalls.refused(connection, frame);
            return true;
        }
        boolean aborted =
                ((tag == Tag.QUEUED || tag == Tag.RESTORE) && refusal == Refusal.NOT_MASTER)
                        || (tag == Tag.EXEC && refusal == Refusal.ABORTED);
        if (aborted && losses.transactionRefused(connection)) {
            frame.release();
            return true;
        }
        return false;
    }

    private void reply(UpstreamConnection connection, Tag tag, ByteBuf frame, boolean error) {
        learn(connection, tag, frame, error);
        switch (tag) {
            case SILENT, RESTORE -> frame.release();
            case NO_EXEC -> {
                frame.release();
                out.reply(home.bytes(transactions.notExecuted()));
            }
            case EXEC -> executed(connection, frame, error);
            case HANDSHAKE -> handshake(connection, frame);
            case DISCARD, UNWATCH -> {
                if (error) {
                    connection.taint();
                }
                out.reply(frame);
            }
            case SUBSCRIPTION -> {
                bonds.pubSub().refused();
                out.reply(frame);
            }
            case READ,
                    WRITE,
                    OPAQUE,
                    OPAQUE_READ,
                    UNKNOWN,
                    SCAN,
                    BLOCKING_READ,
                    BLOCKING_WRITE,
                    MULTI,
                    QUEUED,
                    WATCH,
                    TRACKING,
                    LARGE ->
                    pass(waits(tag, error) ? tag : Tag.READ, frame, 1);
        }
    }

    /** The client may have asked not to be told; Redis was asked to answer all the same. */
    private void handshake(UpstreamConnection connection, ByteBuf frame) {
        if (!bonds.unanswered()) {
            out.reply(frame);
            return;
        }
        frame.release();
        if (bonds.muted()) {
            connection.stream(ReplyMode.OFF, 0, ReplyMode.OFF.length);
        }
    }

    /** Notes what a reply shows, or the first part of one. */
    private void learn(UpstreamConnection connection, Tag tag, ByteBuf frame, boolean error) {
        if (tag == Tag.HANDSHAKE) {
            Handshake next = identity.answered();
            if (!error && next != null) {
                links.own().accept(connection, next);
            }
        } else if (tag == Tag.SCAN && !error) {
            cursors.issued(connection.target(), frame);
        } else if (tag == Tag.EXEC) {
            int count = transactions.executed();
            if (identity.queued() && ExecReply.ran(frame)) {
                Handshake done = identity.executed(ExecReply.succeeded(frame, count));
                if (done != null) {
                    links.own().accept(connection, done);
                }
            }
        }
    }

    private void executed(UpstreamConnection connection, ByteBuf frame, boolean error) {
        if (!error) {
            pass(Tag.EXEC, frame, 1);
            return;
        }
        Refusal refusal = Refusal.of(frame);
        if (refusal == Refusal.ABORTED && transactions.hadWatch()) {
            frame.release();
            out.reply(home.bytes(transactions.nothing()));
            return;
        }
        byte[] start = new byte[Math.min(11, frame.readableBytes())];
        frame.getBytes(frame.readerIndex(), start);
        if (!Refusal.starts(start, "-EXECABORT")) {
            // It may still be open: EXEC may be forbidden to this user.
            bound(connection);
        }
        out.reply(frame);
    }
}

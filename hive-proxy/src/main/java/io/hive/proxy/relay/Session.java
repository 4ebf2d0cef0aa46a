package io.hive.proxy.relay;

import io.hive.proxy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client, from its connection to its end.
 *
 * <p>Its commands are dealt with one after the other (see {@link Pump}): sent over the lane of its
 * profile, or over a connection of its own while something ties it to one, or answered by Hive. So
 * the order of the client's commands is kept, and what Hive answers itself is answered when nothing
 * is under way. This class tells its parts what happens: on the client's side, on the master's, to
 * the route.
 *
 * <p>Entered by the client's event loop alone.
 */
final class Session implements Keeper, SessionControl {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final LoopRelay home;
    private final Channel client;
    private final Input input;
    private final Outgoing out;
    private final Identity identity = new Identity();
    private final Backlog backlog;
    private final LaneShare lane;
    private final OwnConnection own;
    private final Parking parking;
    private final LargeCommand large;
    private final Recalls recalls;
    private final Losses losses;
    private final Replies replies;
    private final Pump pump;
    private boolean ended;

    Session(LoopRelay home, Channel client) {
        this.home = home;
        this.client = client;
        Bonds bonds = new Bonds();
        Cursors cursors = new Cursors();
        input = new Input(home.commands());
        out = new Outgoing(home, this, client);
        backlog = new Backlog(input, home.metrics());
        lane = new LaneShare(home, this, out);
        own = new OwnConnection(home, this, client, out, lane, identity, bonds);
        parking = new Parking(home, input, this, this::parkExpired);
        Links links = new Links(lane, own);
        Answers answers = new Answers(home, client, out, links, bonds);
        Goodbye goodbye = new Goodbye(home, input, out, links, bonds, answers, this);
        OwnCommands ownCommands = new OwnCommands(own, bonds);
        PlainCommands plain =
                new PlainCommands(client, home.limits(), links, identity, answers, ownCommands);
        Transactions transactions =
                new Transactions(own, identity, bonds, answers, ownCommands, plain);
        Maintenance maintenance =
                new Maintenance(home, out, identity, bonds, answers, transactions);
        StreamReads streamReads =
                new StreamReads(own, identity, bonds, backlog, ownCommands, plain, this);
        Dispatch dispatch =
                new Dispatch(
                        home,
                        own,
                        bonds,
                        cursors,
                        parking,
                        answers,
                        goodbye,
                        ownCommands,
                        plain,
                        transactions,
                        new Handshakes(own, identity, bonds, ownCommands),
                        streamReads,
                        new ReadCommands(home, this, own, identity, transactions, plain),
                        maintenance,
                        new Subscriptions(
                                own, identity, bonds, ownCommands, transactions, answers));
        large = new LargeCommand(home, input, own, bonds, backlog, parking, goodbye);
        recalls = new Recalls(home, this, links, identity, bonds, backlog, large, transactions);
        losses =
                new Losses(
                        home,
                        this,
                        out,
                        links,
                        identity,
                        bonds,
                        backlog,
                        large,
                        transactions,
                        streamReads,
                        recalls);
        replies =
                new Replies(
                        home,
                        out,
                        links,
                        identity,
                        bonds,
                        cursors,
                        transactions,
                        recalls,
                        losses,
                        new Backpressure(home.limits(), client, out, links, recalls, this));
        Intake intake =
                new Intake(
                        home, client, input, links, identity, bonds, answers, dispatch, large,
                        goodbye);
        pump =
                new Pump(
                        home,
                        client,
                        input,
                        out,
                        links,
                        identity,
                        bonds,
                        backlog,
                        parking,
                        large,
                        recalls,
                        answers,
                        dispatch,
                        intake,
                        maintenance,
                        this);
    }

    Profile profile() {
        return identity.profile();
    }

    // ---- the client

    /** The client sent something. */
    void read(ByteBuf in) {
        byte[] scratch = home.requestScratch();
        home.metrics().bytesIn.add(in.readableBytes());
        input.table(home.commands());
        while (in.isReadable() && !ended) {
            int length = Math.min(in.readableBytes(), scratch.length);
            in.readBytes(scratch, 0, length);
            input.feed(scratch, length);
            pump();
        }
    }

    /** The client takes bytes again, or no longer. */
    void writableChanged() {
        UpstreamConnection mine = own.get();
        if (mine != null && mine.ready()) {
            mine.reading(client.isWritable());
        }
        pump();
    }

    /** The client will send no more, and may still read. */
    void inputEnded() {
        pump.inputEnded();
    }

    /** The client is gone. */
    void closed() {
        release();
        home.remove(this);
    }

    @Override
    public void end(String reason) {
        if (!ended) {
            LOG.debug("client {} is closed: {}", client.remoteAddress(), reason);
            release();
            Farewell.to(client, Unpooled.EMPTY_BUFFER);
        }
    }

    @Override
    public void cut(String reason) {
        if (!ended) {
            home.metrics().cutClients.increment();
            LOG.info("client {} is closed: {}", client.remoteAddress(), reason);
            end(reason);
        }
    }

    /** Closes the client at once. */
    void abort() {
        release();
        Sockets.close(client);
    }

    @Override
    public boolean ended() {
        return ended;
    }

    private void release() {
        ended = true;
        parking.unpark();
        lane.leave();
        own.release(large.underWay());
        backlog.clear();
        losses.clear();
        input.clear();
        out.release();
    }

    /** The sidecar is to stop: the session ends as soon as nothing of it is under way. */
    void leave() {
        pump();
    }

    // ---- the pump

    @Override
    public void pump() {
        if (ended) {
            return;
        }
        try {
            pump.run();
        } catch (RuntimeException e) {
            // A fault in here must not take anybody else's connection with it.
            LOG.error("client {} is closed by a fault in Hive", client.remoteAddress(), e);
            abort();
        }
    }

    @Override
    public void pumpLater() {
        home.loop().execute(this::pump);
    }

    /** No master for too long: what is under way is unknown, and what waits fails. */
    private void parkExpired() {
        if (!ended) {
            parking.reject();
            losses.giveUp();
            pump();
        }
    }

    // ---- the master

    /** The route was opened, moved or closed; the lane knows it already. */
    void routeChanged(@Nullable Target now) {
        if (ended) {
            return;
        }
        if (now != null) {
            parking.masterSeen();
            own.routeOpened();
        }
        UpstreamConnection mine = own.get();
        if (mine != null) {
            mine.routeChanged(now);
        }
        pump();
    }

    /** The lane can be used. */
    void masterReady() {
        parking.masterSeen();
        pump();
    }

    /** The profile cannot be set up any more (relay rule 8). */
    void profileRefused(String reason) {
        cut("its " + profile().credentials() + " cannot be set up on the master: " + reason);
    }

    @Override
    public void ready(UpstreamConnection connection) {
        parking.masterSeen();
        own.restore(connection);
        pump();
    }

    @Override
    public void failed(UpstreamConnection connection, String reason, boolean refused) {
        own.lost();
        if (refused) {
            profileRefused(reason);
            return;
        }
        LOG.debug("no connection to {}: {}", connection.target().master(), reason);
        own.retryLater();
        pump();
    }

    @Override
    public void retiring(UpstreamConnection connection) {
        if (!ended) {
            recalls.retireOwn(connection);
        }
    }

    @Override
    public void lost(UpstreamConnection connection, String reason, boolean moved) {
        if (pump.finishing()) {
            own.lost();
            end("it sends no more, and Redis has told it all");
            return;
        }
        losses.ownLost(connection, reason, moved);
        pump();
    }

    /** Redis takes bytes again, or no longer. */
    void upstreamWritable() {
        pump();
    }

    /** The lane is being left, and commands of the session are under way on it. */
    void retire(UpstreamConnection connection) {
        if (!ended) {
            recalls.retire(connection);
        }
    }

    /** A command that was under way on the lane when it was lost; {@link #laneLost} follows. */
    void takeBack(Taken taken) {
        losses.takeBack(taken);
    }

    /**
     * All commands that were under way on the lane were taken back.
     *
     * @param midReply whether the oldest was answered in part
     */
    void laneLost(boolean midReply) {
        if (!ended) {
            losses.laneLost(midReply);
            pump();
        }
    }

    // ---- replies

    /** Whether each reply has to be looked at. */
    boolean wary() {
        return recalls.underWay();
    }

    /** Replies to so many commands, none of them an error. Takes the buffer. */
    void replies(Tag tag, ByteBuf bytes, int count) {
        if (ended) {
            bytes.release();
            return;
        }
        replies.plain(tag, bytes, count);
        answered(count);
    }

    /** A reply begins that is too long to be kept, and comes in parts; the first stays. */
    void beginParts(UpstreamConnection connection, Tag tag, ByteBuf first) {
        if (!ended) {
            replies.beginParts(connection, tag, first);
        }
    }

    /** The reply that came in parts has ended. */
    void endParts() {
        out.endParts();
    }

    /** A part of a reply that is too long to be kept. Takes the buffer. */
    void part(ByteBuf bytes) {
        if (ended) {
            bytes.release();
        } else {
            replies.part(bytes);
        }
    }

    /**
     * A reply that has to be looked at, whole. Takes the buffer.
     *
     * @return whether it answers the command that is the oldest under way
     */
    boolean special(
            UpstreamConnection connection, ReplyFramer.Event event, Tag tag, ByteBuf frame) {
        if (ended) {
            frame.release();
            return event == ReplyFramer.Event.REPLY;
        }
        return replies.special(connection, event, tag, frame);
    }

    /**
     * A reply is longer than what is kept.
     *
     * @return whether the session does not want it: it is collecting replies, or runs its commands
     *     over a connection of its own, as this one is shared
     */
    boolean leaves(UpstreamConnection connection, boolean shared) {
        return ended || recalls.skips() || (shared && recalls.leaves(connection));
    }

    /** So many of the commands under way are answered. */
    void answered(int count) {
        lane.over(count);
        if (!recalls.endIfComplete()) {
            pump.answered();
        }
    }

    /** Replicas hold the writes of this round, or they do not in time. */
    void acknowledged(long round, @Nullable Answer error) {
        if (ended) {
            return;
        }
        if (error == null) {
            out.confirmed(round);
        } else {
            out.unconfirmed(round, error);
        }
        replies.goOn();
        pump();
    }
}

package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a session's commands are taken back from a connection that still answers: since Redis has
 * refused one, since it is master no more, or since a reply is too long for the lane.
 */
final class Recalls {
    private final LoopRelay home;
    private final Session owner;
    private final Links links;
    private final Identity identity;
    private final Bonds bonds;
    private final Backlog backlog;
    private final LargeCommand large;
    private final Transactions transactions;

    /** The one under way. */
    private @Nullable Recall recall;

    /** When a master has refused commands first, without running any since; 0 if it did not. */
    private long refusedSince;

    Recalls(
            LoopRelay home,
            Session owner,
            Links links,
            Identity identity,
            Bonds bonds,
            Backlog backlog,
            LargeCommand large,
            Transactions transactions) {
        this.home = home;
        this.owner = owner;
        this.links = links;
        this.identity = identity;
        this.bonds = bonds;
        this.backlog = backlog;
        this.large = large;
        this.transactions = transactions;
    }

    /** Whether replies are being collected, so that each has to be looked at. */
    boolean underWay() {
        return recall != null;
    }

    /** A master has run something. */
    void ran() {
        refusedSince = 0;
    }

    // ---- how they begin

    /** The session's own connection is being left; whether its commands are simple enough. */
    void retireOwn(UpstreamConnection connection) {
        boolean plain = !bonds.any() && !large.underWay() && !identity.asking();
        List<Taken> mine = connection.taken(owner);
        boolean simple = !mine.isEmpty() && mine.stream().allMatch(t -> t.tag().simple());
        if (plain && recall == null && simple) {
            retire(connection);
        }
    }

    /**
     * The route leads elsewhere now, and the connection still stands: what Redis has refused since
     * will be run on the new master, and nothing else that it says counts any more.
     */
    void retire(UpstreamConnection connection) {
        List<Taken> mine = connection.taken(owner);
        int unsent = (int) mine.stream().filter(t -> !t.sent()).count();
        Recall started = recall;
        if (started == null) {
            // A reply that has begun to reach the client is let through to its end.
            boolean half = isHalfServed(connection) && !mine.isEmpty();
            started = new Recall(half ? mine.subList(1, mine.size()) : mine, true);
            recall = started;
            var _ = identity.answered();
        } else {
            started.notSent(unsent);
        }
        links.lane().over(unsent);
        var _ = endIfComplete();
    }

    @SuppressWarnings("ReferenceEquality") // sessions are told apart by what they are
    private boolean isHalfServed(UpstreamConnection connection) {
        return connection.halfServed() == owner;
    }

    /** Redis has refused the oldest command under way. Takes the buffer. */
    void refused(UpstreamConnection connection, ByteBuf refusal) {
        Recall started = new Recall(connection.taken(owner), connection.retiring());
        recall = started;
        var _ = identity.answered();
        started.reply(refusal);
        // The command is over, and its reply kept.
        connection.popped();
        owner.answered(1);
    }

    // ---- replies meanwhile

    /** Keeps the reply to the next command. Takes the buffer. */
    void reply(ByteBuf frame) {
        Recall held = recall;
        if (held == null) {
            frame.release();
        } else {
            held.reply(frame);
        }
    }

    /** The client has got the reply to the next command. */
    void passedOn() {
        Recall held = recall;
        if (held != null) {
            held.passedOn();
        }
    }

    /**
     * The reply to the next command is longer than what is kept.
     *
     * @return whether replies are being collected: it is as if it had not come
     */
    boolean skips() {
        Recall held = recall;
        if (held != null) {
            held.skip();
        }
        return held != null;
    }

    /**
     * A reply on the shared connection is longer than what is kept, or too much waits for the
     * client.
     *
     * @return whether the session takes its commands back, to run them over one of its own
     */
    boolean leaves(UpstreamConnection shared) {
        List<Taken> mine = shared.taken(owner);
        if (!mine.stream().allMatch(t -> t.item() != null && t.tag().repeatable())) {
            return false;
        }
        links.own().bulky();
        shared.disown(owner);
        List<Item> items = mine.stream().map(Taken::item).toList();
        backlog.first(items);
        links.lane().over(items.size());
        owner.pumpLater();
        return true;
    }

    // ---- how they end

    /** Ends the one under way if every reply has come; whether it did. */
    boolean endIfComplete() {
        Recall held = recall;
        if (held == null || !held.complete()) {
            return false;
        }
        end();
        return true;
    }

    /** Ends the one under way: what is known by now decides. */
    void end() {
        Recall held = recall;
        if (held == null) {
            return;
        }
        recall = null;
        Outcomes outcomes = new Outcomes(bonds, transactions.notExecuted(), 4);
        held.decide(outcomes, large.halfSent());
        if (!held.distrusted() && outcomes.anyAgain() && refusedTooLong()) {
            home.metrics().answered(Answer.NO_MASTER, outcomes.giveUp(Answer.NO_MASTER));
        }
        backlog.first(outcomes);
        if (outcomes.anyAgain() && !owner.ended()) {
            OwnConnection own = links.own();
            UpstreamConnection mine = own.get();
            if (mine != null && mine.ready() && !bonds.any()) {
                own.close();
            }
            if (!held.distrusted()) {
                own.retryLater();
            }
        }
        owner.pumpLater();
    }

    /** Whether who should be master refuses to be it for longer than a command may wait. */
    private boolean refusedTooLong() {
        long now = System.nanoTime();
        if (refusedSince == 0) {
            refusedSince = now;
        }
        return now - refusedSince > home.settings().parkTimeout().toNanos();
    }
}

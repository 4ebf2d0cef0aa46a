package io.hive.proxy.relay;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a session does when a connection with commands of it under way is lost. */
final class Losses {
    private static final byte[] FLUSH_CACHE =
            ">2\r\n$10\r\ninvalidate\r\n_\r\n".getBytes(StandardCharsets.US_ASCII);

    private final LoopRelay home;
    private final Session owner;
    private final Outgoing out;
    private final Links links;
    private final Identity identity;
    private final Bonds bonds;
    private final Backlog backlog;
    private final LargeCommand large;
    private final Transactions transactions;
    private final StreamReads streamReads;
    private final Recalls recalls;

    /** Commands that were taken from a lost lane, until all of them are there. */
    private final List<Taken> fromLane = new ArrayList<>(0);

    Losses(
            LoopRelay home,
            Session owner,
            Outgoing out,
            Links links,
            Identity identity,
            Bonds bonds,
            Backlog backlog,
            LargeCommand large,
            Transactions transactions,
            StreamReads streamReads,
            Recalls recalls) {
        this.home = home;
        this.owner = owner;
        this.out = out;
        this.links = links;
        this.identity = identity;
        this.bonds = bonds;
        this.backlog = backlog;
        this.large = large;
        this.transactions = transactions;
        this.streamReads = streamReads;
        this.recalls = recalls;
    }

    /** The session is over. */
    void clear() {
        fromLane.clear();
    }

    // ---- the lane

    /** A command that was under way on the lane when it was lost. */
    void takeBack(Taken taken) {
        fromLane.add(taken);
    }

    /**
     * All commands that were under way on the lane were taken back.
     *
     * @param midReply whether the oldest was answered in part
     */
    void laneLost(boolean midReply) {
        links.lane().over(links.lane().underWay());
        if (midReply && !brokenOff("its lane is over")) {
            return;
        }
        if (midReply && !fromLane.isEmpty()) {
            fromLane.removeFirst();
        }
        List<Taken> taken = List.copyOf(fromLane);
        fromLane.clear();
        if (recalls.underWay()) {
            recalls.end();
            return;
        }
        Outcomes outcomes = new Outcomes(bonds, transactions.notExecuted(), taken.size());
        taken.forEach(t -> outcomes.lost(t, !t.sent(), false));
        backlog.first(outcomes);
    }

    /** A reply of which only a part has come will not end; whether the client can go on. */
    private boolean brokenOff(String reason) {
        boolean goesOn = out.breakOff(Answer.UNKNOWN_OUTCOME);
        if (!goesOn) {
            owner.cut("its master was lost (" + reason + ") in the middle of a reply");
        }
        return goesOn;
    }

    @SuppressWarnings("ReferenceEquality") // sessions are told apart by what they are
    private boolean isHalfServed(UpstreamConnection connection) {
        return connection.halfServed() == owner;
    }

    // ---- the connection of one's own

    /**
     * The session's own connection is over.
     *
     * @param moved whether the master was left while it still stood
     */
    void ownLost(UpstreamConnection connection, String reason, boolean moved) {
        ownLost(connection, reason, moved, false);
    }

    /**
     * Redis says that a transaction did not run, as it is no master any more.
     *
     * @return whether that was dealt with: it will be sent again whole
     */
    boolean transactionRefused(UpstreamConnection connection) {
        List<byte[]> sent = transactions.executing();
        boolean whole = sent == null ? bonds.transaction().replayable() : !sent.isEmpty();
        if (!whole) {
            return false;
        }
        ownLost(connection, "it is no master any more", true, true);
        connection.close();
        if (!connection.retiring()) {
            links.own().retryLater();
        }
        owner.pump();
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // connections are told apart by what they are
    private void ownLost(
            UpstreamConnection connection, String reason, boolean moved, boolean refused) {
        if (owner.ended() || links.own().get() != connection) {
            return;
        }
        links.own().lost();
        boolean midReply = isHalfServed(connection);
        if (midReply && !brokenOff(reason)) {
            return;
        }
        if (bonds.any() && !bonds.irreplaceable().isEmpty()) {
            owner.cut("its master was lost (" + reason + ") and with it " + bonds.irreplaceable());
            return;
        }
        List<Taken> all = connection.taken(owner);
        List<Taken> taken = midReply && !all.isEmpty() ? all.subList(1, all.size()) : all;
        List<byte[]> sent = transactions.executing();
        transactions.lost();
        boolean notRun = refused || LostCommands.execUnsent(taken);
        if (recalls.underWay()) {
            bonds.transaction().lost();
            recalls.end();
        } else {
            Outcomes outcomes =
                    LostCommands.outcomes(
                            taken,
                            bonds,
                            large.halfSent(),
                            moved,
                            notRun && sent != null ? sent : List.of(),
                            transactions.notExecuted());
            var _ = identity.answered();
            Item asked = streamReads.lost();
            if (asked != null) {
                outcomes.again(asked);
            }
            backlog.first(outcomes);
        }
        large.lost();
        if (bonds.tracking() && identity.profile().protocol() == 3 && !bonds.muted()) {
            out.reply(home.bytes(FLUSH_CACHE));
        }
    }

    /** There was no master for too long: what is under way is unknown. */
    void giveUp() {
        links.own().doNotRetry();
        UpstreamConnection shared = links.lane().sentOver();
        if (links.lane().underWay() > 0 && shared != null) {
            boolean midReply = isHalfServed(shared);
            fromLane.addAll(links.lane().takeBack());
            laneLost(midReply);
        }
        UpstreamConnection mine = links.own().get();
        if (mine != null) {
            if (mine.ready()) {
                ownLost(mine, "no master within the park timeout", false);
            }
            links.own().lost();
            mine.close();
        }
    }
}

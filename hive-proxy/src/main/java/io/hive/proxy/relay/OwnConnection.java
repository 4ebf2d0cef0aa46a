package io.hive.proxy.relay;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a session has for itself while something ties it to one: taken from the pool,
 * given what the session had on the one before, and given back.
 */
final class OwnConnection {
    /** Small exchanges in a row after which a session with large values shares again. */
    private static final int BULKY = 64;

    private final LoopRelay home;
    private final Session session;
    private final Channel client;
    private final Outgoing out;
    private final LaneShare lane;
    private final Identity identity;
    private final Bonds bonds;
    private final Alarm retry;
    private final Backoff backoff = new Backoff();
    private @Nullable UpstreamConnection connection;

    /** Exchanges for which the session stays off the lane because its values are large. */
    private int bulky;

    OwnConnection(
            LoopRelay home,
            Session session,
            Channel client,
            Outgoing out,
            LaneShare lane,
            Identity identity,
            Bonds bonds) {
        this.home = home;
        this.session = session;
        this.client = client;
        this.out = out;
        this.lane = lane;
        this.identity = identity;
        this.bonds = bonds;
        retry = new Alarm(home.loop(), session::pump);
    }

    /** The connection, which may not be ready yet; null if there is none. */
    @Nullable UpstreamConnection get() {
        return connection;
    }

    boolean held() {
        return connection != null;
    }

    int underWay() {
        UpstreamConnection mine = connection;
        return mine == null ? 0 : mine.underWay();
    }

    /** Whether something ties the session to its connection. */
    boolean tied() {
        return bonds.any();
    }

    /** Whether the session has to have a connection for itself. */
    boolean needed() {
        return bonds.any() || bulky > 0;
    }

    /** Whether nothing ties the session to its connection any more. */
    boolean canBeGivenBack() {
        UpstreamConnection mine = connection;
        return mine != null && mine.ready() && mine.underWay() == 0 && !needed();
    }

    /** Whether what comes first on it waits for something to happen. */
    boolean blocked() {
        UpstreamConnection mine = connection;
        return mine != null && mine.blocked();
    }

    // ---- large values

    /** The session has large values: it stays off the lane for a while. */
    void bulky() {
        bulky = BULKY;
    }

    boolean isBulky() {
        return bulky > 0;
    }

    /** A command that is not large was sent over it. */
    void lessBulky() {
        if (bulky > 0) {
            bulky--;
        }
    }

    // ---- taking it

    /** Whether there is a connection to send over; sees to it that there will be one. */
    Wait ready() {
        UpstreamConnection mine = connection;
        if (mine != null && mine.ready()) {
            if (!home.mayUse(mine)) {
                return Wait.MASTER;
            }
            return mine.writable() && !out.full() ? Wait.NONE : Wait.ROOM;
        }
        if (lane.underWay() > 0) {
            return Wait.REPLIES;
        }
        if (mine == null && !retry.isSet()) {
            borrow();
            mine = connection;
            if (mine != null && mine.ready()) {
                return Wait.NONE;
            }
        }
        return Wait.MASTER;
    }

    /** Takes one again if the session must have one even while it asks nothing. */
    void keepBound() {
        if (connection == null && bonds.mustBeRestored() && !retry.isSet()) {
            borrow();
        }
    }

    private void borrow() {
        Target target = home.target();
        if (target != null && lane.underWay() == 0) {
            UpstreamConnection mine =
                    home.pool().borrow(session, target, identity.profile(), identity.name());
            set(mine);
            if (mine.ready()) {
                restore(mine);
            }
        }
    }

    /** Whether a new one is not tried yet since the last one failed. */
    boolean waitsToRetry() {
        return retry.isSet();
    }

    /** Tries another one a little later. */
    void retryLater() {
        retry.set(backoff.nextMillis());
    }

    void doNotRetry() {
        retry.cancel();
    }

    /** There is a master, perhaps another one. */
    void routeOpened() {
        retry.cancel();
        backoff.reset();
    }

    // ---- what it carries

    /** Sends one command over it, which must be ready. */
    void send(UpstreamConnection mine, Tag tag, byte[] from, int at, int length) {
        mine.send(session, tag, 1, from, at, length);
    }

    /** Begins a command that is larger than what is kept whole; its bytes follow. */
    void beginLarge(UpstreamConnection mine) {
        mine.beginLarge(session);
    }

    /** The same, for one that is kept all the same until it is answered. */
    void beginKept(UpstreamConnection mine, Tag tag) {
        mine.beginKept(session, tag);
    }

    /** Redis has accepted what a command makes of the session. */
    void accept(UpstreamConnection mine, Handshake next) {
        if (next.reset()) {
            bonds.reset();
            bonds.mute(false);
            mine.subscribed(false);
        }
        identity.accept(next);
        mine.became(identity.profile(), identity.name());
    }

    /** Gives a new connection what the old one had. */
    void restore(UpstreamConnection mine) {
        if (!mine.name().equals(identity.name())) {
            mine.silently(Profile.command("CLIENT", "SETNAME", identity.name()), _ -> {});
            mine.became(identity.profile(), identity.name());
        }
        mine.reading(client.isWritable());
        if (!bonds.any()) {
            return;
        }
        for (byte[] setting : bonds.settings()) {
            mine.taint();
            mine.restore(session, setting);
        }
        if (bonds.monitoring()) {
            mine.taint();
            mine.restore(session, Profile.command("MONITOR"));
        }
        if (bonds.messages()) {
            mine.subscribed(true);
        }
        Transaction transaction = bonds.transaction();
        // Before who is subscribed, or in a transaction, cannot say it any more.
        if (bonds.muted()) {
            unanswered(mine, ReplyMode.OFF);
        }
        for (byte[] command : bonds.pubSub().restore()) {
            mine.restore(session, command);
        }
        for (byte[] command : transaction.resumed()) {
            if (!transaction.open()) {
                transaction.begin(command, 0, command.length);
            } else {
                transaction.add(command, 0, command.length);
            }
            if (bonds.muted()) {
                unanswered(mine, command);
            } else {
                mine.restore(session, command);
            }
        }
        if (bonds.skipping()) {
            unanswered(mine, ReplyMode.SKIP);
        }
    }

    private static void unanswered(UpstreamConnection mine, byte[] command) {
        mine.taint();
        mine.stream(command, 0, command.length);
    }

    // ---- giving it up

    void giveBack() {
        UpstreamConnection mine = connection;
        if (mine != null) {
            set(null);
            home.pool().giveBack(mine);
        }
    }

    /** It is over: there is none any more. */
    void lost() {
        set(null);
    }

    /** Closes it. */
    void close() {
        UpstreamConnection mine = connection;
        if (mine != null) {
            set(null);
            mine.close();
        }
    }

    /**
     * The session is over.
     *
     * @param midCommand whether a command is not sent whole
     */
    void release(boolean midCommand) {
        retry.cancel();
        UpstreamConnection mine = connection;
        boolean fit =
                mine != null && mine.ready() && !bonds.any() && mine.underWay() == 0 && !midCommand;
        if (fit) {
            giveBack();
        } else {
            close();
        }
    }

    private void set(@Nullable UpstreamConnection next) {
        int more = (next == null ? 0 : 1) - (connection == null ? 0 : 1);
        connection = next;
        home.metrics().pinned.addAndGet(more);
    }
}

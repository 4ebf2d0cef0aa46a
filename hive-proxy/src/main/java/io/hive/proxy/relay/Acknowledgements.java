package io.hive.proxy.relay;

import io.hive.proxy.relay.RelaySettings.Acknowledgement;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the master, for all sessions of an event loop at once, whether replicas hold what they
 * wrote.
 *
 * <p>In rounds, over a connection that carries nothing else (relay rule 7): WAIT blocks the
 * connection that it is on, and counts up to that connection's last command, which is therefore a
 * PING that was sent after the writes had their replies. A round covers every write whose reply had
 * come before it began; those that come later are for the next.
 */
final class Acknowledgements implements UpstreamConnection.Keeper {
    private final LoopRelay home;
    private final Acknowledgement wanted;
    private final Backoff backoff = new Backoff();
    private final Alarm retry;
    private final Alarm overdue;

    /** Sessions whose replies wait: for the round under way, and for the one behind it. */
    private Set<Session> covered = new LinkedHashSet<>();

    private Set<Session> next = new LinkedHashSet<>();
    private Profile profile = Profile.BLANK;
    private @Nullable UpstreamConnection connection;

    /** The round that writes join now; the one before it is under way if {@code asking}. */
    private long joining = 1;

    private boolean asking;
    private boolean startWanted;

    Acknowledgements(LoopRelay home, Acknowledgement wanted) {
        this.home = home;
        this.wanted = wanted;
        retry = new Alarm(home.loop(), this::begin);
        overdue = new Alarm(home.loop(), this::overdue);
    }

    /** A session has a reply to a write, and gets the round that covers it. */
    long cover(Session session) {
        next.add(session);
        profile = session.profile();
        if (!asking && !startWanted) {
            // After the replies of this read, so that one round covers all of them.
            startWanted = true;
            home.loop().execute(this::begin);
        }
        return joining;
    }

    /** A session is gone. */
    void forget(Session session) {
        covered.remove(session);
        next.remove(session);
    }

    private void begin() {
        startWanted = false;
        Target target = home.target();
        if (asking || next.isEmpty() || target == null) {
            return;
        }
        overdue.set(wanted.timeout().toMillis());
        UpstreamConnection over = connection;
        if (over == null) {
            if (!retry.isSet()) {
                UpstreamConnection fresh = new UpstreamConnection(home, target, false, this);
                fresh.wanted(profile.in(0).speaking(2));
                connection = fresh;
                home.connector().connect(fresh);
            }
        } else if (over.ready() && home.mayUse(over)) {
            ask(over);
        }
    }

    private void ask(UpstreamConnection over) {
        asking = true;
        long round = joining++;
        covered = next;
        next = new LinkedHashSet<>();
        String replicas = Integer.toString(wanted.replicas());
        String timeout = Long.toString(wanted.timeout().toMillis());
        over.silently(Profile.command("PING"), _ -> {});
        over.silently(
                Profile.command("WAIT", replicas, timeout), reply -> counted(over, round, reply));
        over.flush();
    }

    private void counted(UpstreamConnection over, long round, byte[] reply) {
        asking = false;
        overdue.cancel();
        if (over.retiring()) {
            // A former master's replicas are nobody's.
            settle(round, Answer.UNKNOWN_OUTCOME);
        } else {
            settle(round, count(reply) >= wanted.replicas() ? null : Answer.NO_ACK);
        }
        begin();
    }

    private void settle(long round, @Nullable Answer error) {
        Set<Session> told = covered;
        covered = new LinkedHashSet<>();
        told.forEach(session -> session.acknowledged(round, error));
        home.flushClients();
    }

    /** No round that began since then has ended: what waits is answered without it. */
    private void overdue() {
        fail(Answer.NO_ACK);
    }

    private void fail(Answer error) {
        UpstreamConnection over = connection;
        connection = null;
        if (over != null) {
            over.close();
        }
        asking = false;
        overdue.cancel();
        long last = joining++;
        covered.addAll(next);
        next = new LinkedHashSet<>();
        settle(last, error);
    }

    void routeChanged(@Nullable Target now) {
        retry.cancel();
        UpstreamConnection over = connection;
        if (over != null) {
            over.routeChanged(now);
        }
        begin();
    }

    void close() {
        retry.cancel();
        overdue.cancel();
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    @Override
    public void ready(UpstreamConnection ready) {
        backoff.reset();
        begin();
    }

    @Override
    public void retiring(UpstreamConnection connection) {}

    @Override
    public void failed(UpstreamConnection failed, String reason, boolean refused) {
        connection = null;
        if (!next.isEmpty()) {
            retry.set(backoff.nextMillis());
        }
    }

    /** The master is lost: what ran on it may be lost with it. */
    @Override
    public void lost(UpstreamConnection lost, String reason, boolean moved) {
        connection = null;
        fail(Answer.UNKNOWN_OUTCOME);
    }

    private static long count(byte[] reply) {
        if (reply.length < 4 || reply[0] != ':') {
            return -1;
        }
        long count = 0;
        for (int i = 1; reply[i] >= '0' && reply[i] <= '9'; i++) {
            count = count * 10 + (reply[i] - '0');
        }
        return count;
    }
}

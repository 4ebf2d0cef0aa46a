package io.hive.proxy.relay;

import io.hive.proxy.relay.RelaySettings.Acknowledgement;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the master, for all sessions of an event loop at once, whether replicas hold what they
 * wrote.
 *
 * <p>In rounds, over a connection that carries nothing else (relay rule 7): WAIT blocks the
 * connection that it is on, and counts up to that connection's last command, which is therefore a
 * PING that was sent after the writes had their replies. A round covers every write whose reply had
 * come before it began; those that come later are for the next.
 */
final class Acknowledgements implements Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Acknowledgements.class);

    /** How much later than asked for Redis may end a WAIT. */
    private static final int GRACE_MILLIS = 500;

    private static final int MAX_UNFIT = 64;

    private final LoopRelay home;
    private final Acknowledgement wanted;
    private final Backoff backoff = new Backoff();
    private final Alarm retry;
    private final Alarm overdue;

    /** Sessions whose replies wait: for the round under way, and for the one behind it. */
    private Set<Session> covered = new LinkedHashSet<>();

    private Set<Session> next = new LinkedHashSet<>();

    /** The master that the writes of the next round ran on. */
    private @Nullable Target written;

    /** Whose login the next connection has, and whose the one now has. */
    private Profile profile = Profile.BLANK;

    private Profile asked = Profile.BLANK;

    /** Those that Redis does not let ask. */
    private final Set<Profile> unfit = new HashSet<>();

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

    /**
     * A session has a reply to a write, and gets the round that covers it.
     *
     * @param on the master that the write ran on; only that one can confirm it
     */
    long cover(Session session, Target on) {
        if (!on.equals(written)) {
            unknown();
            written = on;
        }
        next.add(session);
        if (!unfit.contains(session.profile())) {
            profile = session.profile();
        }
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

    /** Whether no reply waits for replicas. */
    boolean idle() {
        return !asking && next.isEmpty();
    }

    private void begin() {
        startWanted = false;
        if (asking || next.isEmpty()) {
            return;
        }
        overdue.set(wanted.timeout().toMillis());
        Target target = home.heard();
        if (target == null || !target.equals(written)) {
            // The route is closed, or a move is about to be told.
            return;
        }
        UpstreamConnection over = connection;
        if (over == null) {
            if (!retry.isSet()) {
                UpstreamConnection fresh = new UpstreamConnection(home, target, false, this);
                fresh.confirming();
                fresh.wanted(profile.in(0).speaking(2));
                asked = profile;
                connection = fresh;
                home.connector().connect(fresh);
            }
        } else if (over.ready() && home.mayHear(over)) {
            ask(over);
        }
    }

    private void ask(UpstreamConnection over) {
        asking = true;
        long round = joining++;
        covered = next;
        next = new LinkedHashSet<>();
        overdue.cancel();
        // Redis looks at its clock some times a second: what is late by that is not lost.
        overdue.set(wanted.timeout().toMillis() + GRACE_MILLIS);
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
            settle(round, reply[0] == '-' ? notCounted(reply) : judged(reply));
        }
        begin();
    }

    private @Nullable Answer judged(byte[] reply) {
        return count(reply) >= wanted.replicas() ? null : Answer.NO_ACK;
    }

    /** Redis did not wait: it is no master any more, or the login may not ask. */
    private Answer notCounted(byte[] reply) {
        String error = new String(reply, 1, reply.length - 1, StandardCharsets.ISO_8859_1).strip();
        UpstreamConnection over = connection;
        connection = null;
        if (over != null) {
            over.close();
        }
        if (!error.startsWith("NOPERM") && !error.startsWith("NOAUTH")) {
            LOG.info("the master does not say what its replicas hold: {}", error);
            return Answer.UNKNOWN_OUTCOME;
        }
        unfit(error);
        return Answer.NO_ACK;
    }

    /** What one user may not ask, another one may. */
    private void unfit(String error) {
        if (unfit.size() >= MAX_UNFIT) {
            unfit.clear();
        }
        if (unfit.add(asked)) {
            LOG.warn(
                    "{} may not ask what the replicas hold, and each user that writes has to be"
                            + " let run PING and WAIT: {}",
                    asked.credentials() == null ? "who has not logged in" : asked.credentials(),
                    error);
        }
    }

    private void settle(long round, @Nullable Answer error) {
        Set<Session> told = covered;
        covered = new LinkedHashSet<>();
        told.forEach(session -> session.acknowledged(round, error));
        home.flushClients();
    }

    /** The writes that no round was begun for will not be confirmed. */
    private void giveUpNext(Answer error) {
        long round = joining++;
        Set<Session> told = next;
        next = new LinkedHashSet<>();
        told.forEach(session -> session.acknowledged(round, error));
        home.flushClients();
    }

    /** Their master is gone, and what ran on it may be gone with it. */
    private void unknown() {
        if (!asking) {
            overdue.cancel();
        }
        if (!next.isEmpty()) {
            giveUpNext(Answer.UNKNOWN_OUTCOME);
        }
    }

    /** A round did not end, or none could begin: what waited for it is answered without. */
    private void overdue() {
        if (!asking) {
            giveUpNext(Answer.NO_ACK);
            return;
        }
        asking = false;
        UpstreamConnection over = connection;
        connection = null;
        if (over != null) {
            over.close();
        }
        settle(joining - 1, Answer.NO_ACK);
        begin();
    }

    void routeChanged(@Nullable Target now) {
        retry.cancel();
        if (now != null && !now.equals(written)) {
            unknown();
            unfit.clear();
        }
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

    /**
     * That enough replicas hold a write stays true whoever leads now: the answer may still come.
     */
    @Override
    public void retiring(UpstreamConnection connection) {}

    @Override
    public void failed(UpstreamConnection failed, String reason, boolean refused) {
        connection = null;
        if (refused) {
            unfit(reason);
        }
        if (!next.isEmpty()) {
            retry.set(backoff.nextMillis());
        }
    }

    /** The master is lost: what ran on it may be lost with it. */
    @Override
    public void lost(UpstreamConnection lost, String reason, boolean moved) {
        connection = null;
        if (asking) {
            asking = false;
            overdue.cancel();
            settle(joining - 1, Answer.UNKNOWN_OUTCOME);
        }
        if (lost.target().equals(written)) {
            unknown();
        }
        begin();
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

package io.hive.proxy.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the master that a session can have for itself as long as it needs one. A few that
 * nobody needs are kept for the next. Event loop only.
 */
final class Pool implements Keeper {
    private static final int MAX_IDLE = 16;
    private static final long IDLE_MILLIS = 30_000;

    private final LoopRelay home;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final Alarm trim;

    Pool(LoopRelay home) {
        this.home = home;
        trim = new Alarm(home.loop(), this::trim);
    }

    /**
     * Gives a session a connection with its profile.
     *
     * @return the connection, if it can be used at once, or one that will tell the session
     */
    UpstreamConnection borrow(Session session, Target target, Profile profile, String name) {
        UpstreamConnection fit = find(profile, name);
        if (fit != null) {
            fit.keeper(session);
            return fit;
        }
        UpstreamConnection other = idle.pollLast();
        if (other != null) {
            home.metrics().idle.decrementAndGet();
            other.keeper(session);
            other.change(profile);
            return other;
        }
        UpstreamConnection fresh = new UpstreamConnection(home, target, false, session);
        fresh.wanted(profile);
        home.connector().connectPaced(fresh);
        return fresh;
    }

    /** Takes a connection back, or closes it if it is not as a next session expects it. */
    void giveBack(UpstreamConnection connection) {
        boolean clean = connection.ready() && !connection.tainted() && connection.underWay() == 0;
        if (!clean || idle.size() >= MAX_IDLE || !home.mayUse(connection)) {
            connection.close();
            return;
        }
        connection.keeper(this);
        connection.subscribed(false);
        connection.reading(true);
        idle.addLast(connection);
        home.metrics().idle.incrementAndGet();
        trim.set(IDLE_MILLIS);
    }

    void routeChanged(@Nullable Target now) {
        if (now != null) {
            idle.removeIf(connection -> {
                boolean old = !connection.target().equals(now);
                if (old) {
                    home.metrics().idle.decrementAndGet();
                    connection.close();
                }
                return old;
            });
        }
    }

    void close() {
        trim.cancel();
        home.metrics().idle.addAndGet(-idle.size());
        idle.forEach(UpstreamConnection::close);
        idle.clear();
    }

    private @Nullable UpstreamConnection find(Profile profile, String name) {
        UpstreamConnection named = null;
        UpstreamConnection fit = null;
        for (Iterator<UpstreamConnection> all = idle.descendingIterator(); all.hasNext(); ) {
            UpstreamConnection connection = all.next();
            if (connection.profile().equals(profile) && home.mayUse(connection)) {
                fit = fit == null ? connection : fit;
                if (connection.name().equals(name)) {
                    named = connection;
                    break;
                }
            }
        }
        UpstreamConnection chosen = named == null ? fit : named;
        if (chosen != null) {
            forget(chosen);
        }
        return chosen;
    }

    /** Half of what lies idle goes, again and again, so that a burst does not stay. */
    private void trim() {
        List<UpstreamConnection> out = new ArrayList<>();
        int keep = idle.size() / 2;
        while (idle.size() > keep) {
            out.add(idle.removeFirst());
        }
        home.metrics().idle.addAndGet(-out.size());
        out.forEach(UpstreamConnection::close);
        if (!idle.isEmpty()) {
            trim.set(IDLE_MILLIS);
        }
    }

    @Override
    public void ready(UpstreamConnection connection) {}

    @Override
    public void retiring(UpstreamConnection connection) {}

    @Override
    public void failed(UpstreamConnection connection, String reason, boolean refused) {
        forget(connection);
    }

    @Override
    public void lost(UpstreamConnection connection, String reason, boolean moved) {
        forget(connection);
    }

    private void forget(UpstreamConnection connection) {
        if (idle.remove(connection)) {
            home.metrics().idle.decrementAndGet();
        }
    }
}

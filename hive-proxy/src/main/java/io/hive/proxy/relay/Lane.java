package io.hive.proxy.relay;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection that the sessions of one profile share on one event loop, from one master to the
 * next. Event loop only.
 */
final class Lane implements Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final long IDLE_MILLIS = 30_000;

    private final LoopRelay home;
    private final Profile profile;
    private final Set<Session> waiting = new LinkedHashSet<>();
    private final Backoff backoff = new Backoff();
    private final Alarm retry;
    private final Alarm idle;
    private @Nullable UpstreamConnection connection;

    /** Connections to former masters that may still refuse what is under way. */
    private final Set<UpstreamConnection> retired = new LinkedHashSet<>();

    private int users;

    Lane(LoopRelay home, Profile profile) {
        this.home = home;
        this.profile = profile;
        retry = new Alarm(home.loop(), this::connect);
        idle = new Alarm(home.loop(), this::idleExpired);
    }

    Profile profile() {
        return profile;
    }

    /** Counts a session that will use it. */
    void use() {
        users++;
        idle.cancel();
    }

    /** A session will not use it any more. */
    void leave(Session session) {
        waiting.remove(session);
        if (--users == 0) {
            idle.set(IDLE_MILLIS);
        }
    }

    /** The connection, if commands may be sent over it now. */
    @Nullable UpstreamConnection open() {
        UpstreamConnection now = connection;
        return now != null && now.ready() && home.mayUse(now) ? now : null;
    }

    /** Tells the session when there is a connection, and sees to it that there will be one. */
    void await(Session session) {
        waiting.add(session);
        connect();
    }

    void routeChanged(@Nullable Target now) {
        if (now != null) {
            retry.cancel();
            backoff.reset();
        }
        UpstreamConnection held = connection;
        if (held != null) {
            held.routeChanged(now);
        }
        List.copyOf(retired).forEach(old -> old.routeChanged(now));
        connect();
    }

    void close() {
        retry.cancel();
        idle.cancel();
        if (connection != null) {
            connection.close();
            connection = null;
        }
        retired.forEach(UpstreamConnection::close);
        retired.clear();
    }

    private void connect() {
        Target target = home.target();
        boolean wanted = !waiting.isEmpty() || users > 0;
        if (connection == null && target != null && wanted && !retry.isSet()) {
            UpstreamConnection next = new UpstreamConnection(home, target, true, this);
            next.wanted(profile);
            connection = next;
            home.connector().connect(next);
        }
    }

    private void idleExpired() {
        close();
        home.forget(this);
    }

    @Override
    public void ready(UpstreamConnection ready) {
        backoff.reset();
        home.learnFrom(ready);
        List<Session> told = new ArrayList<>(waiting);
        waiting.clear();
        told.forEach(Session::masterReady);
    }

    @Override
    public void failed(UpstreamConnection failed, String reason, boolean refused) {
        connection = null;
        LOG.debug("no lane to {}: {}", failed.target().master(), reason);
        if (refused) {
            List<Session> told = new ArrayList<>(waiting);
            waiting.clear();
            told.forEach(session -> session.profileRefused(reason));
        } else if (!waiting.isEmpty()) {
            retry.set(backoff.nextMillis());
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // connections are told apart by what they are
    public void retiring(UpstreamConnection old) {
        if (connection == old) {
            connection = null;
        }
        retired.add(old);
        Set<Session> hit = new LinkedHashSet<>();
        for (Taken taken : old.taken()) {
            Session owner = taken.owner();
            if (owner != null) {
                hit.add(owner);
            }
        }
        hit.forEach(session -> session.retire(old));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // connections are told apart by what they are
    public void lost(UpstreamConnection lost, String reason, boolean moved) {
        if (connection == lost) {
            connection = null;
        }
        retired.remove(lost);
        LOG.info(
                "a lane to {} is over: {}; {} commands were under way",
                lost.target().master(),
                reason,
                lost.underWay());
        Set<Session> hit = new LinkedHashSet<>();
        for (Taken taken : lost.taken()) {
            Session owner = taken.owner();
            // What was never sent was taken back when the connection was retired.
            if (owner != null && (taken.sent() || !lost.retiring())) {
                owner.takeBack(taken);
                hit.add(owner);
            }
        }
        connect();
        Session half = lost.halfServed();
        hit.forEach(session -> session.laneLost(session == half));
    }
}

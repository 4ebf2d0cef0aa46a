package io.hive.proxy.relay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session's share of its lane: which it is, and how much of the session is under way on it. */
final class LaneShare {
    private final LoopRelay home;
    private final Session session;
    private final Outgoing out;
    private @Nullable Lane lane;

    /** The connection that the commands went over. */
    private @Nullable UpstreamConnection sentOver;

    /** Commands under way, and their bytes since the last time there were none. */
    private int commands;

    private int bytes;

    LaneShare(LoopRelay home, Session session, Outgoing out) {
        this.home = home;
        this.session = session;
        this.out = out;
    }

    int underWay() {
        return commands;
    }

    /** The connection that commands went over last. */
    @Nullable UpstreamConnection sentOver() {
        return sentOver;
    }

    /** Whether no more may be sent before something is answered. */
    boolean full() {
        return commands >= home.limits().windowCommands()
                || bytes >= home.limits().windowBytes()
                || out.full();
    }

    /** Whether it will be full with so many more commands and bytes. */
    boolean fullWith(int moreCommands, int moreBytes) {
        return commands + moreCommands >= home.limits().windowCommands()
                || bytes + moreBytes >= home.limits().windowBytes();
    }

    /** Whether at most half of the commands that may be under way are. */
    boolean halfFree() {
        return commands <= home.limits().windowCommands() / 2;
    }

    /** The connection of the lane with this profile, if that is the session's and open. */
    @Nullable UpstreamConnection now(Profile profile) {
        Lane mine = lane;
        return mine == null || !mine.profile().equals(profile) ? null : mine.open();
    }

    /** The connection of the lane with this profile; if there is none, the session is told. */
    @Nullable UpstreamConnection open(Profile profile) {
        Lane mine = lane;
        if (mine == null || !mine.profile().equals(profile)) {
            leave();
            mine = home.lane(profile);
            mine.use();
            lane = mine;
        }
        UpstreamConnection shared = mine.open();
        if (shared == null) {
            mine.await(session);
        }
        return shared;
    }

    void send(UpstreamConnection shared, Tag tag, int count, byte[] from, int begin, int length) {
        shared.send(session, tag, count, from, begin, length);
        sentOver = shared;
        commands += count;
        bytes += length;
    }

    /** So many commands are under way on it no longer. */
    void over(int count) {
        commands -= Math.min(commands, count);
        if (commands == 0) {
            bytes = 0;
        }
    }

    /** The session wants no replies any more to what is under way. */
    List<Taken> takeBack() {
        UpstreamConnection connection = sentOver;
        if (commands == 0 || connection == null) {
            return List.of();
        }
        List<Taken> mine = connection.taken(session);
        connection.disown(session);
        return mine;
    }

    /** Another lane will be used, or none. */
    void leave() {
        Lane old = lane;
        lane = null;
        if (old != null) {
            UpstreamConnection connection = sentOver;
            if (connection != null && commands > 0) {
                connection.disown(session);
            }
            sentOver = null;
            old.leave(session);
        }
        over(commands);
    }
}

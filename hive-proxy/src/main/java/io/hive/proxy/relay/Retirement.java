package io.hive.proxy.relay;

import io.netty.channel.EventLoop;

/**
 * What happens to a connection whose master is master no more, while it still stands. First what
 * lay in the socket when the route moved is read, as it was said in time; then what Redis refuses
 * of the commands under way is heard for a moment (ADR 7). Event loop only.
 */
final class Retirement {
    /** How long what was in the socket when the route moved may take to be read. */
    private static final int LINGER_MILLIS = 1;

    /** How long a demoted master may take to refuse what it was sent. */
    private static final int RETIREMENT_MILLIS = 250;

    /** What is left. */
    interface Left {
        /** Whether commands are under way on it, and it is set up. */
        boolean busy();

        /** Bytes that came in all. */
        long received();

        /** Whether the client has a part of a reply and not all of it. */
        boolean halfReply();

        /** From here on only refusals are of interest: tells who has commands under way on it. */
        void retired();

        /** It is over. */
        void leftFor(String reason);
    }

    private final EventLoop loop;
    private final Left left;
    private final Alarm linger;
    private final Alarm timeout;
    private boolean lingering;
    private boolean retiring;
    private long receivedBefore;

    Retirement(EventLoop loop, Left left) {
        this.loop = loop;
        this.left = left;
        linger = new Alarm(loop, this::lingered);
        timeout = new Alarm(loop, this::timedOut);
    }

    /** Whether only refusals of what is under way are of interest. */
    boolean retiring() {
        return retiring;
    }

    /** Whether the connection is being left, and is still read. */
    boolean begun() {
        return retiring || lingering;
    }

    /** Whether what the socket holds is still passed on; the event loop reads before its timers. */
    void linger() {
        lingering = true;
    }

    /** Ends the lingering soon. */
    void lingerBriefly() {
        linger.set(LINGER_MILLIS);
    }

    /** Begins to wait for refusals. */
    void retire() {
        retiring = true;
        receivedBefore = left.received();
        timeout.set(RETIREMENT_MILLIS);
        left.retired();
    }

    /** Nothing is under way any more. */
    void allAnswered() {
        if (retiring || lingering) {
            loop.execute(this::over);
        }
    }

    void cancel() {
        timeout.cancel();
        linger.cancel();
    }

    private void lingered() {
        lingering = false;
        if (left.busy()) {
            retire();
        } else {
            over();
        }
    }

    /** What has begun to come and still comes is let through to its end. */
    private void timedOut() {
        if (left.halfReply() && left.received() > receivedBefore) {
            receivedBefore = left.received();
            timeout.set(RETIREMENT_MILLIS);
        } else {
            over();
        }
    }

    private void over() {
        left.leftFor("the master changed");
    }
}

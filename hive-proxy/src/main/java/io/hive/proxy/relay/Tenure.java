package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connection's master is still master, and what of it counts.
 *
 * <p>While that is not known, nothing that comes is passed on. When another is master, what lay in
 * the socket by then is read, as it was said in time; then what Redis refuses of the commands under
 * way is heard for a moment (ADR 7). Event loop only.
 */
final class Tenure {
    /** How long what was in the socket when the route moved may take to be read. */
    private static final int LINGER_MILLIS = 1;

    /** How long a demoted master may take to refuse what it was sent. */
    private static final int RETIREMENT_MILLIS = 250;

    private final LoopRelay home;
    private final UpstreamConnection connection;
    private final Pipeline pipeline;
    private final ReplyDelivery delivery;
    private final Alarm linger;
    private final Alarm retirement;

    /** What came while the route was closed. */
    private final ArrayDeque<ByteBuf> frozen = new ArrayDeque<>(1);

    /** Why the connection is over, while what came before that is not looked at yet. */
    private @Nullable String endReason;

    /** Whether what the socket held when the route moved is still read. */
    private boolean lingering;

    /** Whether only refusals are of interest. */
    private boolean retiring;

    /** How much had come when was last looked whether more comes. */
    private long receivedBefore;

    Tenure(
            LoopRelay home,
            UpstreamConnection connection,
            Pipeline pipeline,
            ReplyDelivery delivery) {
        this.home = home;
        this.connection = connection;
        this.pipeline = pipeline;
        this.delivery = delivery;
        linger = new Alarm(home.loop(), this::lingerEnds);
        retirement = new Alarm(home.loop(), this::retirementEnds);
    }

    /** Whether only refusals of what is under way are of interest. */
    boolean retiring() {
        return retiring;
    }

    /** Whether what comes may be looked at now. */
    boolean mayReceive() {
        return retiring || lingering || home.mayHear(connection);
    }

    // ---- not known

    /** Keeps what came until it is known. The buffer stays the caller's. */
    void freeze(ByteBuf in) {
        frozen.add(home.allocator().directBuffer(in.readableBytes()).writeBytes(in));
        connection.reading(false);
    }

    /** Whether what came before the end has to be looked at first, when it is known. */
    boolean putsOffEnd(String reason) {
        boolean off = !frozen.isEmpty() && !mayReceive();
        if (off) {
            endReason = reason;
        }
        return off;
    }

    private void takeFrozen() {
        for (ByteBuf in = frozen.poll(); in != null; in = frozen.poll()) {
            try {
                if (!connection.closed()) {
                    delivery.take(in);
                }
            } finally {
                in.release();
            }
        }
        String end = endReason;
        if (end != null) {
            connection.lose(end, false);
        }
    }

    private void dropFrozen() {
        for (ByteBuf in = frozen.poll(); in != null; in = frozen.poll()) {
            in.release();
        }
    }

    // ---- the route

    /** The route was opened, moved or closed. */
    void routeChanged(@Nullable Target now) {
        if (connection.target().equals(now)) {
            thaw();
        } else if (now == null) {
            connection.reading(false);
        } else if (!retiring && !lingering) {
            leave("the master changed to " + now.master());
        }
    }

    private void thaw() {
        takeFrozen();
        if (!connection.closed()) {
            connection.reading(true);
            pipeline.flush();
            home.flushClients();
        }
    }

    private void leave(String reason) {
        if (home.movedAtOnce() && connection.ready()) {
            // What lies in the socket was sent before the route moved: it is still passed on. The
            // event loop reads before it looks at its timers.
            lingering = true;
            takeFrozen();
            if (pipeline.isEmpty()) {
                connection.lose(reason, true);
            } else if (!connection.closed()) {
                linger.set(LINGER_MILLIS);
                connection.reading(true);
            }
        } else if (connection.ready() && !pipeline.isEmpty()) {
            retire();
        } else {
            dropFrozen();
            connection.lose(reason, true);
        }
    }

    private void lingerEnds() {
        lingering = false;
        if (connection.ready() && !pipeline.isEmpty()) {
            retire();
        } else {
            over();
        }
    }

    /** Replies that say that a command did not run are worth waiting for, for a moment. */
    private void retire() {
        retiring = true;
        receivedBefore = delivery.received();
        retirement.set(RETIREMENT_MILLIS);
        connection.tellRetiring();
        takeFrozen();
        if (!connection.closed()) {
            connection.reading(true);
        }
    }

    /** What has begun to come and still comes is let through to its end. */
    private void retirementEnds() {
        if (delivery.halfReply() && delivery.received() > receivedBefore) {
            receivedBefore = delivery.received();
            retirement.set(RETIREMENT_MILLIS);
        } else {
            over();
        }
    }

    /** Nothing is under way any more: a connection that is being left has served. */
    void allAnswered() {
        if (retiring || lingering) {
            home.loop().execute(this::over);
        }
    }

    private void over() {
        connection.lose("the master changed", true);
    }

    /** The connection is over. */
    void release() {
        retirement.cancel();
        linger.cancel();
        dropFrozen();
    }
}

package io.hive.proxy.relay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A session's wait for a master: how long, how much of it, and that commands fail at once when it
 * was in vain, until there is one.
 */
final class Parking {
    private final LoopRelay home;
    private final Input input;
    private final SessionControl session;
    private final Alarm timeout;
    private int bytes;
    private boolean parked;
    private long parkedAt;
    private boolean rejecting;

    /** What the route led to when commands began to be rejected. */
    private @Nullable Target rejectedAt;

    /**
     * Nothing waits.
     *
     * @param expired called when there was no master for too long, once for each wait
     */
    Parking(LoopRelay home, Input input, SessionControl session, Runnable expired) {
        this.home = home;
        this.input = input;
        this.session = session;
        timeout = new Alarm(home.loop(), expired);
    }

    /** Whether commands that need a master fail at once. */
    boolean rejecting() {
        return rejecting;
    }

    /** There was no master for too long. */
    void reject() {
        rejecting = true;
        rejectedAt = home.target();
    }

    /** There is a master. */
    void masterSeen() {
        rejecting = false;
    }

    /** Whether a command that waits for a master fails; looks whether there is one. */
    boolean fails() {
        if (rejecting && !Objects.equals(home.target(), rejectedAt)) {
            // There is a master since, and nobody has told yet.
            rejecting = false;
        }
        return rejecting;
    }

    /**
     * Commands wait for a master, or their replies do.
     *
     * @param mayRefuse whether what waits may be refused if it is too much of all clients
     */
    void park(boolean mayRefuse) {
        timeout.set(home.settings().parkTimeout().toMillis());
        RelayMetrics metrics = home.metrics();
        if (!parked) {
            parked = true;
            parkedAt = System.nanoTime();
            metrics.parks.increment();
            metrics.parkedSessions.incrementAndGet();
        }
        int held = input.held();
        long all = metrics.parkedBytes.addAndGet(held - bytes);
        bytes = held;
        if (all > home.settings().parkBytes() && mayRefuse && held > 0) {
            metrics.parkedBytes.addAndGet(-bytes);
            bytes = 0;
            input.rule(Answer.OVERLOADED);
            session.pumpLater();
        }
    }

    /** Nothing waits for a master any more. */
    void unpark() {
        timeout.cancel();
        if (parked) {
            parked = false;
            home.metrics().parkedNanos.add(System.nanoTime() - parkedAt);
            home.metrics().parkedSessions.decrementAndGet();
            home.metrics().parkedBytes.addAndGet(-bytes);
            bytes = 0;
        }
    }
}

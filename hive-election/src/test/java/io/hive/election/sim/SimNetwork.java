package io.hive.election.sim;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pods' network, as TCP shows it: what is sent on a connection arrives in order or the
 * connection breaks. Each direction between two pods can be cut on its own: what is sent into a cut
 * waits, is delivered after it heals, and breaks the connection where that takes too long.
 */
final class SimNetwork {
    /** Takes a connection, or refuses it. */
    @FunctionalInterface
    interface Acceptor {
        /**
         * A connection has come.
         *
         * @return what to call when it is gone; null refuses it
         */
        @Nullable Consumer<String> accept(SimConnection connection);
    }

    /** Learns what became of a dial. */
    interface Dialer {
        /** It stands. */
        void connected(SimConnection connection);

        /** It does not, or it broke; called at most once. */
        void lost(String reason);
    }

    private static final double LOSS = 0.25;
    private static final long FIRST_RESEND = 200 * SimTime.MILLI;
    private static final long LAST_RESEND = 3 * SimTime.SECOND;

    private final SimScheduler scheduler;
    private final SimRandom random;
    private final long delayMinNanos;
    private final long delayMaxNanos;
    private final long asymmetryNanos;
    private final SimDirections.Counts cuts = new SimDirections.Counts();
    private final SimDirections.Counts slow = new SimDirections.Counts();
    private final SimDirections.Counts lossy = new SimDirections.Counts();
    private final SimDirections.Times longer = new SimDirections.Times();
    private final SimDirections.Times disturbedNanos = new SimDirections.Times();
    private final Set<SimConnection> connections = new LinkedHashSet<>();

    /**
     * @param asymmetryNanos each direction takes longer by a time of its own, up to this
     */
    SimNetwork(
            SimScheduler scheduler,
            SimRandom random,
            long delayMinNanos,
            long delayMaxNanos,
            long asymmetryNanos) {
        this.scheduler = scheduler;
        this.random = random;
        this.delayMinNanos = delayMinNanos;
        this.delayMaxNanos = delayMaxNanos;
        this.asymmetryNanos = asymmetryNanos;
    }

    SimScheduler scheduler() {
        return scheduler;
    }

    /** How long something takes from one pod to another now. */
    long delay(int from, int to) {
        if (from == to) {
            return delayMinNanos == delayMaxNanos
                    ? delayMinNanos
                    : random.between(20 * SimTime.MICRO, 100 * SimTime.MICRO);
        }
        long delay = random.between(delayMinNanos, delayMaxNanos);
        if (asymmetryNanos > 0) {
            if (!longer.has(from, to)) {
                longer.set(from, to, random.between(0, asymmetryNanos));
            }
            delay += longer.at(from, to);
        }
        if (slow.any(from, to)) {
            delay += random.between(50 * SimTime.MILLI, 400 * SimTime.MILLI);
        }
        if (lossy.any(from, to)) {
            delay += resendNanos();
        }
        return delay;
    }

    /**
     * What a lost packet costs on TCP: it is sent again after 200 ms, then twice that, and what
     * comes behind it waits.
     */
    private long resendNanos() {
        long waited = 0;
        long timeout = FIRST_RESEND;
        while (waited < LAST_RESEND && random.chance(LOSS)) {
            waited += timeout;
            timeout *= 2;
        }
        return waited;
    }

    boolean isCut(int from, int to) {
        return from != to && cuts.any(from, to);
    }

    /** Whether packets pass both ways. */
    boolean joined(int one, int other) {
        return !isCut(one, other) && !isCut(other, one);
    }

    /** Cuts a direction; as often as it was cut it must be healed. */
    void cut(int from, int to) {
        cuts.add(from, to);
        disturbed(from, to);
    }

    void heal(int from, int to) {
        cuts.subtract(from, to);
        disturbed(from, to);
        if (!isCut(from, to)) {
            for (SimConnection connection : List.copyOf(connections)) {
                connection.healed(from, to);
            }
        }
    }

    void slowDown(int from, int to) {
        slow.add(from, to);
        disturbed(from, to);
    }

    void speedUp(int from, int to) {
        slow.subtract(from, to);
        disturbed(from, to);
    }

    /** From now on packets are lost in this direction. */
    void lose(int from, int to, boolean begins) {
        if (begins) {
            lossy.add(from, to);
        } else {
            lossy.subtract(from, to);
        }
        disturbed(from, to);
    }

    private void disturbed(int from, int to) {
        disturbedNanos.set(from, to, scheduler.now());
    }

    /** Whether packets have passed both ways, and quickly, for at least this long. */
    boolean calmFor(int one, int other, long nanos) {
        return calm(one, other, nanos) && calm(other, one, nanos);
    }

    private boolean calm(int from, int to, long nanos) {
        return !cuts.any(from, to)
                && !slow.any(from, to)
                && !lossy.any(from, to)
                && (!disturbedNanos.has(from, to)
                        || scheduler.now() - disturbedNanos.at(from, to) >= nanos);
    }

    /** Whether nothing is cut between this pod and any other. */
    boolean inReachOfAll(int pod) {
        return !cuts.anyAbout(pod);
    }

    /** When anything about this pod's links changed last. */
    long disturbedNanos(int pod) {
        return disturbedNanos.latest(pod);
    }

    /** Whether nothing passes between these two. */
    boolean outOfReach(int pod, int other) {
        return isCut(pod, other) && isCut(other, pod);
    }

    /** The connections between two pods that stand, oldest first. */
    List<SimConnection> between(int one, int other) {
        List<SimConnection> found = new ArrayList<>();
        for (SimConnection connection : connections) {
            if (connection.joins(one, other)) {
                found.add(connection);
            }
        }
        return found;
    }

    /**
     * Opens a connection.
     *
     * @param patienceNanos how long to wait for an answer, and how long a connection may stall
     */
    void dial(int from, int to, long patienceNanos, Acceptor acceptor, Dialer dialer) {
        long until = scheduler.now() + patienceNanos;
        knock(from, to, SimTime.SECOND, until, patienceNanos, acceptor, dialer);
    }

    /** One SYN; it is sent again after 1, 2, 4, ... s for as long as nothing comes back. */
    private void knock(
            int from,
            int to,
            long again,
            long until,
            long patience,
            Acceptor acceptor,
            Dialer dialer) {
        scheduler.after(
                delay(from, to),
                () -> {
                    if (joined(from, to)) {
                        arrive(from, to, patience, acceptor, dialer);
                    } else if (scheduler.now() + again >= until) {
                        scheduler.at(until, () -> dialer.lost("timed out"));
                    } else {
                        long later = 2 * again;
                        scheduler.after(
                                again,
                                () -> knock(from, to, later, until, patience, acceptor, dialer));
                    }
                });
    }

    private void arrive(int from, int to, long patience, Acceptor acceptor, Dialer dialer) {
        SimConnection connection = new SimConnection(this, from, to, patience);
        @Nullable Consumer<String> closed = acceptor.accept(connection);
        if (closed == null) {
            scheduler.after(delay(to, from), () -> dialer.lost("connection refused"));
            return;
        }
        connections.add(connection);
        connection.onClosed(to, closed);
        connection.onClosed(from, dialer::lost);
        connection.send(to, () -> dialer.connected(connection));
    }

    void forget(SimConnection connection) {
        connections.remove(connection);
    }
}

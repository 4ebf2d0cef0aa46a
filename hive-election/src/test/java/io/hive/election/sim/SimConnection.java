package io.hive.election.sim;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/** One TCP connection between two pods; each end learns of its end on its own. */
final class SimConnection {
    /** One end and what is under way to it. */
    private static final class End {
        final int pod;
        final ArrayDeque<Runnable> arrived = new ArrayDeque<>();
        Consumer<String> closed = reason -> {};
        boolean open = true;
        long lastArrivalNanos;
        boolean stalled;
        long stalls;

        End(int pod) {
            this.pod = pod;
        }
    }

    private final SimNetwork network;
    private final long patienceNanos;
    private final End one;
    private final End other;

    SimConnection(SimNetwork network, int one, int other, long patienceNanos) {
        this.network = network;
        this.patienceNanos = patienceNanos;
        this.one = new End(one);
        this.other = new End(other);
    }

    boolean joins(int a, int b) {
        return (one.pod == a && other.pod == b) || (one.pod == b && other.pod == a);
    }

    /** Whether this pod's end still believes in it. */
    boolean open(int pod) {
        return end(pod).open;
    }

    void onClosed(int pod, Consumer<String> closed) {
        end(pod).closed = closed;
    }

    /** Sends to the other end; what happens there is done when it arrives, if it does. */
    void send(int fromPod, Runnable arrival) {
        send(fromPod, 0, arrival);
    }

    /** Sends something that takes longer, and everything after it as well. */
    void send(int fromPod, long extraNanos, Runnable arrival) {
        if (end(fromPod).open) {
            transmit(fromPod, extraNanos, arrival);
        }
    }

    /** Ends it in order: what was sent still arrives. This end is not told. */
    void close(int fromPod, String reason) {
        End near = end(fromPod);
        if (!near.open) {
            return;
        }
        shut(near);
        transmit(fromPod, 0, () -> lost(peer(fromPod), reason));
    }

    /** Ends it without a word: the pod vanished. The other end finds out by itself. */
    void vanish(int pod) {
        shut(end(pod));
    }

    /** Breaks it; both ends are told, and what is under way is lost. */
    void reset(String reason) {
        network.scheduler().after(network.delay(one.pod, other.pod), () -> lost(one, reason));
        network.scheduler().after(network.delay(other.pod, one.pod), () -> lost(other, reason));
    }

    /** A cut has healed: what waited behind it is on its way again. */
    void healed(int from, int to) {
        if (joins(from, to) && end(to).stalled) {
            network.scheduler().after(network.delay(from, to), () -> drain(end(to)));
        }
    }

    private void transmit(int fromPod, long extraNanos, Runnable arrival) {
        End far = peer(fromPod);
        long at = network.scheduler().now() + network.delay(fromPod, far.pod) + extraNanos;
        far.lastArrivalNanos = Math.max(at, far.lastArrivalNanos);
        network.scheduler().at(far.lastArrivalNanos, () -> arrive(far, arrival));
    }

    private void arrive(End far, Runnable arrival) {
        far.arrived.add(arrival);
        drain(far);
    }

    private void drain(End far) {
        End near = peer(far.pod);
        while (!far.arrived.isEmpty()) {
            if (network.isCut(near.pod, far.pod)) {
                stall(far);
                return;
            }
            Runnable next = far.arrived.poll();
            if (far.open) {
                next.run();
            } else {
                // Nobody is there any more: the kernel answers with a reset.
                reply(near);
            }
        }
        far.stalled = false;
    }

    private void reply(End near) {
        if (near.open) {
            network.scheduler()
                    .after(
                            network.delay(peer(near.pod).pod, near.pod),
                            () -> lost(near, "connection reset by peer"));
        }
    }

    private void stall(End far) {
        if (far.stalled) {
            return;
        }
        far.stalled = true;
        long stall = ++far.stalls;
        network.scheduler()
                .after(
                        patienceNanos,
                        () -> {
                            if (far.stalled && far.stalls == stall) {
                                reset("nothing acknowledged in time");
                            }
                        });
    }

    private void lost(End end, String reason) {
        if (end.open) {
            shut(end);
            end.closed.accept(reason);
        }
    }

    private void shut(End end) {
        end.open = false;
        if (!one.open && !other.open) {
            network.forget(this);
        }
    }

    private End end(int pod) {
        return one.pod == pod ? one : other;
    }

    private End peer(int pod) {
        return one.pod == pod ? other : one;
    }
}

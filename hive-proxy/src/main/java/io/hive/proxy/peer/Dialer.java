package io.hive.proxy.peer;

import io.hive.core.node.NodeId;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is dialled, and when: a node that discovery newly names at once, one that was lost after a
 * moment, one that does not answer less and less often, with jitter so that a hive that restarts
 * does not dial in step. Event loop only.
 */
final class Dialer {
    /** Doubling beyond this changes nothing. */
    private static final int MAX_DOUBLINGS = 16;

    private final EventLoop loop;
    private final Duration first;
    private final Duration longest;
    private final int limit;
    private final Predicate<NodeId> connected;
    private final Call call;
    private final Map<NodeId, Target> targets = new HashMap<>();
    private boolean stopped;

    /** Starts a dial, and says later how it ended. */
    @FunctionalInterface
    interface Call {
        void dial(NodeId target);
    }

    /** One address that discovery names. */
    private static final class Target {
        /** Who answered there, where that is another identity: a second address of one node. */
        private @Nullable NodeId alias;

        private @Nullable Future<?> timer;
        private int failures;
        private boolean dialing;
        private boolean self;
    }

    Dialer(EventLoop loop, PeerSettings settings, Predicate<NodeId> connected, Call call) {
        this.loop = loop;
        this.first = settings.redialMin();
        this.longest = settings.redialMax();
        this.limit = settings.maxConnections();
        this.connected = connected;
        this.call = call;
    }

    /** Dials what is new, and forgets what has vanished; its connection stays. */
    void targets(Set<NodeId> nodes) {
        targets.entrySet()
                .removeIf(entry -> {
                    boolean vanished = !nodes.contains(entry.getKey());
                    if (vanished) {
                        cancel(entry.getValue());
                    }
                    return vanished;
                });
        for (NodeId node : new TreeSet<>(nodes)) {
            if (targets.size() < limit && !targets.containsKey(node)) {
                targets.put(node, new Target());
                attempt(node);
            }
        }
    }

    /** The one dialled at this address said who it is. */
    void met(NodeId target, NodeId identity) {
        Target known = targets.get(target);
        if (known != null) {
            known.alias = identity;
        }
    }

    /** This address leads to this very process: it is not dialled again. */
    void self(NodeId target) {
        Target known = targets.get(target);
        if (known != null) {
            known.self = true;
        }
    }

    /** A dial ended without an established connection. */
    void failed(NodeId target) {
        Target known = targets.get(target);
        if (known != null) {
            known.dialing = false;
            known.failures++;
            later(target, known);
        }
    }

    /** A dial has become an established connection. */
    void succeeded(NodeId target) {
        Target known = targets.get(target);
        if (known != null) {
            known.dialing = false;
        }
    }

    /**
     * The established connection to a node ended, whoever dialled it.
     *
     * @param lasted how long it was there: one that lasted no longer than the longest wait counts
     *     as one more failure, or two that keep throwing each other out would do it without a pause
     */
    void lost(NodeId node, Duration lasted) {
        targets.forEach((target, known) -> {
            if (target.equals(node) || node.equals(known.alias)) {
                known.failures = lasted.compareTo(longest) > 0 ? 0 : known.failures + 1;
                later(target, known);
            }
        });
    }

    void stop() {
        stopped = true;
        targets.values().forEach(Dialer::cancel);
        targets.clear();
    }

    private void attempt(NodeId node) {
        Target target = targets.get(node);
        if (stopped
                || target == null
                || target.dialing
                || target.self
                || connected.test(node)
                || (target.alias != null && connected.test(target.alias))) {
            return;
        }
        cancel(target);
        target.dialing = true;
        call.dial(node);
    }

    private void later(NodeId node, Target target) {
        if (stopped) {
            return;
        }
        cancel(target);
        target.timer =
                loop.schedule(
                        () -> attempt(node), waitNanos(target.failures), TimeUnit.NANOSECONDS);
    }

    /** Half to all of the first wait, doubled with each failure up to the longest. */
    private long waitNanos(int failures) {
        long full =
                Math.min(
                        longest.toNanos(),
                        first.toNanos() << Math.min(Math.max(0, failures - 1), MAX_DOUBLINGS));
        return ThreadLocalRandom.current().nextLong(full / 2, full + 1);
    }

    private static void cancel(Target target) {
        if (target.timer != null) {
            target.timer.cancel(false);
            target.timer = null;
        }
    }
}

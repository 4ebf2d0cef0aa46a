package io.hive.election.sim;

import java.util.BitSet;

/**
 * Clients at every pod: each write is a key of its own, so that a lost one can be counted. A write
 * goes the relay's way: it is sent while the route's lease lasts, and acknowledged if the lease
 * still lasts when Redis's answer comes back.
 */
final class SimClients {
    private static final long ACK_PATIENCE = SimTime.SECOND;
    private static final long WAIT_LOOK = 2 * SimTime.MILLI;

    private final SimHive hive;
    private final SimRandom random;
    private final long meanIntervalNanos;
    private final BitSet acknowledged = new BitSet();
    private int values;
    private int refused;
    private boolean paused;

    SimClients(SimHive hive, SimRandom random, long meanIntervalNanos) {
        this.hive = hive;
        this.random = random;
        this.meanIntervalNanos = meanIntervalNanos;
    }

    void start(SimPod pod) {
        hive.scheduler()
                .after(
                        1 + random.exponential(meanIntervalNanos),
                        () -> {
                            if (!pod.removed()) {
                                if (!paused) {
                                    write(pod);
                                }
                                start(pod);
                            }
                        });
    }

    void pause(boolean now) {
        paused = now;
    }

    /** A key that no client uses. */
    int freshValue() {
        return values++;
    }

    /** The keys whose writers were told that they are written. */
    BitSet acknowledged() {
        return acknowledged;
    }

    int written() {
        return values;
    }

    int refused() {
        return refused;
    }

    /** Writes one key through this pod's route, if it is open. */
    void write(SimPod pod) {
        SimNode node = pod.sidecar;
        SimRoute route = node == null ? null : node.openRoute();
        SimPod there = route == null ? null : hive.podOf(route.master());
        if (node == null || route == null || there == null) {
            return;
        }
        int value = freshValue();
        int length = hive.fixedTimes() ? 40 : (int) random.between(30, 60);
        long inProcess = there.redis.process();
        if (!hive.network().joined(pod.index, there.index)) {
            return;
        }
        hive.scheduler()
                .after(
                        hive.network().delay(pod.index, there.index),
                        () -> {
                            if (there.redis.running() && there.redis.process() == inProcess) {
                                there.redis.whenWritable(
                                        inProcess,
                                        () -> arrived(node, route, there, value, length));
                            }
                        });
    }

    private void arrived(SimNode node, SimRoute route, SimPod there, int value, int length) {
        SimRedis.Reply reply = there.redis.write(value, length);
        if (reply != SimRedis.Reply.OK) {
            refused++;
            return;
        }
        int needed = hive.settings().acknowledge();
        if (needed == 0) {
            answer(node, route, there, value);
        } else {
            new Wait(node, route, there, value, needed).look();
        }
    }

    /**
     * What {@code WAIT} does: counts replicas that applied it, on the connection it was written. It
     * looks every two milliseconds, but only where something has changed since.
     */
    private final class Wait implements Runnable {
        private final SimNode node;
        private final SimRoute route;
        private final SimPod there;
        private final int value;
        private final int needed;
        private final long offset;
        private final long process;
        private final long sinceNanos;
        private boolean due;

        Wait(SimNode node, SimRoute route, SimPod there, int value, int needed) {
            this.node = node;
            this.route = route;
            this.there = there;
            this.value = value;
            this.needed = needed;
            this.offset = there.redis.data.offset;
            this.process = there.redis.process();
            this.sinceNanos = hive.scheduler().now();
        }

        /** Something has changed: it looks when it would. */
        @Override
        public void run() {
            boolean decided = !there.redis.isMaster() || there.redis.acknowledged(offset) >= needed;
            if (decided && !due) {
                due = true;
                long passed = hive.scheduler().now() - sinceNanos;
                long looks = (passed + WAIT_LOOK - 1) / WAIT_LOOK;
                hive.scheduler().at(sinceNanos + Math.max(1, looks) * WAIT_LOOK, this::lookAgain);
            }
        }

        private void lookAgain() {
            due = false;
            there.redis.unwatch(this);
            look();
        }

        void look() {
            if (!there.redis.running()
                    || there.redis.process() != process
                    || !there.redis.isMaster()
                    || hive.scheduler().now() > sinceNanos + ACK_PATIENCE) {
                return;
            }
            if (there.redis.acknowledged(offset) >= needed) {
                answer(node, route, there, value);
            } else {
                there.redis.watch(this);
            }
        }
    }

    private void answer(SimNode node, SimRoute route, SimPod there, int value) {
        if (!hive.network().joined(there.index, node.pod().index)) {
            return;
        }
        hive.scheduler()
                .after(
                        hive.network().delay(there.index, node.pod().index),
                        () ->
                                node.whenAwake(() -> {
                                    SimRoute now = node.leasedRoute();
                                    if (now != null
                                            && now.leadership().equals(route.leadership())) {
                                        acknowledged.set(value);
                                        hive.acknowledged(value);
                                        hive.trace(
                                                SimTrace.Kind.CLIENT,
                                                node.pod(),
                                                () -> "acknowledged " + value);
                                    }
                                }));
    }
}

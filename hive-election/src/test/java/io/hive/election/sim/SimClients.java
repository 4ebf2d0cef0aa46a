package io.hive.election.sim;

import java.util.BitSet;

/**
 * Clients at every pod: each write is a key of its own, so that a lost one can be counted. A write
 * goes the relay's way: it is sent while the route's lease lasts, and acknowledged if the lease
 * still lasts when Redis's answer comes back.
 */
final class SimClients {
    private static final long ACK_PATIENCE = SimTime.SECOND;

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
                            if (!pod.removed) {
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
            long process = there.redis.process();
            awaitReplicas(
                    node,
                    route,
                    there,
                    value,
                    there.redis.data.offset,
                    needed,
                    process,
                    hive.scheduler().now() + ACK_PATIENCE);
        }
    }

    /**
     * What {@code WAIT} does: counts replicas that applied it, on the connection it was written.
     */
    private void awaitReplicas(
            SimNode node,
            SimRoute route,
            SimPod there,
            int value,
            long offset,
            int needed,
            long process,
            long untilNanos) {
        if (!there.redis.running()
                || there.redis.process() != process
                || !there.redis.isMaster()
                || hive.scheduler().now() > untilNanos) {
            return;
        }
        if (there.redis.acknowledged(offset) >= needed) {
            answer(node, route, there, value);
            return;
        }
        hive.scheduler()
                .after(
                        2 * SimTime.MILLI,
                        () ->
                                awaitReplicas(
                                        node,
                                        route,
                                        there,
                                        value,
                                        offset,
                                        needed,
                                        process,
                                        untilNanos));
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

package io.hive.election.sim;

import io.hive.core.redis.RedisVersion;
import io.hive.election.Control;
import io.hive.election.ElectionSettings;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What one simulation is like: drawn from its seed, so that each seed tries another mixture rather
 * than all of them the average one.
 *
 * @param faults the kinds that happen in it
 * @param faultMeanNanos how long from one fault to the next, on average
 * @param aimed how likely the begin of an election brings a fault with it
 * @param faultLengthNanos how long one lasts, on average
 * @param quietNanos how long nobody writes, and one pod with all the data there is has not come; 0
 *     mostly
 * @param acknowledgersFail whether a leader's end sometimes meets a replica that stands still, with
 *     all that was acknowledged last
 */
record SimOptions(
        int nodes,
        long safetyNanos,
        Set<SimFault> faults,
        long faultMeanNanos,
        double aimed,
        long faultLengthNanos,
        long delayMinNanos,
        long delayMaxNanos,
        long writeMeanNanos,
        double guarded,
        double persistent,
        double dataAtStart,
        double priorityZero,
        double newerVersion,
        boolean acl,
        int backlogBytes,
        long startSpreadNanos,
        SimTimes.Range load,
        SimTimes.Range syncDelay,
        SimTimes.Range transfer,
        SimTimes.Range streamDelay,
        long asymmetryNanos,
        SimClocks clocks,
        ElectionSettings settings,
        long quietNanos,
        boolean acknowledgersFail) {

    /** More than this are many. */
    private static final int MANY = 15;

    static SimOptions draw(SimRandom random) {
        int nodes = drawNodes(random);
        boolean big = nodes > MANY;
        ElectionSettings settings = drawSettings(random, nodes);
        boolean crashesOnly = settings.acknowledge() > 0 && random.chance(0.5);
        long delayMin = random.pick(List.of(50L, 200L, 1000L)) * SimTime.MICRO;
        return new SimOptions(
                nodes,
                random.between(10, big ? 15 : 45) * SimTime.SECOND,
                drawFaults(random, crashesOnly),
                random.pick(List.of(1L, 2L, 4L, 8L)) * SimTime.SECOND,
                random.pick(List.of(0.0, 0.1, 0.3)),
                random.pick(List.of(500L, 2000L, 6000L, 15_000L)) * SimTime.MILLI,
                delayMin,
                delayMin * random.pick(List.of(2L, 5L, 50L)),
                random.pick(List.of(30L, 100L, 300L)) * SimTime.MILLI * (big ? 10 : 1),
                random.pick(List.of(1.0, 1.0, 1.0, 0.5, 0.0)),
                random.pick(List.of(0.0, 0.0, 0.5, 1.0)),
                random.pick(List.of(0.0, 0.3, 0.7)),
                random.pick(List.of(0.0, 0.0, 0.2)),
                random.pick(List.of(0.0, 0.5)),
                random.chance(0.8),
                random.pick(List.of(500, 20_000, 1_000_000)),
                random.between(0, 5) * SimTime.SECOND,
                SimTimes.Range.millis(1, random.pick(List.of(5L, 200L, 3000L))),
                SimTimes.Range.millis(0, random.pick(List.of(1L, 1000L, 5000L))),
                SimTimes.Range.millis(1, random.pick(List.of(10L, 500L, 3000L))),
                SimTimes.Range.millis(0, random.pick(List.of(0L, 0L, 900L))),
                random.pick(List.of(0L, 1L, 20L)) * SimTime.MILLI,
                new SimClocks(
                        random.pick(List.of(0L, 200L, 20_000L)),
                        random.pick(List.of(Control.QUEUE_LIMIT, Control.QUEUE_LIMIT, 64))),
                settings,
                random.chance(0.04) ? random.between(11, 16) * SimTime.SECOND : 0,
                settings.acknowledge() > 0 && random.chance(0.4));
    }

    /** Three most of the time, as people run it; many now and then, as that takes long. */
    private static int drawNodes(SimRandom random) {
        if (random.chance(0.5)) {
            return 3;
        }
        if (random.chance(0.93)) {
            return (int) random.between(1, 7);
        }
        return (int) (random.chance(0.85) ? random.between(8, MANY) : random.between(MANY + 1, 50));
    }

    private static ElectionSettings drawSettings(SimRandom random, int nodes) {
        ElectionSettings usual = ElectionSettings.defaults();
        boolean promised = nodes > 1 && random.chance(0.25);
        return new ElectionSettings(
                        usual.heartbeatNanos(),
                        usual.peerTimeoutNanos(),
                        usual.deadlineNanos(),
                        usual.startGraceNanos(),
                        usual.coldStartNanos(),
                        usual.fence(),
                        usual.discoveryProvesIsolation(),
                        usual.isolationNanos(),
                        promised ? (int) random.between(1, nodes - 1) : 0)
                .salvaging(nodes % 2 == 1);
    }

    private static Set<SimFault> drawFaults(SimRandom random, boolean crashesOnly) {
        Set<SimFault> chosen = EnumSet.noneOf(SimFault.class);
        double share = random.pick(List.of(0.15, 0.4, 0.8));
        for (SimFault fault : SimFault.values()) {
            if (random.chance(share) && (!crashesOnly || fault.cutsNobodyOff())) {
                chosen.add(fault);
            }
        }
        return chosen;
    }

    SimRedis.Setup setup(SimRandom random) {
        return new SimRedis.Setup(
                random.chance(guarded),
                random.chance(persistent),
                backlogBytes,
                acl,
                random.chance(priorityZero) ? 0 : 100,
                random.chance(newerVersion)
                        ? new RedisVersion(7, 4, 1)
                        : new RedisVersion(7, 0, 15));
    }

    List<SimFault> faultList() {
        return new ArrayList<>(faults);
    }
}

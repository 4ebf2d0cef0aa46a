package io.hive.election.sim;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows each write that K replicas acknowledged: who held it then and has been there ever since.
 * While one such holder is left, the write must be served in the end, whatever happened to the
 * others (rule 19). Whoever is out of reach for longer than an election waits counts as failed; so
 * does every dataset that was lost with its process.
 */
final class SimDurability implements SimWatcher {
    private static final long LOOK = 100 * SimTime.MILLI;

    /** Well below the ten seconds that an election waits for members it does not hear. */
    private static final long OUTAGE = 6 * SimTime.SECOND;

    /** Pods are bits here. */
    private static final int PODS = Long.SIZE;

    private final SimHive hive;
    private final Map<Integer, Long> outSince = new HashMap<>();
    private long[] holders = new long[256];
    private int values;

    SimDurability(SimHive hive) {
        this.hive = hive;
    }

    void start() {
        if (hive.settings().acknowledge() > 0) {
            look();
        }
    }

    private void look() {
        for (SimPod pod : hive.allPods()) {
            if (whole(pod)) {
                outSince.remove(pod.index);
            } else {
                long since = outSince.computeIfAbsent(pod.index, i -> hive.scheduler().now());
                if (hive.scheduler().now() - since > OUTAGE) {
                    failed(pod);
                }
            }
        }
        hive.scheduler().after(LOOK, this::look);
    }

    /** Whether it could take part in an election, with everybody in reach. */
    private boolean whole(SimPod pod) {
        SimNode node = pod.sidecar;
        return !pod.removed()
                && pod.redis.readyFor(0)
                && !pod.redis.isSlow()
                && node != null
                && node.awakeFor(0)
                && hive.network().inReachOfAll(pod.index);
    }

    private void failed(SimPod pod) {
        if (pod.index < PODS) {
            long others = ~(1L << pod.index);
            for (int value = 0; value < values; value++) {
                holders[value] &= others;
            }
        }
    }

    @Override
    public void dataLost(SimPod pod) {
        failed(pod);
    }

    @Override
    public void acknowledged(int value) {
        if (hive.settings().acknowledge() == 0) {
            return;
        }
        if (value >= holders.length) {
            holders = Arrays.copyOf(holders, Math.max(value + 1, 2 * holders.length));
        }
        values = Math.max(values, value + 1);
        for (SimPod pod : hive.allPods()) {
            if (pod.index < PODS
                    && pod.redis.running()
                    && !pod.redis.loading()
                    && pod.redis.data.keys.get(value)) {
                holders[value] |= 1L << pod.index;
            }
        }
    }

    /** A promised write that the leader does not serve, though a holder is among these; or null. */
    @Nullable String broken(BitSet served, List<SimPod> core) {
        long present = 0;
        for (SimPod pod : core) {
            if (pod.index < PODS) {
                present |= 1L << pod.index;
            }
        }
        int missing = 0;
        String first = null;
        for (int value = 0; value < values; value++) {
            long kept = holders[value] & present;
            if (kept != 0 && !served.get(value)) {
                missing++;
                if (first == null) {
                    SimPod holder = hive.allPods().get(Long.numberOfTrailingZeros(kept));
                    first = "write " + value + ", which " + holder + " held and never failed since";
                }
            }
        }
        return first == null ? null : missing + " acknowledged writes, such as " + first;
    }
}

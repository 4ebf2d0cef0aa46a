package io.hive.election.sim;

import io.hive.core.redis.RedisEndpoint;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who follows whom: never in a circle, and never one behind the other for long (rule 18). */
final class SimGraphChecks implements SimWatcher {
    private static final long LOOK = 250 * SimTime.MILLI;

    /** A node that has been awake and in reach of everybody for this long has put it right. */
    private static final long CHAIN_LIMIT = 5 * SimTime.SECOND;

    private final SimHive hive;
    private final Map<Integer, Long> chainedSince = new HashMap<>();

    SimGraphChecks(SimHive hive) {
        this.hive = hive;
    }

    void start() {
        for (SimPod pod : hive.pods()) {
            noChain(pod);
        }
        hive.scheduler().after(LOOK, this::start);
    }

    @Override
    public void roleChanged(SimPod pod) {
        SimPod at = followed(pod);
        for (int steps = 0; at != null && steps <= hive.allPods().size(); steps++) {
            if (at == pod) {
                throw new SimViolation(
                        SimInvariant.NO_CYCLE,
                        pod + " was told to follow " + followed(pod) + ", which follows it");
            }
            at = followed(at);
        }
    }

    private @Nullable SimPod followed(SimPod pod) {
        RedisEndpoint master = pod.redis.running() ? pod.redis.master() : null;
        return master == null ? null : hive.podOf(master);
    }

    private void noChain(SimPod pod) {
        SimPod master = followed(pod);
        SimNode node = pod.sidecar;
        boolean chained =
                master != null
                        && master != pod
                        && pod.redis.linkUp()
                        && pod.redis.readyFor(CHAIN_LIMIT)
                        && !pod.redis.isSlow()
                        && followed(master) != null
                        && node != null
                        && node.awakeFor(CHAIN_LIMIT)
                        && hive.network().inReachOfAll(pod.index);
        if (!chained) {
            chainedSince.remove(pod.index);
            return;
        }
        long since = chainedSince.computeIfAbsent(pod.index, i -> hive.scheduler().now());
        if (hive.scheduler().now() - since > CHAIN_LIMIT) {
            throw new SimViolation(
                    SimInvariant.NO_CHAIN,
                    pod + " follows " + master + ", a replica, since " + SimTime.seconds(since));
        }
    }
}

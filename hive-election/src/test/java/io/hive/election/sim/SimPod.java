package io.hive.election.sim;

import io.hive.core.node.IpAddress;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;

/** A pod: an address, a redis-server, and a sidecar while one runs. */
final class SimPod {
    private static final int PEER_PORT = 3000;
    private static final int REDIS_PORT = 6379;

    /** Its number, from 0; never used again in a simulation. */
    final int index;

    final NodeId node;
    final RedisEndpoint endpoint;
    final SimRedis redis;

    /** Whether its Redis comes up as nobody's master (rule 16). */
    final boolean guarded;

    /** Whether its Redis lets only the user of a leadership replicate (rule 17). */
    final boolean authorises;

    @Nullable SimNode sidecar;

    private boolean removed;

    SimPod(int index, SimRedis.Setup setup, SimHive hive) {
        this.index = index;
        this.node = nodeAt(index);
        this.endpoint = new RedisEndpoint(node.address(), REDIS_PORT);
        this.guarded = setup.guarded();
        this.authorises = setup.acl();
        this.redis = new SimRedis(this, setup, hive);
    }

    /** The identity at the address of this number, whether or not there is a pod. */
    static NodeId nodeAt(int index) {
        return new NodeId(IpAddress.parse("10.0.0." + (index + 1)), PEER_PORT);
    }

    /** Gone for good: its address may stay in discovery for a while. */
    boolean removed() {
        return removed;
    }

    /** {@link SimHive#remove} alone calls this. */
    void remove() {
        removed = true;
    }

    /** A letter, or a letter and a number after the 26th. */
    String name() {
        char letter = (char) ('a' + index % 26);
        return index < 26 ? String.valueOf(letter) : letter + String.valueOf(index / 26);
    }

    /** The running sidecar's election is frozen or there is none. */
    boolean sidecarAway() {
        return sidecar == null || sidecar.frozen();
    }

    @Override
    public String toString() {
        return name();
    }
}

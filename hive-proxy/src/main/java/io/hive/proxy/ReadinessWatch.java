package io.hive.proxy;

import io.hive.core.message.Eligibility;
import io.hive.core.node.NodeState;
import io.hive.election.ElectionView;
import io.hive.proxy.admin.Readiness;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether this pod should get traffic: while its Redis is master, or a replica in sync. A change of
 * master does not take that away until commands would no longer wait for it, since pods that go
 * unready and ready again with each failover cost more than the failover (pains, 24).
 *
 * <p>The control thread writes; any thread reads.
 */
final class ReadinessWatch {
    private final long graceNanos;
    private volatile @Nullable Long lastReadyNanos;
    private volatile boolean leaving;

    ReadinessWatch(Duration grace) {
        this.graceNanos = grace.toNanos();
    }

    /** From here on this pod wants no more traffic. */
    void leave() {
        leaving = true;
    }

    void observe(ElectionView view, long nowNanos) {
        if (serves(view)) {
            lastReadyNanos = nowNanos;
        }
    }

    Readiness readiness(ElectionView view, long nowNanos) {
        if (leaving || view.state() == NodeState.LEAVING) {
            return new Readiness(false, "draining");
        }
        if (serves(view)) {
            return new Readiness(
                    true,
                    view.state() == NodeState.LEADING
                            ? "the local Redis is master"
                            : "the local Redis is a replica in sync");
        }
        Eligibility redis = view.standing().eligibility();
        if (redis == Eligibility.REDIS_LOST || redis == Eligibility.LOADING) {
            return new Readiness(
                    false,
                    redis == Eligibility.LOADING
                            ? "the local Redis is loading its dataset"
                            : "the local Redis is not reached");
        }
        Long last = lastReadyNanos;
        if (last != null && nowNanos - last < graceNanos && view.state() != NodeState.FENCED) {
            return new Readiness(true, "the master is changing");
        }
        return new Readiness(false, why(view));
    }

    private static boolean serves(ElectionView view) {
        return view.redis() != null
                && view.state() != NodeState.LEAVING
                && view.routed()
                && view.inSync();
    }

    private static String why(ElectionView view) {
        if (!view.waitingFor().isEmpty()) {
            return view.state() + ": " + view.waitingFor();
        }
        return view.state() + ": the local Redis is not in sync with the master";
    }
}

package io.hive.proxy.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that are killed under load. No partition, so nothing promised may be lost. */
@Tag("nemesis")
class CrashTest {
    private static final int SOME = 100;

    /** Rule 8: its Redis lives, so even what no replica had is fetched from it. */
    @Test
    void theLeadersSidecarIsKilled() {
        try (Cluster cluster = Cluster.of(3)) {
            Pod first = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                first.killSidecar();
                List<Pod> others = cluster.without(first);
                workload.awaitProgress(cluster, others, SOME);
                assertThat(cluster.awaitSettled(others)).isNotSameAs(first);
                cluster.until("the old master is off duty", () -> !first.redisIsMaster());
                first.startSidecar();
                workload.awaitProgress(cluster, cluster.pods, SOME);
                Verdict.of(cluster, workload).nothingLost(cluster);
            }
        }
    }

    /** Within a heartbeat it is there again, as another process, and has nothing. */
    @Test
    void theLeadersRedisIsKilledAndComesBackEmptyAtOnce() {
        try (Cluster cluster = Cluster.of(3).acknowledged(1)) {
            Pod first = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                first.restartRedisEmpty();
                workload.awaitProgress(cluster, cluster.pods, SOME);
                assertThat(cluster.awaitSettled()).isNotSameAs(first);
                Verdict.of(cluster, workload).nothingLost(cluster);
            }
        }
    }

    @Test
    void theLeadersPodIsKilled() {
        try (Cluster cluster = Cluster.of(3).acknowledged(1)) {
            Pod first = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                first.kill();
                workload.awaitProgress(cluster, cluster.without(first), SOME);
                first.bringBack();
                workload.awaitProgress(cluster, cluster.pods, SOME);
                Verdict.of(cluster, workload).nothingLost(cluster);
            }
        }
    }

    /** All sidecars, one after the other and all at once, while the Redises live. */
    @Test
    void theSidecarsAreRestartedAgainAndAgain() {
        try (Cluster cluster = Cluster.of(3).acknowledged(1)) {
            cluster.start();
            try (Workload workload = new Workload(cluster.pods, 1)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                for (Pod pod : cluster.pods) {
                    pod.killSidecar();
                    pod.startSidecar();
                }
                for (int i = 0; i < 2; i++) {
                    cluster.pods.forEach(Pod::killSidecar);
                    cluster.pods.forEach(Pod::startSidecar);
                    cluster.until(
                            "a sidecar is up again",
                            () -> cluster.pods.stream().anyMatch(pod -> pod.status() != null));
                }
                workload.awaitProgress(cluster, cluster.pods, SOME);
                Verdict.of(cluster, workload).nothingLost(cluster);
            }
        }
    }
}

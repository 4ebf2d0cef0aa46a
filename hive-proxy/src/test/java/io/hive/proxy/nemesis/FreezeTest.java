package io.hive.proxy.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rule 14: who wakes up with yesterday's view asks before it acts. */
@Tag("nemesis")
class FreezeTest {
    private static final int SOME = 100;

    /** Its clients' commands are in its sockets when it wakes, and its Redis says it is master. */
    @Test
    void theLeadersPodFreezesWholeAndServesNothingStaleWhenItThaws() {
        try (Cluster cluster = Cluster.of(3)) {
            Pod first = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 4)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                List<Pod> others = cluster.without(first);
                first.freeze();
                long frozen = System.nanoTime();
                workload.awaitProgress(cluster, others, SOME);
                assertThat(cluster.awaitSettled(others)).isNotSameAs(first);
                long thawing = System.nanoTime();
                first.thaw();
                workload.awaitProgress(cluster, cluster.pods, SOME);
                Verdict verdict = Verdict.of(cluster, workload).print();
                verdict.nothingLostSince(frozen, cluster).nothingDeniedIsThere(cluster);
                // what it had answered at once when it woke had been sent before, and does not
                // count
                assertThat(verdict.lost().stream().filter(w -> w.doneNanos() - thawing > 0))
                        .as("acknowledged after the thaw and lost; %s", cluster.logs())
                        .isEmpty();
            }
        }
    }

    /** Nobody watches over its Redis, which lives. */
    @Test
    void theLeadersSidecarFreezesAndThaws() {
        try (Cluster cluster = Cluster.of(3)) {
            Pod first = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                List<Pod> others = cluster.without(first);
                first.freezeSidecar();
                workload.awaitProgress(cluster, others, SOME);
                assertThat(cluster.awaitSettled(others)).isNotSameAs(first);
                first.thawSidecar();
                workload.awaitProgress(cluster, cluster.pods, SOME);
                Verdict.of(cluster, workload).nothingLost(cluster);
            }
        }
    }
}

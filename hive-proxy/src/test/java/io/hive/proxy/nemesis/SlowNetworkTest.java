package io.hive.proxy.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cables that are slow, and that lose packets. */
@Tag("nemesis")
class SlowNetworkTest {
    private static final int SOME = 50;
    private static final Duration SLOW = Duration.ofMillis(50);
    private static final Duration JITTER = Duration.ofMillis(20);
    private static final Duration TOO_SLOW = Duration.ofMillis(1500);
    private static final long SEED = 20261120;

    @Test
    void aSlowNetworkIsNoReasonForAnElectionAndADeadOneLosesNothing() {
        System.out.println("nemesis: seed " + SEED);
        try (Cluster cluster = Cluster.slowable(3, new Random(SEED)).acknowledged(1)) {
            Pod first = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                long epoch = cluster.epoch();
                cluster.network.delay(SLOW, SLOW, JITTER, Cluster.addresses(cluster.pods));
                workload.awaitProgress(cluster, cluster.pods, SOME);
                assertThat(cluster.epoch())
                        .as("200 ms there and back, heartbeats included; %s", cluster.logs())
                        .isEqualTo(epoch);
                cluster.network.lose(0.03);
                workload.awaitProgress(cluster, cluster.pods, SOME);
                // slower than the peer timeout, in one direction only
                cluster.network.delay(TOO_SLOW, SLOW, JITTER, List.of(first.address));
                workload.awaitProgress(cluster, cluster.without(first), SOME);
                cluster.network.heal();
                workload.awaitProgress(cluster, cluster.pods, SOME);
                Verdict.of(cluster, workload).nothingLost(cluster);
            }
        }
    }
}

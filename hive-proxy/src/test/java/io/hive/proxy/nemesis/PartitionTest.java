package io.hive.proxy.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.NodeState;
import io.hive.proxy.demo.HeadlessDns.Behaviour;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cut cables. DNS answers unless a test says otherwise. */
@Tag("nemesis")
class PartitionTest {
    private static final int SOME = 100;

    /**
     * The larger side elects. The smaller one has no replica that could confirm a write, so with
     * one asked for none is acknowledged there (rule 19), and nothing is lost when the cut heals.
     */
    @Test
    void theLeaderIsCutOffAndOneReplicaMustConfirm() {
        try (Cluster cluster = Cluster.of(3).acknowledged(1)) {
            Pod first = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                List<Pod> others = cluster.without(first);
                cluster.isolate(first);
                long cut = System.nanoTime();
                workload.awaitProgress(cluster, others, SOME);
                assertThat(cluster.awaitSettled(others)).isNotSameAs(first);
                assertThat(workload.acknowledgedSince(first, cut))
                        .as("acknowledged without a replica; %s", cluster.logs())
                        .isZero();
                cluster.network.heal();
                workload.awaitProgress(cluster, cluster.pods, SOME);
                Verdict.of(cluster, workload).nothingLost(cluster);
            }
        }
    }

    /** The leader hears the others, who do not hear it. */
    @Test
    void whatTheLeaderSaysDoesNotGetThrough() {
        try (Cluster cluster = Cluster.of(3).acknowledged(1)) {
            Pod first = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                List<Pod> others = cluster.without(first);
                others.forEach(other -> cluster.network.cutOneWay(first.address, other.address));
                workload.awaitProgress(cluster, others, SOME);
                assertThat(cluster.awaitSettled(others)).isNotSameAs(first);
                cluster.network.heal();
                workload.awaitProgress(cluster, cluster.pods, SOME);
                Verdict.of(cluster, workload).nothingLost(cluster);
            }
        }
    }

    /** The others hear the leader, who does not hear them. */
    @Test
    void whatTheLeaderIsToldDoesNotGetThrough() {
        try (Cluster cluster = Cluster.of(3).acknowledged(1)) {
            Pod first = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                List<Pod> others = cluster.without(first);
                others.forEach(other -> cluster.network.cutOneWay(other.address, first.address));
                workload.awaitProgress(cluster, others, SOME);
                cluster.network.heal();
                workload.awaitProgress(cluster, cluster.pods, SOME);
                Verdict.of(cluster, workload).nothingLost(cluster);
            }
        }
    }

    /** Rule 11: a third hears both, so that is no reason for an election, let alone for many. */
    @Test
    void oneCutCableBetweenTwoIsNoReasonForAnElection() {
        try (Cluster cluster = Cluster.of(3)) {
            Pod leader = cluster.start();
            List<Pod> others = cluster.without(leader);
            try (Workload workload = new Workload(List.of(leader, others.getFirst()), 2)) {
                workload.awaitProgress(cluster, List.of(leader, others.getFirst()), SOME);
                long epoch = cluster.epoch();
                cluster.network.cut(List.of(leader.address), List.of(others.getLast().address));
                cluster.until("the cut is noticed", () -> silent(others.getLast(), leader));
                // many times as long as it took to notice
                workload.awaitProgress(cluster, List.of(leader, others.getFirst()), 20 * SOME);
                assertThat(cluster.epoch()).as(cluster.logs()).isEqualTo(epoch);
                cluster.network.heal();
                Verdict.of(cluster, workload).nothingLost(cluster);
                assertThat(cluster.awaitSettled()).isSameAs(leader);
            }
        }
    }

    /** Whether a pod has not heard another for longer than the peer timeout. */
    private static boolean silent(Pod pod, Pod other) {
        var status = pod.status();
        return status != null
                && status.members().stream()
                        .filter(m -> m.address().toString().startsWith(other.address + ":"))
                        .anyMatch(m -> m.lastHeardMillis() == null || m.lastHeardMillis() > 2000);
    }

    /** A name server that is gone is no reason for anything, as long as the peers are heard. */
    @Test
    void dnsFailsForAll() {
        try (Cluster cluster = Cluster.of(3)) {
            Pod leader = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                long epoch = cluster.epoch();
                for (Behaviour behaviour : List.of(Behaviour.SERVFAIL, Behaviour.NXDOMAIN)) {
                    cluster.dns.behave(behaviour);
                    workload.awaitProgress(cluster, cluster.pods, 5 * SOME);
                }
                cluster.network.cut(List.of(Network.HUB_ADDRESS), Cluster.addresses(cluster.pods));
                workload.awaitProgress(cluster, cluster.pods, 10 * SOME);
                assertThat(cluster.epoch()).as(cluster.logs()).isEqualTo(epoch);
                cluster.network.heal();
                cluster.dns.behave(Behaviour.ANSWER);
                Verdict.of(cluster, workload).nothingLost(cluster);
                assertThat(cluster.awaitSettled()).isSameAs(leader);
            }
        }
    }

    /** Rule 13: with neither DNS nor a peer it serves no write, and says why. */
    @Test
    void aPodThatIsCutOffFromDnsAndPeersIsFenced() {
        try (Cluster cluster = Cluster.of(3)) {
            Pod first = cluster.start();
            try (Workload workload = new Workload(cluster.pods, 2)) {
                workload.awaitProgress(cluster, cluster.pods, SOME);
                List<Pod> others = cluster.without(first);
                List<String> rest = new java.util.ArrayList<>(Cluster.addresses(others));
                rest.add(Network.HUB_ADDRESS);
                cluster.network.cut(List.of(first.address), rest);
                workload.awaitProgress(cluster, others, SOME);
                cluster.until(first + " says FENCED", () -> first.says(NodeState.FENCED));
                long fenced = System.nanoTime();
                // one command of each client may have been under way
                cluster.until(
                        "its clients are told that there is no master",
                        () -> workload.ended(first) > 2 && first.says(NodeState.FENCED));
                workload.awaitProgress(cluster, others, 20 * SOME);
                assertThat(workload.acknowledgedSince(first, fenced))
                        .as("acknowledged by a fenced pod; %s", cluster.logs())
                        .isZero();
                assertThat(first.redisIsMaster()).as("the Redis of a fenced pod").isFalse();
                cluster.network.heal();
                workload.awaitProgress(cluster, cluster.pods, SOME);
                Verdict.of(cluster, workload)
                        .print()
                        .nothingLostSince(fenced, cluster)
                        .nothingDeniedIsThere(cluster);
            }
        }
    }

    /** Rule 8, after the fact: nobody demotes it but the leader that finds it again. */
    @Test
    void anOldMasterWithoutItsSidecarIsTakenOffDutyWhenTheCutHeals() {
        try (Cluster cluster = Cluster.of(3)) {
            Pod first = cluster.start();
            List<Pod> others = cluster.without(first);
            cluster.isolate(first);
            cluster.awaitSettled(others);
            first.killSidecar();
            assertThat(first.redisIsMaster()).isTrue();
            cluster.network.heal();
            cluster.until("the old master is off duty", () -> !first.redisIsMaster());
            first.startSidecar();
            cluster.awaitSettled();
        }
    }
}

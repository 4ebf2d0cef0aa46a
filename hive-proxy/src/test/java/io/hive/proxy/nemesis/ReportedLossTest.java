package io.hive.proxy.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.admin.Status;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What asynchronous replication loses is what Hive says was lost, to the byte. */
@Tag("nemesis")
class ReportedLossTest {
    private static final int SOME = 100;

    /**
     * The replicas do not get what the master acknowledges while the sidecars go on hearing each
     * other; then the master's pod dies with what it alone has.
     */
    @Test
    void whatOnlyTheDeadMasterHadIsReported() {
        try (Cluster cluster = Cluster.of(3)) {
            Pod first = cluster.start();
            List<Pod> others = cluster.without(first);
            try (Workload workload = new Workload(List.of(first), 2)) {
                workload.awaitProgress(cluster, List.of(first), SOME);
                cluster.network.cutReplication(first.address, Cluster.addresses(others));
                workload.awaitProgress(cluster, List.of(first), SOME);
                List<Write> writes = workload.stop();
                long had = offset(first);
                cluster.until(
                        "the others' sidecars know what the master has",
                        () -> others.stream().allMatch(pod -> knows(pod, first, had)));
                long held = others.stream().mapToLong(ReportedLossTest::offset).max().orElseThrow();
                assertThat(held).isLessThan(had);
                first.kill();
                Pod second = cluster.awaitSettled(others);
                long lost =
                        writes.stream()
                                .filter(w -> w.outcome() == Write.Outcome.ACKNOWLEDGED)
                                .filter(w -> second.direct(c -> c.command("GET", w.key())) == null)
                                .count();
                System.out.println(
                        "nemesis: "
                                + writes.size()
                                + " writes, acknowledged and lost "
                                + lost
                                + ", the master was "
                                + (had - held)
                                + " bytes ahead, reported "
                                + cluster.reportedLostBytes());
                assertThat(lost).isPositive();
                Status status = second.status();
                assertThat(status).isNotNull();
                assertThat(status.history().stream().mapToLong(Status.Change::lostBytes).sum())
                        .as("in the history; %s", cluster.logs())
                        .isEqualTo(had - held);
                assertThat((long) second.metric("hive_lost_bytes_total"))
                        .as("in the metrics")
                        .isEqualTo(had - held);
                cluster.network.heal();
            }
        }
    }

    private static long offset(Pod pod) {
        return Long.parseLong(pod.redisInfo("replication").getOrDefault("master_repl_offset", "0"));
    }

    /** Whether a sidecar was told that the master has that much; pings come on top of it. */
    private static boolean knows(Pod pod, Pod master, long offset) {
        Status status = pod.status();
        return status != null
                && status.members().stream()
                        .filter(m -> m.address().toString().startsWith(master.address + ":"))
                        .anyMatch(m -> m.redis() != null && m.redis().offset() >= offset);
    }
}

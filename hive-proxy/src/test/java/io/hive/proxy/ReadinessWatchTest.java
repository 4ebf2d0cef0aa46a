package io.hive.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.Standing;
import io.hive.core.node.BootId;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.core.redis.RedisVersion;
import io.hive.election.ElectionView;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadinessWatchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final ReplicationId ID = new ReplicationId("a".repeat(40));

    private final ReadinessWatch watch = new ReadinessWatch(Duration.ofSeconds(10));

    private static ElectionView view(
            NodeState state, Eligibility redis, boolean routed, boolean inSync) {
        Member self = new Member(NodeId.parse("127.0.0.1:3000", 3000), new BootId(1));
        RedisVersion version = new RedisVersion(7, 0, 15);
        Standing standing =
                new Standing(
                        self,
                        RedisEndpoint.parse("127.0.0.1:6379", 6379),
                        redis,
                        new Holding.Lineage(new Position(ID, 1)),
                        1,
                        100,
                        version,
                        0,
                        1,
                        null,
                        WriteRecord.NONE,
                        List.of());
        RedisReport report =
                redis == Eligibility.REDIS_LOST
                        ? null
                        : new RedisReport(
                                "run", version, null, ID, null, -1, 1, true, false, 1, 0, 100, 0,
                                null);
        return new ElectionView(
                self, state, 1, null, routed, inSync, standing, report, List.of(), "");
    }

    @Test
    void isReadyAsMasterAndAsReplicaInSync() {
        ElectionView master = view(NodeState.LEADING, Eligibility.ELIGIBLE, true, true);
        ElectionView replica = view(NodeState.FOLLOWING, Eligibility.ELIGIBLE, true, true);
        ElectionView behind = view(NodeState.FOLLOWING, Eligibility.ELIGIBLE, true, false);

        assertThat(watch.readiness(master, 0).ready()).isTrue();
        assertThat(watch.readiness(replica, 0).ready()).isTrue();
        assertThat(watch.readiness(behind, 0).ready()).isFalse();
    }

    @Test
    void aChangeOfMasterTakesItAwayOnlyAfterTheParkTimeout() {
        ElectionView before = view(NodeState.FOLLOWING, Eligibility.ELIGIBLE, true, true);
        ElectionView electing = view(NodeState.PROPOSING, Eligibility.ELIGIBLE, false, false);
        watch.observe(before, 5 * SECOND);
        watch.observe(electing, 6 * SECOND);

        assertThat(watch.readiness(electing, 14 * SECOND).ready()).isTrue();
        assertThat(watch.readiness(electing, 15 * SECOND).ready()).isFalse();
    }

    @Test
    void aLostRedisTakesItAwayAtOnceAndSoDoesDraining() {
        watch.observe(view(NodeState.LEADING, Eligibility.ELIGIBLE, true, true), SECOND);

        assertThat(
                        watch.readiness(
                                        view(
                                                NodeState.NOT_READY,
                                                Eligibility.REDIS_LOST,
                                                false,
                                                false),
                                        SECOND)
                                .ready())
                .isFalse();
        assertThat(
                        watch.readiness(
                                        view(NodeState.LEAVING, Eligibility.DRAINING, true, true),
                                        SECOND)
                                .ready())
                .isFalse();
    }

    @Test
    void aFencedNodeIsNotReadyWhateverItWas() {
        watch.observe(view(NodeState.LEADING, Eligibility.ELIGIBLE, true, true), SECOND);

        assertThat(
                        watch.readiness(
                                        view(NodeState.FENCED, Eligibility.NOT_READY, false, false),
                                        SECOND)
                                .ready())
                .isFalse();
    }
}

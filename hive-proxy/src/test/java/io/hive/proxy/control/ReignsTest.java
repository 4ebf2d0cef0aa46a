package io.hive.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.Standing;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisVersion;
import io.hive.election.Decision;
import io.hive.election.ElectionView;
import io.hive.proxy.metrics.ElectionEnd;
import io.hive.proxy.metrics.LeaderChange;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReignsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Member ONE = member(1);
    private static final Member TWO = member(2);
    private static final RedisEndpoint REDIS = new RedisEndpoint(IpAddress.parse("10.0.0.1"), 6379);

    private final Reigns reigns = new Reigns(Clock.fixed(NOW, ZoneOffset.UTC));
    private long millis;

    @Test
    void theFirstLeaderIsTheFirstWhateverItsRule() {
        assertThat(reigns.now()).isNull();
        leads(1, ONE, null, 9);
        assertThat(reigns.now()).isEqualTo(new Reigns.Reign(ONE.node(), NOW, LeaderChange.FIRST));
        assertThat(reigns.lastChange()).isEqualTo(LeaderChange.FIRST);
        assertThat(reigns.changes(LeaderChange.FIRST)).isEqualTo(1);
    }

    /** The rule that the next one is chosen by says nothing of why there had to be one. */
    @Test
    void whatEndedTheOneBeforeIsTheReason() {
        leads(1, ONE, null, 9);
        leads(1, ONE, ONE, 17);
        ends(ONE, 11);
        assertThat(reigns.now()).isNull();
        leads(2, TWO, null, 9);
        assertThat(reigns.lastChange()).isEqualTo(LeaderChange.LOST);
        ends(TWO, 4);
        leads(3, TWO, null, 9);
        assertThat(reigns.lastChange()).as("the same one anew").isEqualTo(LeaderChange.REDIS);
        leads(4, ONE, TWO, 20);
        assertThat(reigns.lastChange()).isEqualTo(LeaderChange.HANDOVER);
        ends(ONE, 13);
        leads(5, ONE, null, 9);
        assertThat(reigns.lastChange()).isEqualTo(LeaderChange.ISOLATED);
        for (LeaderChange why : LeaderChange.values()) {
            boolean happened =
                    switch (why) {
                        case FIRST, LOST, REDIS, HANDOVER, ISOLATED -> true;
                        case DRAINING, FROZEN, MERGE, OTHER -> false;
                    };
            assertThat(reigns.changes(why)).as("%s", why).isEqualTo(happened ? 1 : 0);
        }
    }

    @Test
    void electionsLastUntilThereIsALeaderOrTheyAreGivenUp() {
        state(NodeState.ALONE, null);
        state(NodeState.PROPOSING, null);
        millis += 100;
        state(NodeState.PROPOSING, null);
        millis += 100;
        state(NodeState.LEADING, new Leadership(1, ONE));
        millis += 100;
        state(NodeState.PROPOSING, null);
        millis += 50;
        state(NodeState.FOLLOWING, new Leadership(2, TWO));
        state(NodeState.PROPOSING, null);
        millis += 25;
        state(NodeState.ALONE, null);
        millis += 1000;
        state(NodeState.ALONE, null);
        assertThat(reigns.elections(ElectionEnd.LEADS).sumSeconds()).isEqualTo(0.2);
        assertThat(reigns.elections(ElectionEnd.FOLLOWS).sumSeconds()).isEqualTo(0.05);
        assertThat(reigns.elections(ElectionEnd.GIVEN_UP).sumSeconds()).isEqualTo(0.025);
    }

    private void leads(long epoch, Member leader, @Nullable Member before, int rule) {
        state(NodeState.FOLLOWING, new Leadership(epoch, leader));
        reigns.decided(decision(leader, before, rule));
    }

    private void ends(Member before, int rule) {
        state(NodeState.ALONE, null);
        reigns.decided(decision(null, before, rule));
    }

    private static Decision decision(@Nullable Member leader, @Nullable Member before, int rule) {
        return new Decision(
                NodeState.ALONE,
                NodeState.ALONE,
                leader == null ? null : leader.node(),
                before == null ? null : before.node(),
                1,
                "so",
                rule,
                0);
    }

    private void state(NodeState state, @Nullable Leadership leadership) {
        LeaderNotice notice =
                leadership == null
                        ? null
                        : new LeaderNotice(
                                leadership,
                                REDIS,
                                "run",
                                ReplicationUser.of(leadership.epoch(), "secret"),
                                List.of(),
                                List.of(),
                                0);
        reigns.viewed(
                new ElectionView(
                        ONE, state, 1, notice, true, true, standing(), null, List.of(), ""),
                millis * 1_000_000);
    }

    private static Standing standing() {
        return new Standing(
                ONE,
                REDIS,
                Eligibility.ELIGIBLE,
                new Holding.Empty(),
                0,
                100,
                RedisVersion.parse("7.0.15"),
                0,
                1,
                null,
                WriteRecord.NONE,
                List.of());
    }

    private static Member member(int number) {
        return new Member(NodeId.parse("10.0.0." + number, 3000), new BootId(number));
    }
}

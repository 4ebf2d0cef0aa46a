package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import io.hive.core.redis.RedisEndpoint;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 8: the lost leader's Redis is taken off duty first, and its tail waited for")
class Rule08OldMasterTest {
    private final Other leader = Other.node(1).leads(5).holds('b', 300, 100);
    private final Other third = Other.node(3).hears(leader.node()).holds('b', 300, 100);

    private Node lost() {
        Node node = Node.at(2);
        node.following(leader, leader.notice(5, Other.mark(5, 'b')), third);
        third.leaderless().hears();
        node.hears(third).loses(leader);
        return node.until(() -> !node.all(Effect.Operation.class).isEmpty(), third);
    }

    @Test
    void rule08_theOldMasterIsTakenOffDutyBeforeAnybodyIsAsked() {
        Node node = lost();

        assertThat(node.the(Effect.TakeOffDuty.class).master()).isEqualTo(leader.redis);
        assertThat(node.said(Solicit.class)).isEmpty();
        assertThat(node.all(Effect.Detach.class)).isEmpty();
    }

    @Test
    void rule08_itsLastWritesAreWaitedForByAllWhoStillStreamFromIt() {
        Position tail = new Position(Report.id('b'), 777);
        Node node = lost().ends(new Outcome.OffDuty(tail));

        assertThat(node.the(Effect.Detach.class).tail()).isEqualTo(tail);
        assertThat(node.said(Solicit.class, third)).extracting(Solicit::tail).containsExactly(tail);
    }

    @Test
    void rule08_whoIsAskedWaitsForTheTailBeforeItFreezes() {
        Position tail = new Position(Report.id('b'), 777);
        Node node = Node.at(2);
        node.following(leader, leader.notice(5, Other.mark(5, 'b')), third);
        third.leaderless().hears();
        node.hears(third).loses(leader);

        node.hears(third, new Solicit(6, Cause.LEADER_LOST, List.of(leader.leadership(5)), tail));

        assertThat(node.the(Effect.Detach.class).tail()).isEqualTo(tail);
        assertThat(node.the(Effect.Detach.class).boundNanos()).isLessThanOrEqualTo(500_000_000);
    }

    @Test
    void rule08_anOldMasterThatIsOutOfReachDoesNotStopTheElection() {
        Node node = lost().fails();

        assertThat(node.solicit().tail()).isNull();
        assertThat(node.the(Effect.TakeOffDuty.class).boundNanos()).isPositive();
    }

    @Test
    void rule08_aLeaderWhoseSidecarAnswersIsAskedAndNotTakenOffDuty() {
        Node node = Node.at(2);
        node.following(leader, leader.notice(5, Other.mark(5, 'b')), third);
        node.hears(third.leaderless().hears());
        node.hears(leader.leaderless());
        node.until(() -> !node.said(Solicit.class).isEmpty(), leader, third);

        assertThat(node.all(Effect.TakeOffDuty.class)).isEmpty();
        assertThat(node.said(Solicit.class, leader)).hasSize(1);
    }

    @Test
    void rule08_aSidecarThatCameBackTakesItsOwnServerOffDuty() {
        Node node = Node.at(2);
        node.following(leader, leader.notice(5, Other.mark(5, 'b')));

        node.step(new Input.PeerConnected(leader.reborn().member));

        assertThat(node.view().leader()).isNull();
        assertThat(node.all(Effect.TakeOffDuty.class)).isEmpty();
        assertThat(node.said(Solicit.class, leader)).hasSize(1);
    }

    @Test
    void rule08_theRouteIsClosedBeforeTheOldMasterIsTouched() {
        lost().inOrder(Effect.CloseRoute.class::isInstance, Effect.TakeOffDuty.class::isInstance);
    }

    @Test
    void rule08_aSidecarThatRestartedFindsTheOldMasterInItsOwnRedis() {
        Node node = Node.at(2).finds(leader);
        node.observes(Report.restored('b', 300, 100).following(leader.redis).up());

        node.until(() -> !node.all(Effect.Operation.class).isEmpty());

        assertThat(node.the(Effect.TakeOffDuty.class).master()).isEqualTo(leader.redis);
    }

    @Test
    void rule08_nobodyIsTakenOffDutyOnAColdStart() {
        Node node = Node.at(2).finds(third).meets(third.leaderless().hears());
        node.observes(Report.restored('b', 300, 100).following(RedisEndpoint.DEAD));

        node.until(() -> !node.said(Solicit.class).isEmpty(), third);

        assertThat(node.all(Effect.TakeOffDuty.class)).isEmpty();
    }

    /** It leads, and the lost leader's Redis could not be reached before. */
    private Node succeeded() {
        Node node = lost().fails().confirm();
        node.answered(third).confirm();
        assertThat(node.state()).isEqualTo(NodeState.LEADING);
        third.follows(node.leadership()).holds('b', 300, 100);
        node.observes(node.server).hears(third);
        return node.forget();
    }

    @Test
    void rule08_theNewLeaderGoesOnTryingToTakeTheOldMasterOffDuty() {
        Node node = succeeded().pass(900, third);
        assertThat(node.all(Effect.TakeOffDuty.class)).isEmpty();

        node.pass(200, third);
        assertThat(node.the(Effect.TakeOffDuty.class).master()).isEqualTo(leader.redis);
        assertThat(node.the(Effect.TakeOffDuty.class).lineage()).isEqualTo(Report.id('b'));
        assertThat(node.decisions(8)).hasSize(1);
        node.pass(10_000, third);
        assertThat(node.all(Effect.TakeOffDuty.class)).as("one at a time").hasSize(1);

        node.fails().pass(2_000, third);
        assertThat(node.all(Effect.TakeOffDuty.class)).hasSize(2);
        node.fails().pass(6_000, third);
        node.ends(new Outcome.OffDuty(new Position(Report.id('b'), 400)));
        assertThat(node.decisions(8)).hasSize(2);
        int attempts = node.all(Effect.TakeOffDuty.class).size();
        node.pass(60_000, third);
        assertThat(node.all(Effect.TakeOffDuty.class)).hasSize(attempts);
        assertThat(node.state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule08_itIsPacedAndEndsAfterAnHour() {
        Node node = succeeded();
        for (int minute = 0; minute < 59; minute++) {
            for (int i = 0; i < 12; i++) {
                node.pass(5_000, third);
                node.fails();
            }
        }
        assertThat(node.all(Effect.TakeOffDuty.class)).hasSizeBetween(500, 59 * 12 + 3);
        node.pass(120_000, third).fails().pass(10_000, third).forget();
        node.pass(60_000, third);
        assertThat(node.all(Effect.TakeOffDuty.class)).isEmpty();
    }

    /** Addresses are used again. */
    @Test
    void rule08_anothersRedisIsLeftAlone() {
        Node node = succeeded().pass(1_100, third);
        node.ends(new Outcome.LeftAlone("another lineage")).forget();

        node.pass(60_000, third);
        assertThat(node.all(Effect.TakeOffDuty.class)).isEmpty();
    }

    @Test
    void rule08_aSidecarThatComesBackSeesToItsRedisItself() {
        Node node = succeeded().pass(500, third);
        Other back = leader.reborn();
        node.step(new Input.PeerConnected(back.member));

        node.pass(60_000, third, back.untold(Eligibility.REDIS_LOST));
        assertThat(node.all(Effect.TakeOffDuty.class)).isEmpty();
    }

    /** An election that begins meanwhile is not answered by the attempt's outcome. */
    @Test
    void rule08_anAttemptThatIsOvertakenMeansNothing() {
        Node node = succeeded().pass(1_100, third);
        Effect.Operation attempt = node.the(Effect.TakeOffDuty.class);
        node.hears(third, new Solicit(20, Cause.MERGE, List.of(node.leadership()), null));
        assertThat(node.operation()).isInstanceOf(Effect.Detach.class);

        node.ends(attempt, new Outcome.OffDuty(new Position(Report.id('b'), 400)));
        assertThat(node.state()).isEqualTo(NodeState.PROPOSING);
        node.confirm();
        assertThat(node.said(Answer.class, third)).hasSize(1);
    }
}

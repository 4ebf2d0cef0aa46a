package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Refusal.Reason;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.Observation;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName(
        "Rule 7: a member closes its route, takes its Redis off the master, and only then answers")
class Rule07FrozenAnswersTest {
    private final Other leader = Other.node(1).leads(5).holds('b', 300, 100);
    private final Other candidate = Other.node(3).hears(leader.node());

    private Node follower() {
        Node node = Node.at(2);
        return node.following(leader, leader.notice(5, Other.mark(5, 'b')), candidate);
    }

    private Solicit solicit() {
        return new Solicit(6, Cause.LEADER_LOST, List.of(leader.leadership(5)), null);
    }

    /** The leader is gone, and a peer asks before this node does. */
    private Node asked() {
        Node node = follower();
        candidate.leaderless().hears();
        node.hears(candidate);
        node.loses(leader).hears(candidate, solicit());
        return node;
    }

    @Test
    void rule07_theRouteToTheOldMasterIsClosedBeforeRedisIsTakenOffItAndBeforeTheAnswer() {
        Node node = asked().confirm();

        node.inOrder(Effect.CloseRoute.class::isInstance, Effect.Detach.class::isInstance);
        node.inOrder(Effect.Detach.class::isInstance, e -> says(e, Answer.class));
        assertThat(node.view().routed()).isFalse();
    }

    private static boolean says(Effect effect, Class<?> type) {
        return effect instanceof Effect.Send send && type.isInstance(send.message());
    }

    @Test
    void rule07_whoIsAskedWhileItServesClosesItsRouteBeforeRedisIsTouched() {
        Node node = follower();

        node.hears(candidate, new Solicit(6, Cause.MERGE, List.of(leader.leadership(5)), null));

        node.inOrder(Effect.CloseRoute.class::isInstance, Effect.Detach.class::isInstance);
        assertThat(node.view().routed()).isFalse();
    }

    @Test
    void rule07_nothingIsAnsweredBeforeRedisIsFrozen() {
        Node node = asked();
        assertThat(node.said(Answer.class)).isEmpty();

        assertThat(node.confirm().said(Answer.class, candidate)).hasSize(1);
    }

    @Test
    void rule07_theAnswerIsTheOffsetAfterTheFreezeNotTheOneSeenBefore() {
        Node node = asked();
        node.server.at('b', 340);

        node.confirm();

        assertThat(node.said(Answer.class).getLast().standing().holding())
                .isEqualTo(new Holding.Lineage(new Position(Report.id('b'), 340)));
    }

    @Test
    void rule07_theCandidateWeighsItsOwnOffsetAfterTheFreeze() {
        Node node = Node.at(2).finds(candidate).meets(candidate.leaderless().hears());
        node.observes(Report.restored('b', 300, 100));
        candidate.holds('b', 320, 100);
        node.server.at('b', 340);

        node.confirm().answered(candidate);

        assertThat(node.promotes()).isTrue();
    }

    @Test
    void rule07_whatCannotBeFrozenIsNotReported() {
        Node node = asked().fails();

        assertThat(node.said(Answer.class)).isEmpty();
        assertThat(node.refusal(candidate)).isEqualTo(new Refusal(6, Reason.NOT_FROZEN, 6, null));
    }

    @Test
    void rule07_aMemberWithoutARedisAnswersThatItHasNotTold() {
        Node node = follower();
        candidate.leaderless().hears();
        node.hears(candidate).loses(leader);
        node.observes(new Observation.Lost("refused")).hears(candidate, solicit());

        assertThat(node.said(Answer.class).getLast().standing().holding())
                .isEqualTo(new Holding.Untold());
    }

    @Test
    void rule07_whoHasAnsweredDoesNotFollowAnOlderLeaderAnyMore() {
        Node node = asked().confirm().forget();

        node.meets(leader).hears(leader, leader.notice(5, Other.mark(5, 'b')));

        assertThat(node.all(Effect.Follow.class)).isEmpty();
        assertThat(node.state()).isEqualTo(NodeState.PROPOSING);
    }

    @Test
    void rule07_theWinnerIsFollowedByThoseWhoseDataItWeighed() {
        Node node = asked().confirm().forget();
        node.server.at('b', 300);

        node.hears(
                candidate,
                candidate.notice(6, Other.mark(6, 'c', 'b', 250), candidate.node(), node.node()));

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(candidate.redis);
        assertThat(node.said(Solicit.class)).isEmpty();
    }

    @Test
    void rule07_aRedisThatRestartedSinceItsAnswerWasNotWeighed() {
        Node node = asked().confirm().forget();
        node.observes(Report.restored('b', 300, 100).run("run-2"));

        node.hears(candidate);
        node.hears(
                candidate,
                candidate.notice(6, Other.mark(6, 'c', 'b', 250), candidate.node(), node.node()));

        assertThat(node.all(Effect.Follow.class)).isEmpty();
        assertThat(node.solicit().cause()).isEqualTo(Cause.MERGE);
    }
}

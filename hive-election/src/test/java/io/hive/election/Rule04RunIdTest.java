package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import io.hive.core.redis.RedisEndpoint;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 4: a leadership is bound to a run_id; repair demotes and never promotes")
class Rule04RunIdTest {
    private final Other replica = Other.node(2);

    private Node leading() {
        Node node = Node.at(1);
        node.server = Report.restored('a', 100, 10);
        return node.leading(replica);
    }

    @Test
    void rule04_aRestartedEmptyRedisEndsTheLeadershipAndIsNotPutRight() {
        Node node = leading();

        node.observes(Report.fresh().run("run-2"));

        node.inOrder(Effect.CloseRoute.class::isInstance, e -> e instanceof Effect.Report);
        assertThat(node.state()).isNotEqualTo(NodeState.LEADING);
        assertThat(node.view().leader()).isNull();
        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule04_aRestartedRedisThatCameUpAsMasterIsTakenOffDuty() {
        Node node = leading();

        node.observes(Report.master('b', 0, 0).run("run-2"));

        node.inOrder(Effect.CloseRoute.class::isInstance, Effect.Detach.class::isInstance);
        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule04_aLeaderWhoseRedisSomebodyMadeAReplicaResigns() {
        Node node = leading();

        node.observes(node.server.following(RedisEndpoint.DEAD));

        assertThat(node.view().leader()).isNull();
        assertThat(node.all(Effect.CloseRoute.class)).hasSize(1);
        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule04_aMasterWithoutALeadershipIsDemoted() {
        Node node = Node.at(1).finds(replica).observes(Report.master('a', 5, 3));

        assertThat(node.operation()).isInstanceOf(Effect.Detach.class);
    }

    @Test
    void rule04_aDemotionThatFailsIsNotTriedAgainAtOnce() {
        Node node = Node.at(1).finds(replica).observes(Report.master('a', 5, 3)).forget();

        node.fails();
        assertThat(node.all(Effect.Detach.class)).isEmpty();

        node.pass(1000);
        assertThat(node.all(Effect.Detach.class)).hasSize(1);
    }

    @Test
    void rule04_theProcessThatWasFrozenIsTheOneToBePromoted() {
        Node node = Node.at(1).finds(replica).meets(replica);
        node.observes(Report.restored('a', 100, 10));
        node.confirm().answered(replica);

        assertThat(node.the(Effect.Promote.class).runId()).isEqualTo("run-1");
    }

    @Test
    void rule04_aCandidateWhoseRedisRestartedAfterItFrozeIsNotPromoted() {
        Node node = Node.at(1).finds(replica).meets(replica);
        node.observes(Report.restored('a', 100, 10));
        node.confirm();
        node.observes(Report.fresh().run("run-2"));
        node.answered(replica);

        assertThat(node.promotes()).isFalse();
        assertThat(node.state()).isNotEqualTo(NodeState.LEADING);
    }

    @Test
    void rule04_aNomineeWhoseRedisRestartedAfterItAnsweredIsNotPromoted() {
        Other candidate = Other.node(1);
        Node node = Node.at(2).finds(candidate).meets(candidate);
        node.observes(Report.restored('a', 100, 10));
        node.hears(candidate, new Solicit(7, Cause.LEADER_LOST, List.of(), null));
        node.confirm();
        var frozen = node.standing();
        node.observes(Report.fresh().run("run-2"));

        node.hears(
                candidate,
                new Nomination(
                        7, Cause.LEADER_LOST, List.of(), List.of(candidate.standing(), frozen)));

        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule04_aPromotionThatIsNotConfirmedLeadsNobody() {
        Node node = Node.at(1).finds(replica).meets(replica);
        node.observes(Report.restored('a', 100, 10));
        node.confirm().answered(replica).forget();

        node.ends(new Outcome.Confirmed(node.report()));

        assertThat(node.state()).isNotEqualTo(NodeState.LEADING);
        assertThat(node.all(Effect.OpenRoute.class)).isEmpty();
        assertThat(node.said(LeaderNotice.class)).isEmpty();
    }

    @Test
    void rule04_theRouteOpensOnlyOnceThePromotionWasConfirmed() {
        Node node = Node.at(1).finds(replica).meets(replica);
        node.observes(Report.restored('a', 100, 10));
        node.confirm().answered(replica);
        assertThat(node.promotes()).isTrue();
        assertThat(node.all(Effect.OpenRoute.class)).isEmpty();
        assertThat(node.said(LeaderNotice.class)).isEmpty();

        node.confirm();

        assertThat(node.the(Effect.OpenRoute.class).master()).isEqualTo(node.redis);
        assertThat(node.said(LeaderNotice.class, replica)).hasSize(1);
    }

    @Test
    void rule04_aLateOutcomeOfAnOlderOperationChangesNothing() {
        Node node = Node.at(1).finds(replica).meets(replica);
        node.observes(Report.restored('a', 100, 10));
        Effect.Operation freeze = node.operation();
        node.confirm().answered(replica);
        assertThat(node.promotes()).isTrue();

        node.ends(freeze, new Outcome.Confirmed(Report.master('c', 1, 0).build()));

        assertThat(node.state()).isEqualTo(NodeState.PROPOSING);
        assertThat(node.all(Effect.OpenRoute.class)).isEmpty();
    }

    @Test
    void rule04_aReplicaThatDriftedIsPutBackToItsLeader() {
        Other leader = Other.node(1).leads(5).holds('a', 900, 9);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'a')));
        node.pass(500, leader).forget();

        node.observes(node.server.following(replica.redis));

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(leader.redis);
        assertThat(node.promotes()).isFalse();
    }
}

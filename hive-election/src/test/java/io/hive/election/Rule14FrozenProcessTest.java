package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.LineageMark;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 14: a process that stood still is not ready, and asks before it acts")
class Rule14FrozenProcessTest {
    private final Other peer = Other.node(1);

    private Node leading() {
        Node node = Node.at(2);
        node.server = Report.restored('a', 100, 10);
        return node.leading(peer);
    }

    @Test
    void rule14_aLeaderThatStoodStillLongerThanThePeerTimeoutResignsFirstOfAll() {
        Node node = leading().freeze(1100);

        assertThat(node.effects().getFirst()).isInstanceOf(Effect.CloseRoute.class);
        assertThat(node.view().leader()).isNull();
        assertThat(node.state()).isEqualTo(NodeState.NOT_READY);
        assertThat(node.all(Effect.RenewRoute.class)).isEmpty();
        assertThat(node.all(Effect.Report.class).getFirst().decision().to())
                .as("the state that the log shows")
                .isEqualTo(NodeState.NOT_READY);
    }

    @Test
    void rule14_aLateTickWithinThePeerTimeoutIsNothing() {
        assertThat(leading().freeze(900).state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule14_itHearsTheOthersBeforeItStartsAnElection() {
        Node node = leading().freeze(1100);
        node.confirm();

        node.pass(350, peer.leaderless());
        assertThat(node.said(Solicit.class)).isEmpty();
        node.pass(150, peer);
        assertThat(node.said(Solicit.class)).isNotEmpty();
    }

    @Test
    void rule14_itFollowsWhoeverWasElectedMeanwhile() {
        Node node = leading();
        node.freeze(5000).confirm();
        peer.leads(9).holds('b', 200, 12);

        node.hears(peer);
        LineageMark child = new LineageMark(9, Report.id('b'), node.report().replicationId(), 1000);
        node.hears(peer, peer.notice(9, child));

        assertThat(node.leadership()).isEqualTo(peer.leadership(9));
        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule14_whatAPeerSaidBeforeTheFreezeIsNotBelievedAfterIt() {
        Other third = Other.node(3).hears(Other.nodeId(1));
        Other leader = Other.node(1).leads(5).holds('b', 300, 100);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'b')), third);
        node.forget().freeze(3000);

        assertThat(node.view().leader()).isNull();
        assertThat(node.all(Effect.CloseRoute.class)).hasSize(1);
        node.pass(350);
        assertThat(node.all(Effect.Operation.class)).isEmpty();
        node.pass(100);
        assertThat(node.all(Effect.Operation.class))
                .as("that the third heard the leader was long ago")
                .isNotEmpty();
    }

    @Test
    void rule14_aCandidateThatStoodStillDoesNotCountOldAnswers() {
        Node node = Node.at(2).finds(peer).meets(peer).observes(Report.restored('a', 100, 10));
        long epoch = node.solicit().epoch();
        node.confirm().freeze(1100);

        node.hears(peer, peer.answer(epoch));

        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule14_aPromotionThatEndsAfterTheFreezeIsNotALeadership() {
        Node node = Node.at(2).finds(peer).meets(peer).observes(Report.restored('a', 100, 10));
        node.confirm().answered(peer);
        Effect.Operation promotion = node.operation();
        assertThat(promotion).isInstanceOf(Effect.Promote.class);
        node.freeze(1100);

        node.server.promoted(Report.id('c'), "hive-replication-1");
        node.ends(promotion, new Outcome.Confirmed(node.report()));

        assertThat(node.view().leader()).isNull();
        assertThat(node.said(LeaderNotice.class)).isEmpty();
        node.observes(node.server);
        assertThat(node.operation())
                .as("and its Redis is demoted")
                .isInstanceOf(Effect.Detach.class);
    }

    @Test
    void rule14_theRouteHasALeaseThatOnlyTicksRenew() {
        Node node = leading();

        node.hears(peer).observes(node.server);
        assertThat(node.all(Effect.RenewRoute.class)).isEmpty();

        node.tick();
        assertThat(node.the(Effect.RenewRoute.class).leaseNanos() - node.now())
                .isPositive()
                .isLessThanOrEqualTo(ElectionSettings.defaults().peerTimeoutNanos());
        assertThat(node.the(Effect.RenewRoute.class).leadership()).isEqualTo(node.leadership());
    }

    @Test
    void rule14_theLeaseOfAnOpenedRouteEndsWithinThePeerTimeout() {
        Node node = Node.at(2).finds(peer).meets(peer).observes(Report.restored('a', 100, 10));
        node.confirm().answered(peer).confirm();

        assertThat(node.the(Effect.OpenRoute.class).leaseNanos() - node.now())
                .isPositive()
                .isLessThanOrEqualTo(ElectionSettings.defaults().peerTimeoutNanos());
    }

    @Test
    void rule14_aClosedRouteIsNotRenewed() {
        Node node = leading();
        node.observes(Report.fresh().run("run-2")).forget().pass(500, peer);

        assertThat(node.all(Effect.RenewRoute.class)).isEmpty();
    }
}

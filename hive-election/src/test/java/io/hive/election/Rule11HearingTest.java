package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Refusal.Reason;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 11: no election while a live peer hears the leader")
class Rule11HearingTest {
    private final Other leader = Other.node(1).leads(5).holds('b', 300, 100);
    private final Other third = Other.node(3).hears(leader.node()).holds('b', 300, 100);
    private final LeaderNotice notice = leader.notice(5, Other.mark(5, 'b'));

    private Node follower() {
        return Node.at(2).following(leader, notice, third);
    }

    @Test
    void rule11_oneCutLinkOfThreeIsNoTakeover() {
        Node node = follower().loses(leader);

        node.pass(5000, third);

        assertThat(node.leadership()).isEqualTo(leader.leadership(5));
        assertThat(node.view().routed()).isTrue();
        assertThat(node.said(Solicit.class)).isEmpty();
    }

    @Test
    void rule11_whoHearsTheLeaderOnlyThroughAPeerIsProvedInSyncByWhatThePeerHasApplied() {
        Node node = follower().loses(leader);
        node.observes(node.server.down());
        node.observes(node.server.up());
        assertThat(node.view().inSync()).isFalse();

        node.hears(third);

        assertThat(node.view().inSync()).isTrue();
    }

    @Test
    void rule11_whenThePeerHearsTheLeaderNoMoreEitherThereIsAnElection() {
        Node node = follower().loses(leader);

        node.hears(third.hears());
        assertThat(node.view().leader()).isNull();
        assertThat(node.all(Effect.CloseRoute.class)).hasSize(1);

        node.until(() -> !node.all(Effect.TakeOffDuty.class).isEmpty(), third.leaderless());
    }

    @Test
    void rule11_aLeaderThatFellSilentIsLostAfterThePeerTimeout() {
        Node node = follower();

        node.pass(800, third);
        assertThat(node.view().leader()).isNotNull();
        node.pass(500, third.hears());

        assertThat(node.view().leader()).isNull();
    }

    @Test
    void rule11_whoHearsTheLeaderRefusesACandidateThatDoesNot() {
        Node node = follower();

        node.hears(third, new Solicit(6, Cause.LEADER_LOST, List.of(leader.leadership(5)), null));

        assertThat(node.refusal(third))
                .isEqualTo(new Refusal(6, Reason.LEADER_HEARD, 6, leader.node()));
        assertThat(node.all(Effect.Detach.class)).isEmpty();
        assertThat(node.view().routed()).isTrue();
    }

    @Test
    void rule11_aLeaderRefusesToBeVotedOut() {
        Node node = Node.at(2);
        node.leading(third.leaderless().empty());

        node.hears(third, new Solicit(60, Cause.LEADER_LOST, List.of(node.leadership()), null));

        assertThat(node.refusal(third).reason()).isEqualTo(Reason.LEADER_HEARD);
        assertThat(node.state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule11_aCandidateThatMeetsWhoHearsTheLeaderGivesUp() {
        Node node = Node.at(2).finds(third).meets(third.leaderless().hears());
        node.observes(Report.restored('b', 300, 100));
        long epoch = node.solicit().epoch();

        node.hears(third, new Refusal(epoch, Reason.LEADER_HEARD, epoch, leader.node()));

        assertThat(node.state()).isEqualTo(NodeState.ALONE);
        assertThat(node.waits()).contains("hears a leader");
    }

    @Test
    void rule11_nobodyAsksWhileAPeerSaysThatItHearsALeader() {
        Node node = Node.at(2).finds(third).meets(third.follows(leader.leadership(5)));

        node.observes(Report.restored('b', 300, 100)).pass(15_000, third);

        assertThat(node.said(Solicit.class)).isEmpty();
        assertThat(node.waits()).contains("hears a leader");
    }

    @Test
    void rule11_aPeerThatHasNotNoticedIsNotBelievedAgainstTheLeaderItself() {
        Node node = follower();
        node.hears(third);

        node.hears(leader.leaderless());

        assertThat(node.view().leader()).isNull();
        node.until(() -> !node.said(Solicit.class).isEmpty(), leader, third);
    }

    @Test
    void rule11_aLeaderThatRestartedItsSidecarLeadsNoMore() {
        Node node = follower();

        node.meets(leader.reborn());

        assertThat(node.view().leader()).isNull();
    }

    @Test
    void rule11_whoDoesNotHearTheLeaderIsToldByWhoDoes() {
        Other late = Other.node(4);
        Node node = follower().meets(late).forget();

        node.hears(late);

        assertThat(node.said(LeaderNotice.class, late)).containsExactly(notice);
        node.forget().hears(late.hears(leader.node()));
        assertThat(node.said(LeaderNotice.class, late)).isEmpty();
    }

    @Test
    void rule11_ofTwoLeadersThatCannotHearEachOtherTheOneWithMoreSupportStays() {
        Other rival = Other.node(4).leads(6).holds('d', 10, 10);
        Node node = follower().meets(rival).forget();

        node.hears(rival, rival.notice(6, Other.mark(6, 'd')));

        assertThat(node.leadership()).isEqualTo(leader.leadership(5));
        assertThat(node.said(LeaderNotice.class, rival)).containsExactly(notice);
        assertThat(node.all(Effect.Follow.class)).isEmpty();
    }

    @Test
    void rule11_theOneWithLessSupportResignsThoughItsEpochIsHigher() {
        // this node leads in a later epoch; whom it cannot hear leads the one that both hear
        Other common = Other.node(3);
        Node node = Node.at(4);
        node.server = Report.restored('d', 10, 10);
        common.saw(8);
        node.leading(common);
        assertThat(node.leadership().epoch()).isGreaterThan(5);
        node.hears(common.follows(leader.leadership(5)).hears(leader.node(), node.node()));

        node.hears(common, notice);

        assertThat(node.leadership()).isEqualTo(leader.leadership(5));
        assertThat(node.all(Effect.CloseRoute.class)).hasSize(1);
        node.inOrder(Effect.CloseRoute.class::isInstance, Effect.OpenRoute.class::isInstance);
        assertThat(node.all(Effect.Follow.class))
                .as("its data was not weighed, and the leader may yet be heard")
                .isEmpty();
        assertThat(node.operation()).isInstanceOf(Effect.Detach.class);
    }

    @Test
    void rule11_ofEqualsTheOneThatMoreMembersHearLeads() {
        Other deaf = Other.node(1).hearers(1);
        Other heard = Other.node(2).hearers(3);
        var standings = List.of(deaf.standing(), heard.standing());

        assertThat(new Ranking(new Lineages(), standings, 0).choose(standings).winner())
                .isEqualTo(heard.standing());
    }

    @Test
    void rule11_heartbeatsCarryWhomThisNodeHearsAndLeaveOutTheSilent() {
        Node node = follower();
        assertThat(node.tick().step(new Input.Tick()).view().peers()).hasSize(2);

        node.pass(1300, leader);

        assertThat(node.heartbeat().hears()).containsExactly(leader.node());
    }

    /** Its refusal may be lost, and its leadership younger than the question. */
    @Test
    void rule11_aCandidateDoesNotLeadBesideALeaderThatItHears() {
        Node node = Node.at(2).finds(third).meets(third.leaderless().saw(5).hears());
        node.observes(Report.restored('b', 300, 100));
        long epoch = node.solicit().epoch();
        node.confirm();

        third.leads(epoch - 1);
        node.pass(700, third);

        assertThat(node.promotes()).isFalse();
        assertThat(node.all(Effect.Report.class).stream().map(r -> r.decision().reason()))
                .anyMatch(reason -> reason.contains(third.node() + " hears a leader"));
    }
}

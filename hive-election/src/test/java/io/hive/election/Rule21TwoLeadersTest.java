package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.LineageMark;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.message.Standing;
import io.hive.core.redis.RedisReport;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 21: two leaders that meet both stop, exchange frozen numbers, then decide")
class Rule21TwoLeadersTest {
    private final Other rival = Other.node(1).leads(9).holds('d', 400, 40);

    private Node leading() {
        Node node = Node.at(2);
        node.server = Report.restored('a', 100, 10);
        return node.leading();
    }

    private Node met() {
        Node node = leading().finds(rival).meets(rival);
        return node.hears(rival, rival.notice(9, Other.mark(9, 'd')));
    }

    @Test
    void rule21_aLeaderTellsAnotherOneThatItLeads() {
        Node node = leading().meets(rival);

        assertThat(node.said(LeaderNotice.class, rival)).contains(node.notice());
    }

    @Test
    void rule21_aLeaderThatMeetsAnotherStopsServingWhoeverIsLater() {
        Node later = met();
        assertThat(later.view().leader()).isNull();
        assertThat(later.view().routed()).isFalse();
        later.inOrder(Effect.CloseRoute.class::isInstance, Effect.Detach.class::isInstance);

        Other old = Other.node(1).leads(1).holds('d', 400, 40);
        Node node = Node.at(2);
        node.server = Report.restored('a', 100, 10);
        node.meets(old.leaderless().saw(50)).loses(old);
        node.leading();
        node.finds(old.leads(1)).meets(old).hears(old, old.notice(1, Other.mark(1, 'd')));
        assertThat(node.decisions(21)).isNotEmpty();
        assertThat(node.view().routed()).isFalse();
    }

    @Test
    void rule21_nobodyFollowsTheOtherBeforeTheNumbersAreFrozen() {
        assertThat(met().all(Effect.Follow.class)).isEmpty();
    }

    /** Its last report was from before its last writes: by that it would be part of the other. */
    @Test
    void rule21_aLeaderThatStepsBackWeighsWhatItHoldsOnceItIsFrozen() {
        Node node = leading();
        RedisReport last = node.report();
        long offset = last.masterOffset();
        LineageMark fork = new LineageMark(9, Report.id('d'), last.replicationId(), offset + 1);
        Other third = Other.node(3).follows(rival.leadership(9)).hears(rival.node());
        node.meets(third).hears(third).forget();
        node.hears(third, rival.notice(9, fork));
        assertThat(node.leadership()).as("two support the other").isEqualTo(rival.leadership(9));

        node.server.at(last.replicationId(), offset + 50);
        node.confirm().meets(rival).hears(rival).pass(200, rival, third);

        assertThat(node.all(Effect.Follow.class)).isEmpty();
        assertThat(node.solicit().cause()).isEqualTo(Cause.MERGE);
    }

    @Test
    void rule21_theWinnerTakesAnEpochAboveBoth() {
        Node node = met();
        rival.leaderless();
        node.hears(rival).until(() -> !node.said(Solicit.class).isEmpty(), rival);

        assertThat(node.solicit().epoch()).isGreaterThan(9);
    }

    @Test
    void rule21_aLeaderEndsItsLeadershipForAMergeThatNamesIt() {
        Node node = leading().meets(rival.leaderless());
        Solicit merge = new Solicit(10, Cause.MERGE, List.of(node.leadership()), null);
        node.forget().hears(rival, merge);

        node.inOrder(Effect.CloseRoute.class::isInstance, Effect.Detach.class::isInstance);
        assertThat(node.said(Answer.class)).isEmpty();
        assertThat(node.confirm().said(Answer.class, rival)).hasSize(1);
    }

    @Test
    void rule21_aMergeThatNamesAnotherLeadershipIsRefused() {
        Node node = leading().meets(rival.leaderless());

        node.hears(rival, new Solicit(10, Cause.MERGE, List.of(rival.leadership(3)), null));

        assertThat(node.refusal(rival)).isNotNull();
        assertThat(node.view().routed()).isTrue();
    }

    @Test
    void rule21_theFollowersOfALeaderJoinItsMerge() {
        Other leader = Other.node(3).leads(5).holds('b', 300, 100);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'b')));
        node.meets(rival.leaderless());

        node.hears(rival, new Solicit(10, Cause.MERGE, List.of(leader.leadership(5)), null));

        node.inOrder(Effect.CloseRoute.class::isInstance, Effect.Detach.class::isInstance);
        assertThat(node.confirm().said(Answer.class, rival)).hasSize(1);
    }

    @Test
    void rule21_aNoticeOfALowerEpochIsHeardToo() {
        Node node = Node.at(2);
        node.server = Report.restored('a', 100, 10);
        node.meets(rival.leaderless().saw(50)).loses(rival);
        node.leading();
        assertThat(node.leadership().epoch()).isEqualTo(51);

        node.finds(rival.leads(9)).meets(rival);
        node.hears(rival, rival.notice(9, Other.mark(9, 'd')));

        assertThat(node.view().leader()).isNull();
    }

    @Test
    void rule21_theLoserFollowsTheWinnerThatWeighedItsNumbers() {
        Node node = met();
        rival.leaderless();
        node.hears(rival, new Solicit(70, Cause.LEADER_LOST, List.of(), null)).confirm().forget();

        node.hears(rival.leads(70));
        node.hears(rival, rival.notice(70, Other.mark(70, 'e', 'd', 401), node.node()));

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(rival.redis);
        assertThat(node.said(Solicit.class)).isEmpty();
    }

    /** A third has met this one alone: what it was told to lead with would meet the other again. */
    @Test
    void rule21_whoHasMetALeaderIsNotMadeToLeadWithoutItsAnswer() {
        Node node = met();
        rival.leaderless();
        Other third = Other.node(3).holds(node.report().replicationId(), 50, 10);
        node.hears(rival).meets(third.leaderless());
        node.hears(third, new Solicit(70, Cause.LEADER_LOST, List.of(), null)).confirm();
        Standing own = node.said(Answer.class, third).getLast().standing();
        node.forget();

        node.hears(
                third,
                new Nomination(70, Cause.LEADER_LOST, List.of(), List.of(own, third.standing())));

        assertThat(node.promotes()).isFalse();
        assertThat(node.solicit().epoch()).isEqualTo(71);
        assertThat(node.said(Solicit.class, rival)).hasSize(1);
    }

    /** Each may still have the other's word that it leads, and would follow who follows it. */
    @Test
    void rule21_anEmptyLeaderDoesNotFollowTheOneThatItHasJustMet() {
        Node node = Node.at(2);
        Other third = Other.node(3);
        node.leading(third);
        node.meets(rival).hears(rival, rival.notice(9, Other.mark(9, 'd')));
        node.hears(rival, rival.notice(9, Other.mark(9, 'd'))).confirm();
        node.pass(500, rival);
        assertThat(node.all(Effect.Follow.class)).isEmpty();

        node.pass(1_000, rival);

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(rival.redis);
    }
}

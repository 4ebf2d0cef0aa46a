package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.FeedRequest;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Refusal.Reason;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 6: epoch + 1, everybody is asked and answers once, the best leads")
class Rule06ProtocolTest {
    private final Other low = Other.node(1);
    private final Other high = Other.node(9);

    private static Solicit solicit(long epoch) {
        return new Solicit(epoch, Cause.COLD_START, List.of(), null);
    }

    /** A candidate between a lower and a higher address, with the most data. */
    private Node candidate() {
        Node node = Node.at(5).finds(low, high).meets(low.saw(41), high.saw(40));
        return node.observes(Report.restored('a', 100, 10));
    }

    @Test
    void rule06_theCandidateTakesTheNextEpochAndAsksEverybodyThatIsConnected() {
        Node node = candidate();

        assertThat(node.said(Solicit.class, low)).extracting(Solicit::epoch).containsExactly(42L);
        assertThat(node.said(Solicit.class, high)).extracting(Solicit::epoch).containsExactly(42L);
        assertThat(node.view().epoch()).isEqualTo(42);
    }

    @Test
    void rule06_nobodyLeadsBeforeAllHaveAnswered() {
        Node node = candidate().confirm();
        node.answered(low);
        assertThat(node.promotes()).isFalse();

        node.answered(high);

        assertThat(node.the(Effect.Promote.class).leadership().epoch()).isEqualTo(42);
        assertThat(node.the(Effect.Promote.class).leadership().leader()).isEqualTo(node.self);
    }

    @Test
    void rule06_nobodyLeadsBeforeItsOwnRedisIsFrozen() {
        Node node = candidate().answered(low, high);
        assertThat(node.promotes()).isFalse();

        assertThat(node.confirm().promotes()).isTrue();
    }

    @Test
    void rule06_aMemberThatNeverAnswersIsWaitedForUntilTheDeadline() {
        Node node = candidate().confirm().answered(low);

        node.pass(450, low, high);
        assertThat(node.promotes()).isFalse();
        node.pass(100, low, high);
        assertThat(node.promotes()).isTrue();
    }

    @Test
    void rule06_aMemberThatGoesAwayIsNotWaitedFor() {
        Node node = candidate().confirm().answered(low).loses(high);

        assertThat(node.promotes()).isTrue();
    }

    @Test
    void rule06_aMemberThatComesBackInAnotherLifeIsNotWaitedFor() {
        Node node = candidate().confirm().answered(low).meets(high.reborn());

        assertThat(node.promotes()).isTrue();
    }

    @Test
    void rule06_anAnswerOfAnotherEpochIsNotCounted() {
        Node node = candidate().confirm().answered(low);

        node.hears(high, high.answer(41));

        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule06_whoHoldsMoreIsNominatedByTheCandidate() {
        Node node = candidate().confirm();
        high.holds('a', 200, 20);

        node.answered(low, high);

        Nomination nomination = node.said(Nomination.class, high).getLast();
        assertThat(nomination.epoch()).isEqualTo(42);
        assertThat(nomination.answers()).hasSize(3).contains(high.standing());
        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule06_aNomineeLeadsInTheEpochOfTheAnswers() {
        Node node = Node.at(5).finds(low).meets(low).observes(Report.restored('a', 100, 10));
        node.hears(low, solicit(70)).confirm();

        node.hears(
                low,
                new Nomination(
                        70, Cause.COLD_START, List.of(), List.of(low.standing(), node.standing())));
        node.confirm();

        assertThat(node.leadership()).isEqualTo(new Leadership(70, node.self));
        assertThat(node.notice().heard()).containsExactly(low.node(), node.node());
    }

    @Test
    void rule06_aNominationInAnEpochThatWasNotAnsweredIsNothing() {
        Node node = Node.at(5).finds(low).meets(low).observes(Report.restored('a', 100, 10));
        node.hears(low, solicit(70)).confirm();

        node.hears(
                low,
                new Nomination(
                        69, Cause.COLD_START, List.of(), List.of(low.standing(), node.standing())));

        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule06_aSecondCandidateOfTheEpochGetsTheNameOfTheFirst() {
        Node node = Node.at(5).finds(low, high).meets(low, high);
        node.observes(Report.restored('a', 100, 10));
        node.hears(high, solicit(70)).confirm();
        assertThat(node.said(Answer.class, high)).hasSize(1);

        node.hears(low, solicit(70));

        assertThat(node.refusal(low))
                .isEqualTo(new Refusal(70, Reason.ANSWERED_ANOTHER, 70, high.node()));
        assertThat(node.said(Answer.class, low)).isEmpty();
    }

    @Test
    void rule06_anOlderEpochIsRefused() {
        Node node = Node.at(5).finds(low, high).meets(low, high);
        node.observes(Report.restored('a', 100, 10));
        node.hears(high, solicit(70)).confirm();

        node.hears(low, solicit(69));

        assertThat(node.refusal(low).reason()).isEqualTo(Reason.EPOCH_PASSED);
        assertThat(node.refusal(low).seenEpoch()).isEqualTo(70);
    }

    @Test
    void rule06_ofTwoCandidatesOfOneEpochTheHigherAddressYields() {
        Node node = candidate();

        node.hears(low, solicit(42)).confirm();

        assertThat(node.said(Answer.class, low)).hasSize(1);
    }

    @Test
    void rule06_ofTwoCandidatesOfOneEpochTheLowerAddressStays() {
        Node node = candidate();

        node.hears(high, solicit(42));

        assertThat(node.refusal(high).reason()).isEqualTo(Reason.ANSWERED_ANOTHER);
        assertThat(node.refusal(high).better()).isEqualTo(node.node());
    }

    @Test
    void rule06_aCandidateThatIsRefusedForABetterOneLeavesItTheElection() {
        Node node = candidate().confirm();
        int asked = node.said(Solicit.class, low).size();

        node.hears(high, new Refusal(42, Reason.ANSWERED_ANOTHER, 42, low.node()));

        assertThat(node.said(Solicit.class, low)).hasSize(asked);
        assertThat(node.state()).isEqualTo(NodeState.ALONE);
    }

    @Test
    void rule06_aCandidateThatIsRefusedForAWorseOneAsksInAHigherEpoch() {
        Node node = candidate().confirm();

        node.hears(low, new Refusal(42, Reason.ANSWERED_ANOTHER, 42, high.node()));

        assertThat(node.solicit().epoch()).isEqualTo(43);
    }

    @Test
    void rule06_aCandidateWhoseEpochHasPassedGoesAboveIt() {
        Node node = candidate().confirm();

        node.hears(low, new Refusal(42, Reason.EPOCH_PASSED, 77, null));
        node.pass(500, low, high);

        assertThat(node.solicit().epoch()).isEqualTo(78);
    }

    @Test
    void rule06_aPromotionIsNotBrokenOffByWhoAsksAgain() {
        Node node = candidate().confirm().answered(low, high);
        assertThat(node.promotes()).isTrue();

        node.hears(low, solicit(43));

        assertThat(node.refusal(low))
                .isEqualTo(new Refusal(43, Reason.LEADER_HEARD, 43, node.node()));
        assertThat(node.confirm().state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule06_aFetchAndItsFeedAreNotBrokenOffByWhoAsksAgain() {
        high.holds('a', 200, 20).eligibility(Eligibility.DRAINING);
        Node winner = candidate().confirm().answered(low, high);
        assertThat(winner.said(FeedRequest.class, high)).hasSize(1);
        winner.hears(low, solicit(43));
        assertThat(winner.refusal(low).reason()).isEqualTo(Reason.LEADER_HEARD);

        Node feeder = Node.at(5).finds(low, high).meets(low, high);
        feeder.observes(Report.restored('a', 300, 30)).drains();
        feeder.hears(low, solicit(70)).confirm();
        feeder.hears(low, new FeedRequest(70, ReplicationUser.of(70, "secret")));
        assertThat(feeder.promotes()).isTrue();
        feeder.hears(high, solicit(71));
        assertThat(feeder.refusal(high).better()).isEqualTo(low.node());
        feeder.confirm().hears(high, solicit(72));
        assertThat(feeder.refusal(high).epoch()).isEqualTo(72);
        assertThat(feeder.operation()).isInstanceOf(Effect.Promote.class);
    }

    @Test
    void rule06_whoWaitsForALeaderThatNeverComesAsksItself() {
        Node node = Node.at(5).finds(low).meets(low).observes(Report.restored('a', 100, 10));
        node.hears(low, solicit(70)).confirm();

        node.pass(1600, low);

        assertThat(node.solicit().epoch()).isEqualTo(71);
    }

    @Test
    void rule06_whoWaitsForACandidateThatGoesAwayIsFreeAtOnce() {
        Node node = Node.at(5).finds(low).meets(low).observes(Report.restored('a', 100, 10));
        node.hears(low, solicit(70)).confirm();
        assertThat(node.state()).isEqualTo(NodeState.PROPOSING);

        node.loses(low);

        assertThat(node.state()).isEqualTo(NodeState.ALONE);
    }

    @Test
    void rule06_leadershipsAreTotallyOrdered() {
        assertThat(low.leadership(2)).isGreaterThan(high.leadership(1));
        assertThat(low.leadership(2)).isGreaterThan(high.leadership(2));
        assertThat(low.leadership(2)).isNotEqualByComparingTo(low.reborn().leadership(2));
    }
}

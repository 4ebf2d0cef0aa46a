package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.FeedOffer;
import io.hive.core.message.PeerMessage.FeedRequest;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 10: who drains or has priority 0 feeds the winner before the winner serves")
class Rule10DrainTest {
    private final Other fresh = Other.node(1);
    private final Position offered = new Position(Report.id('c'), 250);

    /** This node wins, and {@link #fresh} has more and will not lead. */
    private Node wins() {
        Node node = Node.at(2).finds(fresh).meets(fresh).observes(Report.restored('a', 100, 10));
        node.until(() -> !node.said(Solicit.class).isEmpty(), fresh);
        return node.confirm().answered(fresh);
    }

    private Node feeder() {
        Node node = Node.at(2).finds(fresh).meets(fresh).observes(Report.restored('a', 250, 30));
        node.drains().hears(fresh, new Solicit(70, Cause.LEADER_LOST, List.of(), null)).confirm();
        return node;
    }

    @Test
    void rule10_theWinnerFetchesFromADrainingNodeThatIsFresherBeforeItIsPromoted() {
        fresh.holds('a', 250, 30).eligibility(Eligibility.DRAINING);
        Node node = wins();
        long epoch = node.solicit().epoch();
        FeedRequest request = node.said(FeedRequest.class, fresh).getLast();
        assertThat(request.epoch()).isEqualTo(epoch);
        assertThat(node.promotes()).isFalse();

        node.hears(fresh, new FeedOffer(epoch, offered));
        Effect.Fetch fetch = node.the(Effect.Fetch.class);
        assertThat(fetch.feeder()).isEqualTo(fresh.redis);
        assertThat(fetch.target()).isEqualTo(offered);
        assertThat(fetch.user()).isEqualTo(request.user());
        assertThat(node.promotes()).isFalse();

        node.confirm();
        assertThat(node.promotes()).isTrue();
        assertThat(node.all(Effect.OpenRoute.class)).isEmpty();
    }

    @Test
    void rule10_priority0DoesNotDiscardDataEither() {
        fresh.holds('a', 250, 30).priority(0);

        assertThat(wins().said(FeedRequest.class, fresh)).hasSize(1);
    }

    @Test
    void rule10_anEmptyNodeLeadsOnceItHasWhatTheDrainingOneHolds() {
        fresh.holds('a', 250, 30).eligibility(Eligibility.DRAINING);
        Node node = Node.at(2).finds(fresh).meets(fresh).observes(Report.fresh());
        node.until(() -> !node.said(Solicit.class).isEmpty(), fresh);

        node.confirm().answered(fresh);

        assertThat(node.said(FeedRequest.class, fresh)).hasSize(1);
    }

    @Test
    void rule10_whoHasNoMoreThanTheWinnerFeedsNobody() {
        fresh.holds('a', 100, 10).eligibility(Eligibility.DRAINING);
        Node node = wins();

        assertThat(node.said(FeedRequest.class)).isEmpty();
        assertThat(node.promotes()).isTrue();
    }

    @Test
    void rule10_ifAllDrainTheBestLeads() {
        fresh.holds('a', 90, 9).eligibility(Eligibility.DRAINING);
        Node node = Node.at(2).finds(fresh).meets(fresh);
        node.drains().observes(Report.restored('a', 100, 10));
        node.until(() -> !node.said(Solicit.class).isEmpty(), fresh);

        assertThat(node.confirm().answered(fresh).promotes()).isTrue();
    }

    @Test
    void rule10_aNodeThatFeedsBecomesAMasterThatNobodyIsRoutedTo() {
        Node node = feeder();
        ReplicationUser user = ReplicationUser.of(70, "secret");

        node.hears(fresh, new FeedRequest(70, user));
        assertThat(node.the(Effect.Promote.class).user()).isEqualTo(user);
        assertThat(node.the(Effect.Promote.class).runId()).isEqualTo("run-1");
        assertThat(node.said(FeedOffer.class)).isEmpty();
        node.confirm();

        assertThat(node.said(FeedOffer.class, fresh).getLast().position())
                .isEqualTo(node.report().position());
        assertThat(node.all(Effect.OpenRoute.class)).isEmpty();
        assertThat(node.said(LeaderNotice.class)).isEmpty();
        assertThat(node.state()).isEqualTo(NodeState.PROPOSING);
    }

    @Test
    void rule10_aNodeThatHasNotFrozenInThatEpochDoesNotFeed() {
        Node node = feeder();

        node.hears(fresh, new FeedRequest(69, ReplicationUser.of(69, "secret")));

        assertThat(node.said(FeedOffer.class, fresh).getLast().position()).isNull();
        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule10_aFeederThatCannotFeedIsLeftToLead() {
        fresh.holds('a', 250, 30).eligibility(Eligibility.DRAINING);
        Node node = wins();
        long epoch = node.solicit().epoch();

        node.hears(fresh, new FeedOffer(epoch, null));

        assertThat(node.said(Nomination.class, fresh).getLast().epoch()).isEqualTo(epoch);
        assertThat(node.promotes()).isFalse();
        node.hears(fresh, fresh.notice(epoch, Other.mark(epoch, 'c', 'a', 251), node.node()));
        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(fresh.redis);
    }

    @Test
    void rule10_aFetchThatFailsLeavesTheLeadToWhoHasTheData() {
        fresh.holds('a', 250, 30).eligibility(Eligibility.DRAINING);
        Node node = wins();
        node.hears(fresh, new FeedOffer(node.solicit().epoch(), offered));

        node.fails();

        assertThat(node.said(Nomination.class, fresh)).hasSize(1);
        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule10_aFeederThatIsNominatedLeadsAndDoesNotWaitToFeedItself() {
        Node node = feeder();
        node.hears(fresh, new FeedRequest(70, ReplicationUser.of(70, "secret"))).confirm();

        node.hears(
                fresh,
                new Nomination(
                        70,
                        Cause.LEADER_LOST,
                        List.of(),
                        List.of(fresh.standing(), node.said(Answer.class).getLast().standing())));
        node.confirm();

        assertThat(node.view().leader()).isNotNull();
        assertThat(node.leadership().leader()).isEqualTo(node.self);
        assertThat(node.said(FeedRequest.class)).isEmpty();
    }

    @Test
    void rule10_aFeederThatGoesAwayBeforeItOffersIsNotWaitedFor() {
        fresh.holds('a', 250, 30).eligibility(Eligibility.DRAINING);
        Node node = wins();
        assertThat(node.state()).isEqualTo(NodeState.PROPOSING);

        node.loses(fresh);

        assertThat(node.state()).isEqualTo(NodeState.ALONE);
    }

    @Test
    void rule10_aLeaderThatDrainsResignsIfSomebodyElseCouldLead() {
        Node node = Node.at(2);
        node.server = Report.restored('a', 100, 10);
        node.leading(fresh);

        node.drains();

        node.inOrder(Effect.CloseRoute.class::isInstance, Effect.Detach.class::isInstance);
        assertThat(node.view().leader()).isNull();
    }

    @Test
    void rule10_aLeaderThatDrainsAloneStays() {
        Node node = Node.at(2);
        node.server = Report.restored('a', 100, 10);
        node.leading();

        node.drains();

        assertThat(node.leadership().leader()).isEqualTo(node.self);
        assertThat(node.standing().eligibility()).isEqualTo(Eligibility.DRAINING);
    }
}

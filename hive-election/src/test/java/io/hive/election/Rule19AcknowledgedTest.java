package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.ReplicationId;
import io.hive.core.lineage.Tally;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Refusal.Reason;
import io.hive.core.message.PeerMessage.Solicit;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What K replicas have applied is counted from what they tell; the relay waits for them. */
@DisplayName("Rule 19: with K > 0, N - K of those who were served must be heard")
class Rule19AcknowledgedTest {
    private final Other leader = Other.node(1).leads(5).holds('b', 300, 100);
    private final Other third = Other.node(3).holds('b', 300, 100).served(leader.leadership(5));

    /** A follower of a leader with one more follower, whom the leader hears, too. */
    private Node follower(int acknowledge) {
        Node node = Node.at(2, Node.acknowledging(acknowledge));
        leader.hears(node.node(), third.node());
        third.hears(leader.node(), node.node());
        return node.following(leader, leader.notice(5, Other.mark(5, 'b')), third);
    }

    private static boolean asks(Node node) {
        return !node.all(Effect.TakeOffDuty.class).isEmpty();
    }

    @Test
    void rule19_withOneOfThreeAcknowledgingTwoMustBeHeard() {
        Node node = follower(1);
        node.hears(third.leaderless().hears()).loses(third).loses(leader);

        node.pass(9_900);
        assertThat(asks(node)).isFalse();
        assertThat(node.waits()).contains("acknowledged writes");
    }

    @Test
    void rule19_theWaitIsBoundedAndTheBrokenPromiseIsRecorded() {
        Node node = follower(1);
        node.hears(third.leaderless().hears()).loses(third).loses(leader);

        node.pass(10_200);
        node.fails().confirm().confirm();

        assertThat(node.leadership().leader()).isEqualTo(node.self);
        assertThat(node.all(Effect.Report.class).getLast().decision().reason())
                .contains("promise of 1 acknowledgements is broken");
    }

    @Test
    void rule19_whenEnoughAreHeardThereIsNothingToWaitFor() {
        Node node = follower(1);
        node.hears(third.leaderless().hears()).loses(leader);
        assertThat(asks(node)).isTrue();
        node.fails().confirm().answered(third).confirm();

        assertThat(node.leadership().leader()).isEqualTo(node.self);
        assertThat(node.all(Effect.Report.class).getLast().decision().reason())
                .doesNotContain("broken");
    }

    @Test
    void rule19_whoIsThereButDidNotAnswerIsNotHeard() {
        Node node = follower(1);
        node.hears(third.leaderless().hears()).loses(leader).fails().confirm();

        node.pass(600, third);

        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule19_whoCouldNotFreezeIsNotHeard() {
        Node node = follower(1);
        node.hears(third.leaderless().hears()).loses(leader).fails().confirm();
        long epoch = node.solicit().epoch();

        node.hears(third, new Refusal(epoch, Reason.NOT_FROZEN, epoch, null));

        assertThat(node.promotes()).isFalse();
    }

    /** It holds a snapshot: what it had acknowledged may be gone, and it is one of the K. */
    @Test
    void rule19_whoRestartedSinceIsNotHeard() {
        Node node = follower(1);
        third.leaderless().hears().holds('b', 200, 60).served(null);

        node.hears(third).loses(leader);

        assertThat(asks(node)).isFalse();
        assertThat(node.waits()).contains("acknowledged writes");
    }

    @Test
    void rule19_withoutKNobodyIsWaitedFor() {
        Node node = follower(0);
        node.hears(third.leaderless().hears()).loses(third).loses(leader);

        assertThat(node.pass(100).all(Effect.TakeOffDuty.class)).isNotEmpty();
    }

    @Test
    void rule19_aFollowerThatOnlyTheLeaderHearsIsServedAllTheSame() {
        Node node = Node.at(2, Node.acknowledging(1));
        leader.hears(node.node(), third.node());
        node.following(leader, leader.notice(5, Other.mark(5, 'b')));

        node.loses(leader).pass(5_000);

        assertThat(asks(node)).isFalse();
        assertThat(node.waits()).contains(third.node().toString());
    }

    @Test
    void rule19_aFollowerThatFallsSilentWithTheLeaderIsStillOwedThePromise() {
        Node node = follower(1);
        node.loses(third).loses(leader);

        assertThat(node.pass(5_000).all(Effect.TakeOffDuty.class)).isEmpty();
    }

    @Test
    void rule19_aFollowerThatTheLeaderWentOnWithoutIsServedNoMore() {
        Node node = follower(1);
        node.loses(third).hears(leader.hears(node.node())).pass(1_500, leader).loses(leader);

        assertThat(asks(node)).isTrue();
    }

    @Test
    void rule19_thePromotedRedisRefusesWritesWithFewerThanKReplicas() {
        Node node = Node.at(1, Node.acknowledging(2));
        Other one = Other.node(2);
        Other two = Other.node(3);
        node.finds(one, two).meets(one, two).observes(Report.restored('a', 100, 10));
        node.until(() -> !node.said(Solicit.class).isEmpty(), one, two);
        node.confirm().answered(one, two);

        assertThat(node.the(Effect.Promote.class).minReplicas()).isEqualTo(2);
        assertThat(node.confirm().notice().acknowledge()).isEqualTo(2);
    }

    @Test
    void rule19_inAMergeAcknowledgedWritesCountBeforeAnyOther() {
        Other acknowledged = Other.node(1).holds('a', 10, 5).acknowledged(1);
        Other busy = Other.node(2).holds('b', 9_000, 500).wrote(400);
        var standings = List.of(busy.standing(), acknowledged.standing());

        assertThat(new Ranking(new Lineages(), standings, 1).choose(standings).winner())
                .isEqualTo(acknowledged.standing());
    }

    @Test
    void rule19_whatKFollowersHaveAppliedIsToldAsAcknowledged() {
        Other one = Other.node(2);
        Other two = Other.node(3);
        Node node = Node.at(1, Node.acknowledging(2)).leading(one, two);
        ReplicationId id = node.report().replicationId();
        node.observes(node.server.at(id, 500).changes(20).keys(20));
        node.observes(node.server.at(id, 900).changes(30).keys(30));

        node.hears(one.holds(id, 900, 30));
        assertThat(node.standing().record().acknowledged()).isZero();
        node.hears(two.holds(id, 600, 20));
        assertThat(node.standing().record().acknowledged()).isEqualTo(500);
        node.hears(two.holds(id, 900, 30));
        assertThat(node.standing().record().acknowledged()).isEqualTo(900);
    }

    /** What was acknowledged before they parted is on both sides, however much that was. */
    @Test
    void rule19_inAMergeWhatWasAcknowledgedBeforeTheForkDoesNotCount() {
        Other before =
                Other.node(1)
                        .holds('a', 700, 234)
                        .served(Other.node(1).leadership(1))
                        .records(500, new Tally(10, 0), new Tally(500, 196), new Tally(700, 234));
        Other since =
                Other.node(2)
                        .holds('b', 650, 215)
                        .remembers(Other.mark(2, 'b', 'a', 501))
                        .records(650, new Tally(10, 0), new Tally(500, 196), new Tally(650, 215));
        var standings = List.of(before.standing(), since.standing());

        Ranking.Choice choice = new Ranking(new Lineages(), standings, 1).choose(standings);

        assertThat(choice.winner()).isEqualTo(since.standing());
        assertThat(choice.reason())
                .contains("19 acknowledged, 19 written")
                .contains("against 0 acknowledged, 38 written");
    }

    /** The leader hears of it with the next heartbeats, and was frozen before they came. */
    @Test
    void rule19_whatTheLeaderAndKMoreHoldMayHaveBeenAcknowledged() {
        Other leader =
                Other.node(1)
                        .holds('a', 694, 17)
                        .served(Other.node(1).leadership(6))
                        .records(0, new Tally(441, 11), new Tally(694, 17));
        Other replica = Other.node(2).holds('a', 694, 17);
        Other alone =
                Other.node(3)
                        .holds('b', 961, 24)
                        .served(Other.node(3).leadership(5))
                        .remembers(Other.mark(5, 'b', 'a', 442))
                        .records(0, new Tally(441, 0), new Tally(961, 13));

        var standings = List.of(leader.standing(), replica.standing(), alone.standing());
        Ranking.Choice choice = new Ranking(new Lineages(), standings, 1).choose(standings);
        assertThat(choice.winner()).isIn(leader.standing(), replica.standing());
        assertThat(choice.reason()).contains("6 acknowledged");

        var without = List.of(leader.standing(), alone.standing());
        assertThat(new Ranking(new Lineages(), without, 1).choose(without).winner())
                .as("nobody but the leader has it")
                .isEqualTo(alone.standing());
    }

    /** Of a leader that is gone, K who have the same are as many as it needed. */
    @Test
    void rule19_whatKHoldOfALeaderThatIsGoneMayHaveBeenAcknowledged() {
        Other replica = Other.node(2).holds('a', 694, 17);
        Other alone =
                Other.node(3)
                        .holds('b', 961, 24)
                        .served(Other.node(3).leadership(5))
                        .remembers(Other.mark(5, 'b', 'a', 442))
                        .records(0, new Tally(441, 0), new Tally(961, 13));
        var standings = List.of(replica.standing(), alone.standing());

        assertThat(new Ranking(new Lineages(), standings, 1).choose(standings).winner())
                .isEqualTo(replica.standing());
        assertThat(new Ranking(new Lineages(), standings, 2).choose(standings).winner())
                .isEqualTo(alone.standing());
    }

    @Test
    void rule19_whoFollowedKnowsWhatWasAcknowledgedWhenItsLeaderIsGone() {
        Node node = follower(1);
        var record = new Tally[] {new Tally(10, 0), new Tally(280, 9)};
        node.hears(leader.records(280, record));

        assertThat(node.standing().record().acknowledged()).isEqualTo(280);
        node.hears(third.leaderless().hears()).loses(leader).fails().confirm();
        node.answered(third).confirm();

        assertThat(node.leadership().leader()).isEqualTo(node.self);
        assertThat(node.standing().record().acknowledged()).isEqualTo(280);
        assertThat(node.standing().record().between(10, 300)).isEqualTo(9);
    }
}

package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Refusal.Reason;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 12: one deadline per cold start, and nobody empty leads while data may be there")
class Rule12ColdStartTest {
    private final Other peer = Other.node(1);

    private static boolean asks(Node node) {
        return !node.all(Effect.Detach.class).isEmpty();
    }

    @Test
    void rule12_anAnswerThatNamesOnlyOneselfCountsAfterTheStartGrace() {
        Node node = Node.at(2).finds().observes(Report.fresh());

        node.pass(1900);
        assertThat(asks(node)).isFalse();
        node.pass(200);
        assertThat(asks(node)).isTrue();
    }

    @Test
    void rule12_beforeDiscoveryHasAnsweredNothingStarts() {
        Node node = Node.at(2).observes(Report.fresh()).findsNothing().pass(15_000);

        assertThat(asks(node)).isFalse();
        assertThat(node.waits()).contains("discovery");
    }

    @Test
    void rule12_aSilentAddressIsWaitedForUntilTheOneDeadline() {
        Node node = Node.at(2).finds(peer).observes(Report.restored('a', 100, 10));

        node.pass(9_900);
        assertThat(asks(node)).isFalse();
        node.pass(200);
        assertThat(asks(node)).isTrue();
    }

    @Test
    void rule12_theDeadlineIsNotExtendedByAddressesThatComeLater() {
        Node node = Node.at(2).finds(peer).observes(Report.fresh());

        node.pass(5000).finds(peer, Other.node(3)).pass(4000).finds(peer, Other.node(4));
        node.meets(peer.untold(Eligibility.REDIS_LOST)).loses(peer).pass(1100);

        assertThat(asks(node)).isTrue();
    }

    @Test
    void rule12_whenEverybodyHasToldThereIsNothingToWaitFor() {
        Node node = Node.at(2).finds(peer).observes(Report.fresh()).pass(1000);
        assertThat(asks(node)).isFalse();

        node.meets(peer.since(2_000)).pass(50, peer);

        assertThat(asks(node)).isTrue();
    }

    @Test
    void rule12_aPeerThatLoadsVetoesAnEmptyLeaderBeyondTheDeadline() {
        Node node = Node.at(2).finds(peer).meets(peer.untold(Eligibility.LOADING));

        node.observes(Report.fresh()).pass(60_000, peer);
        assertThat(asks(node)).isFalse();
        assertThat(node.waits()).contains("may hold data");

        node.hears(peer.eligibility(Eligibility.ELIGIBLE).empty().since(2_000)).pass(50, peer);
        assertThat(asks(node)).isTrue();
    }

    @Test
    void rule12_aPeerThatRefusesVetoesAnEmptyLeaderToo() {
        Node node = Node.at(2).finds(peer).meets(peer.since(2_000)).observes(Report.fresh());
        node.until(() -> !node.said(Solicit.class).isEmpty(), peer);
        long epoch = node.solicit().epoch();
        node.confirm().hears(peer, new Refusal(epoch, Reason.NOT_FROZEN, epoch, null));

        assertThat(node.promotes()).isFalse();
        assertThat(node.state()).isEqualTo(NodeState.ALONE);
        assertThat(node.waits()).contains("may hold data");
    }

    @Test
    void rule12_aPeerThatIsThereAndDoesNotAnswerVetoesAnEmptyLeader() {
        Node node = Node.at(2).finds(peer).meets(peer.since(2_000)).observes(Report.fresh());
        node.until(() -> !node.said(Solicit.class).isEmpty(), peer);
        node.confirm().pass(600, peer);

        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule12_aPeerWhoseRedisIsLostVetoesOnlyUntilTheDeadline() {
        Node node = Node.at(2).finds(peer).meets(peer.untold(Eligibility.REDIS_LOST));

        node.observes(Report.fresh()).pass(9_900, peer);
        assertThat(asks(node)).isFalse();
        node.pass(300, peer);
        assertThat(asks(node)).isTrue();
        node.confirm().answered(peer);
        assertThat(node.promotes()).isTrue();
    }

    @Test
    void rule12_whoHoldsDataIsNotVetoed() {
        Node node = Node.at(2).finds(peer).meets(peer.untold(Eligibility.LOADING));

        node.observes(Report.restored('a', 100, 10)).pass(10_100, peer);

        assertThat(asks(node)).isTrue();
    }

    /** It has followed, and was never seen in sync: the leader may have had anything. */
    @Test
    void rule12_anEmptyNodeThatWasNeverInSyncWaitsForTheSilentAgain() {
        Other leader = Other.node(3).leads(5).holds('b', 300, 100);
        Node node = Node.at(2).finds(leader, peer).meets(leader).observes(Report.fresh());
        node.hears(leader, leader.notice(5, Other.mark(5, 'b'))).confirm();
        assertThat(node.state()).isEqualTo(NodeState.FOLLOWING);
        node.pass(20_000, leader).loses(leader);
        node.observes(node.server.detached()).forget();

        node.pass(9_000);
        assertThat(node.said(Solicit.class)).isEmpty();
        assertThat(node.waits()).contains("cold start");
        node.fails().pass(1_500);
        assertThat(node.all(Effect.TakeOffDuty.class)).isNotEmpty();
    }

    /** An empty hive is not a cold start, and its clients are parked meanwhile. */
    @Test
    void rule12_anEmptyNodeThatWasInSyncWithTheLostLeaderWaitsForNobody() {
        Other leader = Other.node(3).leads(5).holds('b', 0, 0);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'b')));
        node.finds(leader, peer).loses(leader);

        assertThat(node.all(Effect.TakeOffDuty.class)).hasSize(1);
        node.fails().confirm();
        assertThat(node.promotes()).isTrue();
    }

    /** After a full synchronisation the stream may begin a second later: the leader has written. */
    @Test
    void rule12_norIfTheLeaderHadWrittenWhatNobodyElseHas() {
        Other leader = Other.node(3).leads(5).holds('b', 0, 0);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'b')));
        node.hears(leader.holds('b', 5000, 100)).loses(leader);

        node.fails().confirm();

        assertThat(node.promotes()).isTrue();
        node.confirm();
        assertThat(node.the(Effect.Report.class).decision().lostBytes()).isEqualTo(5000);
    }

    /** Its sidecar alone is gone, and may come back with what nobody else has. */
    @Test
    void rule12_anEmptySuccessorWaitsWhereTheLostLeadersRedisTellsThatItWentFurther() {
        Other leader = Other.node(3).leads(5).holds('b', 0, 0);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'b')));
        node.loses(leader);

        node.ends(new Outcome.OffDuty(new Position(Report.id('b'), 5000))).confirm();
        assertThat(node.promotes()).isFalse();
        assertThat(node.waits()).contains("silent");
    }

    @Test
    void rule12_whoLostItsLeaderAndHoldsDataWaitsForNobody() {
        Other leader = Other.node(3).leads(5).holds('b', 300, 100);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'b')));

        node.loses(leader);

        assertThat(node.all(Effect.TakeOffDuty.class)).hasSize(1);
    }

    @Test
    void rule12_aNodeWithoutARedisDoesNotAsk() {
        Node node = Node.at(2).finds().pass(20_000);

        assertThat(node.all(Effect.Operation.class)).isEmpty();
        assertThat(node.state()).isEqualTo(NodeState.NOT_READY);
    }

    /**
     * A leader's Redis restarts from an older snapshot while a replica still loads the newer one
     * that it had sent: the loader has more than anybody tells.
     */
    @Test
    void rule12_aRedisStartedFromASnapshotWaitsForOneThatLoads() {
        Node node = Node.at(2);
        node.server = Report.restored('a', 100, 10);
        node.leading(peer);
        peer.leaderless().untold(Eligibility.LOADING);

        node.hears(peer).observes(Report.restored('a', 60, 6).run("run-2")).forget();
        node.pass(5_000, peer);
        assertThat(node.said(Solicit.class)).isEmpty();
        assertThat(node.waits()).contains("may load newer data");

        peer.eligibility(Eligibility.ELIGIBLE).holds('a', 100, 10);
        node.until(() -> !node.said(Solicit.class).isEmpty(), peer);
        node.confirm().answered(peer);
        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule12_theWaitForOneThatLoadsIsBounded() {
        Node node = Node.at(2);
        node.server = Report.restored('a', 100, 10);
        node.leading(peer);
        peer.leaderless().untold(Eligibility.LOADING);

        node.hears(peer).observes(Report.restored('a', 60, 6).run("run-2")).forget();
        node.pass(11_000, peer);

        assertThat(node.said(Solicit.class)).isNotEmpty();
    }

    @Test
    void rule12_whoWasInSyncWaitsForNobodyThatLoads() {
        Other leader = Other.node(3).leads(5).holds('b', 300, 100);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'b')));
        node.meets(peer.untold(Eligibility.LOADING));

        node.loses(leader);

        assertThat(node.all(Effect.TakeOffDuty.class)).hasSize(1);
    }
}

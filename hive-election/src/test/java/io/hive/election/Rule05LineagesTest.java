package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Refusal.Reason;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import io.hive.core.redis.RedisEndpoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 5: a late member that is ahead of the fork is a merge, not a node to overwrite")
class Rule05LineagesTest {
    private final Other leader = Other.node(1).leads(5).holds('b', 300, 100);
    private final Other third = Other.node(3);

    /** Lineage b left a at 101: what a has up to 100 is in it. */
    private Node late(long offset, long keys) {
        Node node = Node.at(2).finds(leader, third).observes(Report.restored('a', offset, keys));
        return node;
    }

    private Node told(Node node) {
        return node.meets(leader).hears(leader, leader.notice(5, Other.mark(5, 'b', 'a', 101)));
    }

    @Test
    void rule05_aMemberAheadOfTheForkAsksForAMergeAndFollowsNobody() {
        Node node = told(late(200, 200));

        assertThat(node.solicit().cause()).isEqualTo(Cause.MERGE);
        assertThat(node.solicit().superseded()).containsExactly(leader.leadership(5));
        assertThat(node.all(Effect.Follow.class)).isEmpty();
    }

    @Test
    void rule05_aMemberAtTheForkFollows() {
        Node node = told(late(100, 100));

        assertThat(node.operation()).isInstanceOf(Effect.Follow.class);
        assertThat(node.said(Solicit.class)).isEmpty();
    }

    @Test
    void rule05_oneByteBeyondTheForkIsAMerge() {
        assertThat(told(late(101, 100)).solicit().cause()).isEqualTo(Cause.MERGE);
    }

    @Test
    void rule05_theForkIsRememberedAcrossTwoTakeovers() {
        Node node = late(150, 200).meets(leader);
        leader.remembers(Other.mark(4, 'c', 'a', 101)).holds('b', 300, 100);
        node.hears(leader);

        node.hears(leader, leader.notice(5, Other.mark(5, 'b', 'c', 251)));

        assertThat(node.solicit().cause()).isEqualTo(Cause.MERGE);
    }

    @Test
    void rule05_aThirdThatTellsOfTheLeaderFirstDoesNotGetTheDataOverwritten() {
        Node node = late(200, 200).meets(third.follows(leader.leadership(5)).hears(leader.node()));

        node.hears(third, leader.notice(5, Other.mark(5, 'b', 'a', 101)));
        assertThat(node.state()).isEqualTo(NodeState.FOLLOWING);
        node.pass(500, third);
        assertThat(node.all(Effect.Follow.class)).isEmpty();

        node.meets(leader);
        assertThat(node.solicit().cause()).isEqualTo(Cause.MERGE);
        assertThat(node.all(Effect.Follow.class)).isEmpty();
    }

    @Test
    void rule05_unknownDataIsNotOverwrittenForALeaderOfWhichNobodyKnowsWhetherItIsEmpty() {
        Node node = Node.at(2).finds(leader, third).observes(Report.fresh().keys(50));
        node.meets(third.follows(leader.leadership(5)).hears(leader.node()));
        node.hears(third, leader.notice(5, Other.mark(5, 'b')));
        node.pass(500, third);
        assertThat(node.all(Effect.Follow.class)).isEmpty();

        node.meets(leader.holds('b', 0, 0));
        assertThat(node.solicit().cause()).isEqualTo(Cause.MERGE);
    }

    @Test
    void rule05_aLeaderThatCanNeverBeAskedIsFollowedInTheEndAndWhatThatGivesUpIsReported() {
        Node node = late(200, 200).meets(third.follows(leader.leadership(5)).hears(leader.node()));
        node.hears(third, leader.notice(5, Other.mark(5, 'b', 'a', 101)));

        node.pass(11_000, third);

        assertThat(node.operation()).isInstanceOf(Effect.Follow.class);
        assertThat(node.decisions(22))
                .singleElement()
                .satisfies(d ->
                        assertThat(d.reason()).contains("200 keys").contains("could not be asked"));
    }

    @Test
    void rule05_aServerThatWasMasterIsNobodysMasterWhileItsDataWaitsToBeWeighed() {
        Node node = Node.at(2).finds(leader, third);
        node.meets(third.follows(leader.leadership(5)).hears(leader.node()));
        node.hears(third, leader.notice(5, Other.mark(5, 'b', 'a', 101)));

        node.observes(Report.master('a', 200, 200).userOf(3));

        assertThat(node.operation()).isInstanceOf(Effect.Detach.class);
        node.confirm().observes(node.server);
        node.pass(1000, third);
        assertThat(node.all(Effect.Operation.class)).hasSize(1);
        assertThat(node.report().follows(RedisEndpoint.DEAD)).isTrue();
    }

    @Test
    void rule05_whatAMasterWroteSinceTheLastLookIsWeighedToo() {
        Node node = Node.at(2).finds(leader, third).meets(third);
        node.server = Report.restored('a', 100, 100);
        node.leading(third.leaderless());
        node.server.at(node.report().replicationId(), 140);
        third.follows(leader.leadership(5)).hears(leader.node(), node.node());
        node.hears(third);
        node.hears(third, leader.notice(5, Other.mark(5, 'b', 'a', 101)));
        assertThat(node.all(Effect.Follow.class)).isEmpty();

        node.confirm().pass(500, third);

        assertThat(node.all(Effect.Follow.class)).isEmpty();
    }

    @Test
    void rule05_aMergeThatDoesNotComeAboutIsNotAskedForAgainAtOnce() {
        Node node = told(late(200, 200)).confirm();
        int asked = node.said(Solicit.class).size();
        leader.saw(node.solicit().epoch());

        for (int i = 0; i < 20; i++) {
            node.hears(
                    leader,
                    new Refusal(node.solicit().epoch(), Reason.LEADER_HEARD, 5, leader.node()));
            node.hears(leader, leader.notice(5, Other.mark(5, 'b', 'a', 101)));
        }

        assertThat(node.said(Solicit.class)).hasSize(asked);
    }

    /** Its Redis has restarted with an older snapshot; the last look here is from before that. */
    @Test
    void rule05_aLinkThatWasUpToTheSameAddressIsNoProofOfTheSameHistory() {
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'b', 'a', 101)));
        Other again = leader.reborn().leads(6).holds('c', 120, 40);
        again.remembers(Other.mark(6, 'c', 'a', 101));
        node.step(new Input.PeerConnected(again.member));
        node.hears(again).hears(again, again.notice(6, Other.mark(6, 'c', 'a', 101)));

        assertThat(node.server.build().follows(again.redis)).isTrue();
        node.pass(1_500, again);
        assertThat(node.all(Effect.Follow.class)).isEmpty();
    }
}

package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.NodeState;
import io.hive.core.redis.RedisEndpoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 18: a replica follows the leader's Redis or the dead address, never a replica")
class Rule18NoChainTest {
    private final Other leader = Other.node(1).leads(5).holds('b', 300, 100);
    private final Other third = Other.node(3).holds('b', 300, 100);

    @Test
    void rule18_whoIsToldByAThirdFollowsTheLeaderItself() {
        third.follows(leader.leadership(5)).hears(leader.node());
        Node node = Node.at(2).finds(leader, third).meets(third).observes(Report.fresh());

        node.hears(third, leader.notice(5, Other.mark(5, 'b')));

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(leader.redis);
    }

    @Test
    void rule18_aReplicaOfAReplicaIsPutToTheLeader() {
        Node node = Node.at(2);
        node.following(leader, leader.notice(5, Other.mark(5, 'b')), third);
        node.pass(500, leader, third).forget();

        node.observes(node.server.following(third.redis).up()).confirm();

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(leader.redis);
    }

    @Test
    void rule18_whenTheLeaderChangesTheReplicaGoesOverToTheNewOne() {
        Node node = Node.at(2);
        node.following(leader, leader.notice(5, Other.mark(5, 'b')), third);
        node.hears(leader.leaderless());
        third.leads(6).holds('c', 310, 100);

        node.hears(third);
        node.hears(third, third.notice(6, Other.mark(6, 'c', 'b', 301)));
        assertThat(node.operation()).as("its numbers still move").isInstanceOf(Effect.Detach.class);
        node.confirm();

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(third.redis);
    }

    /** What comes up under its address next may be empty, and would empty this one. */
    @Test
    void rule18_aRedisWhoseMasterIsGoneSeeksItNoLongerThanSomebodyLeads() {
        Node node = Node.at(2).finds(leader, third).meets(leader).observes(Report.fresh());
        node.hears(leader, leader.notice(5, Other.mark(5, 'b'))).confirm();
        node.observes(node.server.at('b', 300).keys(100).following(leader.redis).down());
        node.forget().loses(leader);

        assertThat(node.state()).as("third has not told").isEqualTo(NodeState.ALONE);
        assertThat(node.confirm().report().follows(RedisEndpoint.DEAD)).isTrue();
    }

    /** A machine that vanished ends a synchronisation only with repl-timeout. */
    @Test
    void rule18_aSynchronisationWithAnotherThanTheLeaderIsGivenUp() {
        Node node = Node.at(2);
        node.following(leader, leader.notice(5, Other.mark(5, 'b')), third);
        node.pass(500, leader, third).forget();

        node.observes(node.server.following(third.redis).syncing(true));

        assertThat(node.operation()).isInstanceOf(Effect.Detach.class);
    }

    @Test
    void rule18_aNodeThatIsFrozenFollowsTheDeadAddress() {
        Node node = Node.at(2).finds(third).meets(third).observes(Report.restored('b', 300, 100));
        node.until(() -> node.operation() instanceof Effect.Detach, third);

        assertThat(node.confirm().report().follows(RedisEndpoint.DEAD)).isTrue();
    }

    @Test
    void rule18_aFollowThatWasNotDoneIsNotTakenForDone() {
        Node node = Node.at(2).finds(leader).meets(leader).observes(Report.fresh());
        node.hears(leader, leader.notice(5, Other.mark(5, 'b'))).fails().forget();

        node.pass(300, leader);

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(leader.redis);
    }
}

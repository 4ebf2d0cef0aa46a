package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import io.hive.core.redis.RedisEndpoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That a backlog is made is what the promotion does on Redis; here is what the election does. */
@DisplayName("Rule 2: the ID of a leader changes where its backlog was freed, and nothing is lost")
class Rule02BacklogTest {
    private final Other replica = Other.node(2);

    @Test
    void rule02_aNewIdOfTheLeadersRedisIsToldAsTheSameHistory() {
        Node node = Node.at(1);
        node.server = Report.restored('a', 100, 10);
        node.leading(replica);
        Position before = node.report().position();

        node.observes(node.server.at('d', 150));

        LeaderNotice notice = node.said(LeaderNotice.class, replica).getLast();
        assertThat(node.state()).isEqualTo(NodeState.LEADING);
        assertThat(notice.lineages().getLast().id()).isEqualTo(Report.id('d'));
        Lineages told = new Lineages();
        told.remember(notice.lineages());
        assertThat(told.contains(Report.id('d'), before)).isTrue();
        assertThat(told.contains(Report.id('d'), new Position(before.id(), 150))).isTrue();
        assertThat(told.contains(Report.id('d'), new Position(before.id(), 151))).isFalse();
    }

    @Test
    void rule02_aReplicaOnTheIdThatWasGivenUpFollowsWithoutAMerge() {
        Other leader = Other.node(1).leads(5).holds('a', 100, 10);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'a')));
        leader.holds('d', 150, 12);

        node.pass(300, leader).forget();
        node.hears(leader, leader.notice(5, Other.mark(5, 'd', 'a', 151)));
        node.observes(node.server.at('a', 120).down());
        node.observes(node.server.following(RedisEndpoint.DEAD));

        assertThat(node.all(Effect.Follow.class)).hasSize(1);
        assertThat(node.said(Solicit.class)).isEmpty();
    }
}

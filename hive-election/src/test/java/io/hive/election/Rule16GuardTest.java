package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.NodeState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The command line of redis-server and the commands that the relay refuses are the sidecar's part;
 * here is what the election does when the guard held, and when it did not.
 */
@DisplayName("Rule 16: a server that starts is nobody's master until it was elected")
class Rule16GuardTest {
    private final Other leader = Other.node(1).leads(5).holds('b', 300, 100);

    @Test
    void rule16_aGuardedServerIsLeftAlone() {
        Node node = Node.at(2).finds(leader).observes(Report.fresh()).pass(5_000);

        assertThat(node.all(Effect.Operation.class)).isEmpty();
    }

    @Test
    void rule16_aServerWhoseGuardWasLostIsTakenOffDutyAtOnce() {
        Node node = Node.at(2).finds(leader).observes(Report.master('e', 0, 0));

        assertThat(node.operation()).isInstanceOf(Effect.Detach.class);
        assertThat(node.all(Effect.OpenRoute.class)).isEmpty();
    }

    @Test
    void rule16_aFollowersServerThatCameBackAsAMasterIsPutBackAndNeverPromoted() {
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'b')));
        node.pass(500, leader).forget();

        node.observes(Report.master('e', 0, 0).run("run-2")).confirm();

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(leader.redis);
        assertThat(node.promotes()).isFalse();
        assertThat(node.state()).isEqualTo(NodeState.FOLLOWING);
    }

    @Test
    void rule16_noRouteOpensToAServerThatWasNotPromotedInThisLeadership() {
        Node node = Node.at(2).finds().observes(Report.master('e', 0, 9)).pass(1_900);

        assertThat(node.view().routed()).isFalse();
        assertThat(node.all(Effect.OpenRoute.class)).isEmpty();
    }
}

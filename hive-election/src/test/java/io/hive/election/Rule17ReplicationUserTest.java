package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Solicit;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Creating and deleting the user on Redis is the operations' part; here is when, and which. */
@DisplayName("Rule 17: a replication user of this leadership alone, verified on each observation")
class Rule17ReplicationUserTest {
    private final Other replica = Other.node(2);

    private Node leading() {
        Node node = Node.at(1);
        node.server = Report.restored('a', 100, 10);
        return node.leading(replica);
    }

    @Test
    void rule17_thePromotionMakesTheUserThatTheFollowersAreTold() {
        Node node = Node.at(1).finds(replica).meets(replica);
        node.observes(Report.restored('a', 100, 10)).confirm().answered(replica);
        ReplicationUser made = node.the(Effect.Promote.class).user();
        node.confirm();

        assertThat(made.password()).isNotEmpty();
        assertThat(node.said(LeaderNotice.class, replica).getLast().user()).isEqualTo(made);
    }

    @Test
    void rule17_eachLeadershipHasAPasswordOfItsOwn() {
        Node node = leading();
        ReplicationUser first = node.notice().user();
        node.observes(node.server.run("run-2").detached());
        replica.leaderless();
        node.until(() -> node.operation() instanceof Effect.Detach, replica);
        node.confirm().answered(replica).confirm();

        assertThat(node.notice().user().name()).isNotEqualTo(first.name());
        assertThat(node.notice().user().password()).isNotEqualTo(first.password());
    }

    @Test
    void rule17_aUserThatVanishedIsMadeAgainWithoutTouchingTheRole() {
        Node node = leading();

        node.observes(node.server.user(null));

        Effect.Authorise authorise = node.the(Effect.Authorise.class);
        assertThat(authorise.user()).isEqualTo(node.notice().user());
        assertThat(authorise.runId()).isEqualTo("run-1");
        assertThat(node.all(Effect.Operation.class)).hasSize(1);
        assertThat(node.view().routed()).isTrue();
    }

    @Test
    void rule17_aUserOfAnotherLeadershipIsNotThisOnes() {
        Node node = leading();

        node.observes(node.server.userOf(1_000));

        assertThat(node.all(Effect.Authorise.class)).hasSize(1);
    }

    @Test
    void rule17_aRepairThatFailsIsNotTriedAgainAtOnce() {
        Node node = leading();
        node.observes(node.server.user(null)).fails();
        for (int i = 0; i < 20; i++) {
            node.observes(node.server);
        }
        assertThat(node.all(Effect.Authorise.class)).hasSize(1);

        node.pass(300, replica).observes(node.server);
        assertThat(node.all(Effect.Authorise.class)).hasSize(2);
    }

    @Test
    void rule17_aFollowerIsGivenTheUserWithTheMaster() {
        Other leader = Other.node(1).leads(5).holds('b', 300, 100);
        Node node = Node.at(2).finds(leader).meets(leader).observes(Report.fresh());

        node.hears(leader, leader.notice(5, Other.mark(5, 'b')));

        assertThat(node.the(Effect.Follow.class).user())
                .isEqualTo(leader.notice(5, Other.mark(5, 'b')).user());
    }

    @Test
    void rule17_aRestartedLeadersSidecarTakesItsServerOffDutyAndMintsANewOne() {
        Node node = Node.at(1).finds(replica);
        node.observes(Report.master('b', 300, 100).userOf(5));
        assertThat(node.operation()).isInstanceOf(Effect.Detach.class);
        node.confirm().meets(replica);
        node.until(() -> !node.said(Solicit.class).isEmpty(), replica);
        node.confirm().answered(replica).confirm();

        assertThat(node.notice().user().name()).isEqualTo("hive-replication-6");
    }

    @Test
    void rule17_noPasswordIsPrinted() {
        Node node = leading();

        assertThat(List.of(node.notice().toString(), node.notice().user().toString()))
                .noneMatch(text -> text.contains(node.notice().user().password()));
    }
}

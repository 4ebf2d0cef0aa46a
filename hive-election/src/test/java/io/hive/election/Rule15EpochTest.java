package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.Solicit;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 15: the epoch outlives all sidecars in the replication user's name")
class Rule15EpochTest {
    private final Other peer = Other.node(1);

    @Test
    void rule15_theEpochIsReadBackFromTheLocalRedis() {
        Node node = Node.at(2).observes(Report.master('a', 100, 10).userOf(41));

        assertThat(node.view().epoch()).isEqualTo(41);
    }

    @Test
    void rule15_theNextElectionGoesAboveWhatRedisRemembers() {
        Node node = Node.at(2).finds(peer).meets(peer);
        node.observes(Report.master('a', 100, 10).userOf(41));
        node.until(() -> !node.said(Solicit.class).isEmpty(), peer);

        assertThat(node.solicit().epoch()).isEqualTo(42);
    }

    @Test
    void rule15_aPromotionLeavesItsEpochInTheUsersName() {
        Node node = Node.at(2).finds(peer).meets(peer.saw(41));
        node.observes(Report.restored('a', 100, 10)).confirm().answered(peer);

        assertThat(node.the(Effect.Promote.class).user().name()).isEqualTo("hive-replication-42");
    }

    @Test
    void rule15_theEpochOfAPeerIsTakenOver() {
        Node node = Node.at(2).meets(peer.saw(41));

        assertThat(node.view().epoch()).isEqualTo(41);
        assertThat(node.heartbeat().seenEpoch()).isEqualTo(41);
    }

    @Test
    void rule15_theEpochNeverGoesBack() {
        Node node = Node.at(2).finds(peer).meets(peer.saw(41));

        node.hears(peer.saw(3));
        node.observes(Report.restored('a', 1, 1).userOf(7));
        node.hears(peer, new Solicit(5, Cause.COLD_START, List.of(), null));

        assertThat(node.view().epoch()).isGreaterThanOrEqualTo(41);
    }

    @Test
    void rule15_anotherUserSaysNothing() {
        assertThat(Node.at(2).observes(Report.fresh().user("replica-41")).view().epoch()).isZero();
        assertThat(Node.at(2).observes(Report.fresh().user("hive-replication-x")).view().epoch())
                .isZero();
    }
}

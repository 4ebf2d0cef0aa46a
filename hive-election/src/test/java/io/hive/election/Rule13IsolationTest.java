package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 13: fenced when neither discovery nor a peer answers, over a stated time")
class Rule13IsolationTest {
    private final Other peer = Other.node(1);

    private Node leading(Other... others) {
        Node node = Node.at(2);
        node.server = Report.restored('a', 100, 10);
        return node.leading(others);
    }

    private static ElectionSettings with(boolean fence, boolean discoveryProves) {
        ElectionSettings d = ElectionSettings.defaults();
        return new ElectionSettings(
                d.heartbeatNanos(),
                d.peerTimeoutNanos(),
                d.deadlineNanos(),
                d.startGraceNanos(),
                d.coldStartNanos(),
                fence,
                discoveryProves,
                d.isolationNanos(),
                0);
    }

    private static Node fails(Node node, int times) {
        for (int i = 0; i < times; i++) {
            node.findsNothing().pass(1000);
        }
        return node;
    }

    @Test
    void rule13_aLeaderThatHearsNobodyAndFindsNobodyStopsServing() {
        Node node = leading(peer).loses(peer);

        fails(node, 5);

        assertThat(node.state()).isEqualTo(NodeState.FENCED);
        assertThat(node.view().routed()).isFalse();
        node.inOrder(Effect.CloseRoute.class::isInstance, Effect.Detach.class::isInstance);
        assertThat(node.promotes()).isFalse();
    }

    @Test
    void rule13_oneFailedLookUpFencesNobody() {
        Node node = fails(leading(peer).loses(peer), 1).pass(20_000);

        assertThat(node.state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule13_failedLookUpsInAShortTimeFenceNobody() {
        Node node = leading(peer).loses(peer).pass(5000);
        for (int i = 0; i < 10; i++) {
            node.findsNothing().pass(200);
        }

        assertThat(node.state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule13_anAnswerInBetweenBeginsTheCountAnew() {
        Node node = leading(peer).loses(peer);

        fails(node, 2).finds(peer);
        fails(node, 2);

        assertThat(node.state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule13_aPeerThatIsHeardProvesThatItIsNotCutOff() {
        Node node = leading(peer);
        for (int i = 0; i < 8; i++) {
            node.findsNothing().pass(1000, peer);
        }

        assertThat(node.state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule13_neverInAHiveOfOne() {
        Node node = fails(leading(), 20);

        assertThat(node.state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule13_withAStaticListPeersAloneMustBeSilent() {
        Node node = Node.at(2, with(true, false));
        node.server = Report.restored('a', 100, 10);
        node.leading(peer).loses(peer);

        node.pass(2900);
        assertThat(node.state()).isEqualTo(NodeState.LEADING);
        node.pass(200);
        assertThat(node.state()).isEqualTo(NodeState.FENCED);
    }

    @Test
    void rule13_itIsOffUnlessAskedFor() {
        Node node = Node.at(2, with(false, false));
        node.server = Report.restored('a', 100, 10);
        node.leading(peer).loses(peer);

        assertThat(fails(node, 20).state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule13_theFenceFallsWhenAPeerIsHeardAgain() {
        Node node = fails(leading(peer).loses(peer), 5).confirm();
        assertThat(node.state()).isEqualTo(NodeState.FENCED);

        node.meets(peer.leaderless());

        assertThat(node.state()).isNotEqualTo(NodeState.FENCED);
        node.until(() -> !node.said(Solicit.class).isEmpty(), peer);
    }

    @Test
    void rule13_theFenceFallsWhenDiscoveryAnswersAgain() {
        Node node = fails(leading(peer).loses(peer), 5).confirm();

        node.finds(peer);

        assertThat(node.state()).isNotEqualTo(NodeState.FENCED);
    }

    @Test
    void rule13_aFencedNodeDoesNotElectItself() {
        Node node = fails(leading(peer).loses(peer), 5).forget();

        fails(node, 30);

        assertThat(node.state()).isEqualTo(NodeState.FENCED);
        assertThat(node.waits()).contains("fenced");
        assertThat(node.standing().eligibility()).isEqualTo(Eligibility.NOT_READY);
        assertThat(node.promotes()).isFalse();
        assertThat(node.all(Effect.OpenRoute.class)).isEmpty();
    }
}

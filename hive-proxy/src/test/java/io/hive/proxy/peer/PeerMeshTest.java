package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.message.PeerMessage;
import io.hive.core.message.codec.PeerCodec;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.proxy.demo.Await;
import io.hive.proxy.transport.Transport;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Meshes on loopback addresses meet, talk, part and come back. */
class PeerMeshTest {
    private static final int MANY = 1000;

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO"})
    void twoMeetAndTalkInOrder(Transport transport) throws Exception {
        try (Hive hive = new Hive(transport)) {
            Node one = hive.start(Hive.settings("secret"));
            Node two = hive.start(Hive.settings("secret"));
            one.targets(two);
            two.targets(one);
            one.awaitConnected(two.member);
            two.awaitConnected(one.member);

            List<PeerMessage> said = LongStream.range(0, MANY).mapToObj(Hive::message).toList();
            for (int at = 0; at < MANY; at += 100) {
                said.subList(at, at + 100).forEach(m -> one.mesh.send(two.id(), m));
                said.subList(at, at + 100).forEach(m -> two.mesh.send(one.id(), m));
                one.awaitMessages(two.member, at + 100);
                two.awaitMessages(one.member, at + 100);
            }

            assertThat(one.from(two.member)).isEqualTo(said);
            assertThat(two.from(one.member)).isEqualTo(said);
            assertThat(one.mesh.counts().sent()).isEqualTo(MANY);
            assertThat(one.mesh.counts().received()).isEqualTo(MANY);
        }
    }

    @Test
    void threeMeetWithoutASecret() throws Exception {
        try (Hive hive = new Hive()) {
            List<Node> nodes =
                    List.of(
                            hive.start(Hive.settings()),
                            hive.start(Hive.settings()),
                            hive.start(Hive.settings()));
            for (Node node : nodes) {
                node.targets(nodes.toArray(Node[]::new));
            }
            for (Node node : nodes) {
                for (Node other : nodes) {
                    if (node != other) {
                        node.awaitConnected(other.member);
                    }
                }
                assertThat(node.mesh.counts().connected()).isEqualTo(2);
            }
        }
    }

    /**
     * Both dial in the same moment, over and over: whichever of the connections it becomes, there
     * is one, and nobody sees one go.
     */
    @Test
    void bothDialAtOnceAndOneConnectionStays() throws Exception {
        try (Hive hive = new Hive()) {
            for (int round = 0; round < 40; round++) {
                try (Node one = hive.start(Hive.settings("secret"));
                        Node two = hive.start(Hive.settings("secret"))) {
                    CountDownLatch now = new CountDownLatch(1);
                    List<Thread> dials =
                            List.of(
                                    dialOn(now, () -> one.targets(two)),
                                    dialOn(now, () -> two.targets(one)));
                    now.countDown();
                    for (Thread dial : dials) {
                        dial.join();
                    }
                    one.awaitConnected(two.member);
                    two.awaitConnected(one.member);
                    // Every dial has begun and come to its end: what is left is what stays.
                    hive.passLoops();
                    Await.until(
                            () ->
                                    one.mesh.counts().inHandshake() == 0
                                            && two.mesh.counts().inHandshake() == 0,
                            () -> one.mesh.counts() + " " + two.mesh.counts());
                    one.mesh.send(two.id(), Hive.message(1));
                    two.mesh.send(one.id(), Hive.message(2));
                    two.awaitMessages(one.member, 1);
                    one.awaitMessages(two.member, 1);

                    assertThat(one.events())
                            .as("round %d", round)
                            .containsExactly(
                                    new Event.Connected(two.member),
                                    new Event.Received(two.member, Hive.message(2)));
                    assertThat(two.events())
                            .as("round %d", round)
                            .containsExactly(
                                    new Event.Connected(one.member),
                                    new Event.Received(one.member, Hive.message(1)));
                    assertThat(one.mesh.counts().connections()).isEqualTo(1);
                    assertThat(two.mesh.counts().connections()).isEqualTo(1);
                    // The other connection was one too many, and neither side blames the other.
                    assertThat(one.mesh.counts().rejected().keySet())
                            .isSubsetOf(Rejection.DUPLICATE);
                    assertThat(two.mesh.counts().rejected().keySet())
                            .isSubsetOf(Rejection.DUPLICATE);
                }
            }
        }
    }

    private static Thread dialOn(CountDownLatch now, Runnable dial) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        now.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    dial.run();
                });
    }

    @Test
    void oneThatRestartsIsAnotherMember() throws Exception {
        try (Hive hive = new Hive()) {
            Node stays = hive.start(Hive.settings("secret"));
            Node leaves = hive.start(Hive.settings("secret"));
            stays.targets(leaves);
            leaves.targets(stays);
            stays.awaitConnected(leaves.member);

            leaves.close();
            stays.awaitDisconnected(leaves.member);
            Node returns = hive.start(hive.reborn(leaves.member), Hive.settings("secret"));
            stays.awaitConnected(returns.member);
            returns.awaitConnected(stays.member);
            stays.mesh.send(returns.id(), Hive.message(1));
            returns.awaitMessages(stays.member, 1);

            assertThat(stays.events())
                    .extracting(Event::peer)
                    .containsExactly(leaves.member, leaves.member, returns.member);
        }
    }

    @Test
    void aNewBootThrowsOutTheOldOneThatIsStillConnected() throws Exception {
        for (boolean smaller : List.of(true, false)) {
            try (Hive hive = new Hive()) {
                Node stays = hive.start(Hive.settings("secret"));
                Member old = hive.memberOnSide(stays.id(), smaller);
                Member young = hive.reborn(old);
                RawPeer first =
                        hive.closing(RawPeer.stranger(stays.id()))
                                .join(old, "test", Hive.secrets("secret"));
                stays.awaitConnected(old);
                RawPeer second =
                        hive.closing(RawPeer.stranger(stays.id()))
                                .join(young, "test", Hive.secrets("secret"));
                stays.awaitConnected(young);
                first.untilClosed();
                second.sendSealed(PeerCodec.encode(Hive.message(1)));
                stays.awaitMessages(young, 1);

                assertThat(stays.events())
                        .containsExactly(
                                new Event.Connected(old),
                                new Event.Disconnected(
                                        old, "the peer restarted, its new boot is " + young.boot()),
                                new Event.Connected(young),
                                new Event.Received(young, Hive.message(1)));
            }
        }
    }

    @Test
    void aSecondConnectionOfTheSameLifeIsTurnedAway() throws Exception {
        try (Hive hive = new Hive()) {
            Node stays = hive.start(Hive.settings("secret"));
            // The side that decides is the mesh.
            Member larger = hive.memberOnSide(stays.id(), false);
            hive.closing(RawPeer.stranger(stays.id())).join(larger, "test", Hive.secrets("secret"));
            stays.awaitConnected(larger);
            RawPeer second = hive.closing(RawPeer.stranger(stays.id()));
            assertThatThrownBy(() -> second.join(larger, "test", Hive.secrets("secret")))
                    .isInstanceOf(IOException.class);

            stays.awaitRejected(Rejection.DUPLICATE, 1);
            assertThat(stays.events()).containsExactly(new Event.Connected(larger));
        }
    }

    @Test
    void aLostPeerIsDialledAgain() throws Exception {
        try (Hive hive = new Hive()) {
            Member dialled = hive.member();
            Member between = hive.member();
            Node answers = hive.start(dialled, Hive.settings("secret"));
            FrameProxy first =
                    hive.closing(
                            new FrameProxy(between.node(), answers.id(), (_, _, f) -> List.of(f)));
            Node dials = hive.start(Hive.settings("secret"));
            dials.mesh.targets(Set.of(between.node()));
            dials.awaitConnected(dialled);
            answers.awaitConnected(dials.member);

            first.close();
            dials.awaitDisconnected(dialled);
            answers.awaitDisconnected(dials.member);
            hive.closing(new FrameProxy(between.node(), answers.id(), (_, _, f) -> List.of(f)));

            Await.until(
                    () -> dials.events().size() == 3 && answers.events().size() == 3,
                    () -> dials.events().toString());
        }
    }

    @Test
    void oneThatDiscoveryForgetsKeepsItsConnection() throws Exception {
        try (Hive hive = new Hive()) {
            Node one = hive.start(Hive.settings("secret"));
            Node two = hive.start(Hive.settings("secret"));
            one.targets(two);
            one.awaitConnected(two.member);
            one.targets();
            one.mesh.send(two.id(), Hive.message(1));
            two.awaitMessages(one.member, 1);

            two.close();
            one.awaitDisconnected(two.member);
            // Somebody else is dialled after it was lost; it is not.
            Node three = hive.start(Hive.settings("secret"));
            one.targets(three);
            one.awaitConnected(three.member);

            assertThat(one.mesh.counts().dials()).isEqualTo(2);
        }
    }

    @Test
    void oneselfIsRecognised() throws Exception {
        try (Hive hive = new Hive()) {
            Member member = hive.member();
            Member elsewhere = hive.member();
            Node self = hive.start(member, Hive.settings("secret"));
            hive.closing(new FrameProxy(elsewhere.node(), self.id(), (_, _, f) -> List.of(f)));
            self.mesh.targets(Set.of(member.node(), elsewhere.node()));
            // Both ends of the one connection see it.
            self.awaitRejected(Rejection.SELF, 1);

            Node other = hive.start(Hive.settings("secret"));
            self.mesh.targets(Set.of(member.node(), elsewhere.node(), other.id()));
            self.awaitConnected(other.member);

            assertThat(self.mesh.counts().dials()).isEqualTo(2);
            assertThat(self.events()).containsExactly(new Event.Connected(other.member));
        }
    }

    @Test
    void aSecondAddressOfAPeerIsNotDialledForEver() throws Exception {
        try (Hive hive = new Hive()) {
            Node one = hive.start(Hive.settings("secret"));
            Node two = hive.start(Hive.settings("secret"));
            Member second = hive.member();
            hive.closing(new FrameProxy(second.node(), two.id(), (_, _, f) -> List.of(f)));
            one.mesh.targets(Set.of(two.id(), second.node()));
            one.awaitConnected(two.member);
            Await.until(
                    () -> one.mesh.counts().dials() == 2 && one.mesh.counts().inHandshake() == 0,
                    () -> one.mesh.counts().toString());
            Node three = hive.start(Hive.settings("secret"));
            one.mesh.targets(Set.of(two.id(), second.node(), three.id()));
            one.awaitConnected(three.member);

            assertThat(one.mesh.counts().dials()).isEqualTo(3);
            assertThat(one.mesh.counts().connected()).isEqualTo(2);
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (Hive hive = new Hive()) {
            Node first = hive.start(Hive.settings("secret"));
            Node second = hive.node(hive.reborn(first.member), Hive.settings("secret"));

            assertThatThrownBy(second.mesh::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(first.id().toString())
                    .hasMessageContaining("HIVE_PEER_PORT");
        }
    }

    @Test
    void aFarewellArrivesBeforeTheEnd() throws Exception {
        try (Hive hive = new Hive()) {
            Node one = hive.start(Hive.settings("secret"));
            Node two = hive.start(Hive.settings("secret"));
            one.targets(two);
            one.awaitConnected(two.member);
            two.awaitConnected(one.member);
            one.mesh.send(two.id(), new PeerMessage.Farewell("bye"));
            one.mesh.close();

            two.awaitDisconnected(one.member);
            assertThat(two.from(one.member)).containsExactly(new PeerMessage.Farewell("bye"));
            assertThat(one.events())
                    .containsExactly(
                            new Event.Connected(two.member),
                            new Event.Disconnected(two.member, "this sidecar stops"));
        }
    }

    @Test
    void whatIsSentToNobodyIsCounted() throws Exception {
        try (Hive hive = new Hive()) {
            Node one = hive.start(Hive.settings("secret"));
            one.mesh.send(NodeId.parse("127.0.0.1:1", 1), Hive.message(1));

            assertThat(one.mesh.counts().droppedUnconnected()).isEqualTo(1);
        }
    }

    @Test
    void aListenerThatFailsHarmsNobody() throws Exception {
        try (Hive hive = new Hive()) {
            Node two = hive.start(Hive.settings("secret"));
            Member member = hive.member();
            PeerListener fails =
                    new PeerListener() {
                        @Override
                        public void connected(Member peer) {
                            throw new IllegalStateException("on purpose");
                        }

                        @Override
                        public void received(Member peer, PeerMessage message) {
                            throw new IllegalStateException("on purpose");
                        }

                        @Override
                        public void disconnected(Member peer, String reason) {
                            throw new IllegalStateException("on purpose");
                        }
                    };
            PeerMesh mesh =
                    new PeerMesh(
                            Hive.settings("secret").withBind(member.node().address()),
                            member,
                            hive.transport,
                            hive.loops,
                            fails);
            hive.closing(mesh::close);
            mesh.start();
            mesh.targets(Set.of(two.id()));
            two.awaitConnected(member);
            two.mesh.send(member.node(), Hive.message(1));
            Await.until(() -> mesh.counts().received() == 1, () -> mesh.counts().toString());
            mesh.send(two.id(), Hive.message(2));
            two.awaitMessages(member, 1);
        }
    }
}

package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.codec.HandshakeCodec;
import io.hive.core.message.codec.HandshakeMessage.Hello;
import io.hive.core.message.codec.Wire;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stranger on the peer port gets nothing, but for redis-hive's question. */
class PeerRefusalTest {
    private static final String ANSWER =
            new WhoAnswer(
                            NodeId.parse("10.0.0.1:3000", 3000),
                            NodeState.FOLLOWING,
                            NodeId.parse("10.0.0.2:3000", 3000),
                            6379,
                            1,
                            2,
                            List.of())
                    .text();

    @Test
    void anotherSecretIsRefusedOnBothSides() throws Exception {
        try (Hive hive = new Hive()) {
            Node one = hive.start(Hive.settings("one"));
            Node two = hive.start(Hive.settings("two"));
            one.targets(two);
            two.targets(one);
            one.awaitRejected(Rejection.WRONG_SECRET, 1);
            two.awaitRejected(Rejection.WRONG_SECRET, 1);

            assertThat(one.events()).isEmpty();
            assertThat(two.events()).isEmpty();
        }
    }

    @Test
    void aSecretAndNoneDoNotMix() throws Exception {
        try (Hive hive = new Hive()) {
            Node one = hive.start(Hive.settings("one"));
            Node two = hive.start(Hive.settings());
            one.targets(two);
            two.targets(one);
            one.awaitRejected(Rejection.WRONG_SECRET, 1);
            two.awaitRejected(Rejection.WRONG_SECRET, 1);

            assertThat(one.events()).isEmpty();
            assertThat(two.events()).isEmpty();
        }
    }

    @Test
    void oneSharedSecretOfSeveralIsEnough() throws Exception {
        try (Hive hive = new Hive()) {
            Node old = hive.start(Hive.settings("old"));
            Node changing = hive.start(Hive.settings("new", "old"));
            Node young = hive.start(Hive.settings("new"));
            changing.targets(old, young);
            old.targets(changing, young);
            young.targets(changing, old);
            changing.awaitConnected(old.member);
            changing.awaitConnected(young.member);
            old.awaitRejected(Rejection.WRONG_SECRET, 1);

            // The last one learns the new secret while it runs.
            old.mesh.secrets(Hive.secrets("old", "new"));
            old.awaitConnected(young.member);
        }
    }

    @Test
    void aHiveCanAdoptItsFirstSecretOneByOne() throws Exception {
        try (Hive hive = new Hive()) {
            Node open = hive.start(Hive.settings());
            Node both = hive.start(Hive.settings("secret"));
            both.mesh.secrets(List.of(PeerSecret.of("secret"), PeerSecret.none()));
            Node closed = hive.start(Hive.settings("secret"));
            both.targets(open, closed);
            open.targets(both);

            both.awaitConnected(open.member);
            both.awaitConnected(closed.member);
        }
    }

    @Test
    void untilThenOneWithoutASecretStillHasToBeNamed() throws Exception {
        try (Hive hive = new Hive()) {
            Node both = hive.start(Hive.settings("secret"));
            both.mesh.secrets(List.of(PeerSecret.of("secret"), PeerSecret.none()));
            Node stranger = hive.start(Hive.settings());
            stranger.targets(both);
            both.awaitRejected(Rejection.UNNAMED_SOURCE, 1);

            assertThat(both.events()).isEmpty();
        }
    }

    @Test
    void aPeerOfAnotherClusterIsRefusedAndNamed() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            Node there =
                    hive.start(
                            PeerSettings.of("elsewhere", Hive.secrets("secret"))
                                    .withPeerTimeout(Hive.PATIENT));
            there.targets(here);
            here.awaitRejected(Rejection.OTHER_CLUSTER, 1);

            assertThat(here.mesh.counts().rejected().get(Rejection.OTHER_CLUSTER).last())
                    .contains(there.id().toString(), "'elsewhere'", "'test'");
            assertThat(here.events()).isEmpty();
            assertThat(there.events()).isEmpty();
        }
    }

    @Test
    void withoutASecretAnAddressThatDiscoveryDoesNotNameIsRefused() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings());
            Node stranger = hive.start(Hive.settings());
            stranger.targets(here);
            here.awaitRejected(Rejection.UNNAMED_SOURCE, 1);
            assertThat(here.events()).isEmpty();

            // From the named address it is let in, though its own discovery came first.
            here.mesh.targets(Set.of(new NodeId(stranger.id().address(), 1)));
            here.awaitConnected(stranger.member);
        }
    }

    @Test
    void beforeAnAddressIsNamedNothingIsSaidToIt() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings());
            Member stranger = hive.member();
            RawPeer raw = hive.closing(RawPeer.from(stranger, here.id()));
            raw.send(RawPeer.handshake(stranger, "test", List.of(PeerSecret.none())).hello());

            assertThat(raw.untilClosed()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "*1\r\n$4\r\nPING\r\n",
                "e=wh?",
                "e=what",
                "\u0000\u0000\u0000\u0000",
                "\u0000\u0000\u0004\u0001"
            })
    void garbageAndLongFramesAreNotAnswered(String bytes) throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            here.mesh.whoAnswer(() -> ANSWER);
            RawPeer raw = hive.closing(RawPeer.stranger(here.id()));
            raw.out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));

            assertThat(raw.untilClosed()).isEmpty();
            PeerCounts counts = here.mesh.counts();
            assertThat(counts.rejected(Rejection.GARBAGE) + counts.rejected(Rejection.OVERSIZED))
                    .isEqualTo(1);
        }
    }

    @Test
    void randomBytesAreNotAnswered() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            for (int round = 0; round < 100; round++) {
                byte[] frame = new byte[1 + random.nextInt(Wire.MAX_HANDSHAKE_BYTES)];
                random.nextBytes(frame);
                try (RawPeer raw = RawPeer.stranger(here.id())) {
                    raw.send(frame);
                    assertThat(raw.untilClosed()).as("seed %d", seed).isEmpty();
                }
            }
            assertThat(here.mesh.counts().rejected(Rejection.GARBAGE)).isEqualTo(100);
        }
    }

    @Test
    void halfAHelloHasADeadline() throws Exception {
        try (Hive hive = new Hive()) {
            Node here =
                    hive.start(
                            Hive.settings("secret").withHandshakeTimeout(Duration.ofMillis(100)));
            Member other = hive.member();
            byte[] hello = RawPeer.handshake(other, "test", Hive.secrets("secret")).hello();
            for (int sent : List.of(0, 2, 4, 20)) {
                RawPeer raw = hive.closing(RawPeer.stranger(here.id()));
                raw.out.writeInt(hello.length);
                raw.out.write(hello, 0, sent);
                assertThat(raw.untilClosed()).isEmpty();
            }
            RawPeer silent = hive.closing(RawPeer.stranger(here.id()));
            assertThat(silent.untilClosed()).isEmpty();
            RawPeer neverProves = hive.closing(RawPeer.stranger(here.id()));
            neverProves.send(hello);
            neverProves.untilClosed();

            assertThat(here.mesh.counts().rejected(Rejection.TOO_SLOW)).isEqualTo(6);
            assertThat(here.mesh.counts().inHandshake()).isZero();
        }
    }

    @Test
    void oneThatClaimsToBeThisNodeIsRefused() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            Member twin = hive.reborn(here.member);
            RawPeer raw = hive.closing(RawPeer.stranger(here.id()));
            raw.send(RawPeer.handshake(twin, "test", Hive.secrets("secret")).hello());

            assertThat(raw.untilClosed()).isEmpty();
            assertThat(here.mesh.counts().rejected(Rejection.SAME_IDENTITY)).isEqualTo(1);
        }
    }

    @Test
    void oneThatSpeaksOnlyANewerProtocolIsRefusedAndOneThatStillSpeaksThisIsNot() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            Member other = hive.member();
            RawPeer tooNew = hive.closing(RawPeer.stranger(here.id()));
            tooNew.send(HandshakeCodec.encode(new Hello(2, 9, "test", other, RawPeer.nonce())));
            assertThat(tooNew.untilClosed()).isEmpty();
            assertThat(here.mesh.counts().rejected(Rejection.OTHER_VERSION)).isEqualTo(1);

            RawPeer newer = hive.closing(RawPeer.stranger(here.id()));
            newer.send(HandshakeCodec.encode(new Hello(1, 9, "test", other, RawPeer.nonce())));
            assertThat(HandshakeCodec.decode(ByteBuffer.wrap(newer.read())))
                    .isInstanceOf(Hello.class);
        }
    }

    @Test
    void oneAddressCannotTakeAllPlaces() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            for (int i = 0; i < 20; i++) {
                hive.closing(RawPeer.stranger(here.id()));
            }
            here.awaitRejected(Rejection.TOO_MANY, 4);
            assertThat(here.mesh.counts().inHandshake()).isEqualTo(16);

            // From another address there is room.
            Node other = hive.start(Hive.settings("secret"));
            other.targets(here);
            here.awaitConnected(other.member);
        }
    }

    @Test
    void theQuestionIsAnsweredToAnyone() throws Exception {
        try (Hive hive = new Hive()) {
            for (PeerSettings settings : List.of(Hive.settings(), Hive.settings("secret"))) {
                Node here = hive.start(settings);
                here.mesh.whoAnswer(() -> ANSWER);
                assertThat(ask(here, "e=who")).isEqualTo(ANSWER);
                assertThat(here.mesh.counts().whoAnswers()).isEqualTo(1);
                assertThat(here.mesh.counts().rejected()).isEmpty();
            }
        }
    }

    @Test
    void theQuestionMayComeByteByByte() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            here.mesh.whoAnswer(() -> ANSWER);
            RawPeer raw = hive.closing(RawPeer.stranger(here.id()));
            for (char one : "e=who".toCharArray()) {
                raw.out.write(one);
                raw.out.flush();
                hive.passLoops();
            }

            assertThat(new String(raw.untilClosed(), StandardCharsets.UTF_8)).isEqualTo(ANSWER);
        }
    }

    @Test
    void withoutAnAnswerTheQuestionGetsNone() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            assertThat(ask(here, "e=who")).isEmpty();
            here.mesh.whoAnswer(() -> {
                throw new IllegalStateException("on purpose");
            });
            assertThat(ask(here, "e=who")).isEmpty();
            assertThat(here.mesh.counts().whoAnswers()).isZero();
        }
    }

    private static String ask(Node node, String question) throws IOException {
        try (RawPeer raw = RawPeer.stranger(node.id())) {
            raw.out.write(question.getBytes(StandardCharsets.US_ASCII));
            return new String(raw.untilClosed(), StandardCharsets.UTF_8);
        }
    }
}

package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.codec.PeerCodec;
import io.hive.core.message.codec.Wire;
import io.hive.core.node.Member;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Whoever stands between two peers can cut them off, and nothing else. */
class PeerTamperTest {
    /** The frames of the handshake that each side sends: hello, proof, and for one of them go. */
    private static final int AFTER_HANDSHAKE = 3;

    @Test
    void aChangedFrameEndsTheConnection() throws Exception {
        throughProxy((fromDialer, index, frame) -> {
            if (fromDialer && index >= AFTER_HANDSHAKE) {
                frame[0] ^= 1;
            }
            return List.of(frame);
        });
    }

    @Test
    void aRepeatedFrameEndsTheConnection() throws Exception {
        throughProxy((fromDialer, index, frame) ->
                fromDialer && index >= AFTER_HANDSHAKE ? List.of(frame, frame) : List.of(frame));
    }

    @Test
    void aFrameLeftOutEndsTheConnection() throws Exception {
        throughProxy((fromDialer, index, frame) ->
                fromDialer && index == AFTER_HANDSHAKE ? List.of() : List.of(frame));
    }

    @Test
    void swappedFramesEndTheConnection() throws Exception {
        AtomicReference<byte[]> held = new AtomicReference<>();
        throughProxy((fromDialer, index, frame) -> {
            if (!fromDialer || index < AFTER_HANDSHAKE) {
                return List.of(frame);
            }
            byte[] before = held.getAndSet(frame);
            return before == null ? List.of() : List.of(frame, before);
        });
    }

    @Test
    void anInventedFrameEndsTheConnection() throws Exception {
        throughProxy((fromDialer, index, frame) ->
                fromDialer && index >= AFTER_HANDSHAKE
                        ? List.of(new byte[Wire.MAC_BYTES + 1], frame, new byte[] {1, 2})
                        : List.of(frame));
    }

    /** The dialler says something through a meddler that acts once both are connected. */
    private static void throughProxy(FrameProxy.Meddler meddler) throws Exception {
        try (Hive hive = new Hive()) {
            Node dials = smallest(hive);
            Node answers = greater(hive, dials);
            Member between = hive.member();
            hive.closing(new FrameProxy(between.node(), answers.id(), meddler));
            dials.mesh.targets(Set.of(between.node()));
            dials.awaitConnected(answers.member);
            answers.awaitConnected(dials.member);
            dials.mesh.send(answers.id(), Hive.message(1));
            dials.mesh.send(answers.id(), Hive.message(2));

            answers.awaitRejected(Rejection.TAMPERED, 1);
            answers.awaitDisconnected(dials.member);
            assertThat(answers.from(dials.member))
                    .doesNotContain(Hive.message(2))
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    /** So that the dialler is the one that says go, and its frames are counted alike. */
    private static Node smallest(Hive hive) throws Exception {
        Member smallest = hive.member();
        for (int i = 0; i < 8; i++) {
            Member other = hive.member();
            smallest = other.node().compareTo(smallest.node()) < 0 ? other : smallest;
        }
        return hive.start(smallest, Hive.settings("secret"));
    }

    /** The smaller one says go, so the one that answers must not be it. */
    private static Node greater(Hive hive, Node than) throws Exception {
        Node node = hive.start(Hive.settings("secret"));
        while (node.id().compareTo(than.id()) < 0) {
            node = hive.start(Hive.settings("secret"));
        }
        return node;
    }

    @Test
    void aChangedHandshakeIsNone() throws Exception {
        for (int changed = 0; changed < AFTER_HANDSHAKE; changed++) {
            int which = changed;
            try (Hive hive = new Hive()) {
                Node dials = smallest(hive);
                Node answers = greater(hive, dials);
                Member between = hive.member();
                hive.closing(
                        new FrameProxy(
                                between.node(),
                                answers.id(),
                                (fromDialer, index, frame) -> {
                                    if (fromDialer && index == which) {
                                        // The last byte: of the nonce, of the proof, of a code.
                                        frame[frame.length - 1] ^= 1;
                                    }
                                    return List.of(frame);
                                }));
                dials.mesh.targets(Set.of(between.node()));
                answers.awaitRejected(which < 2 ? Rejection.WRONG_SECRET : Rejection.TAMPERED, 1);

                assertThat(answers.events()).isEmpty();
            }
        }
    }

    /** Frames sent back to their sender, over a whole recorded connection. */
    @Test
    void anEchoIsNoPeer() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            Member other = hive.member();
            RawPeer raw =
                    hive.closing(RawPeer.stranger(here.id()))
                            .join(other, "test", Hive.secrets("secret"));
            here.awaitConnected(other);
            here.mesh.send(other.node(), Hive.message(7));
            raw.send(raw.read());

            here.awaitRejected(Rejection.TAMPERED, 1);
            here.awaitDisconnected(other);
            assertThat(here.from(other)).isEmpty();
        }
    }

    /** The frames of one connection mean nothing on another. */
    @Test
    void aRecordedConnectionCannotBePlayedAgain() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            Member other = hive.member();
            Handshake handshake = RawPeer.handshake(other, "test", Hive.secrets("secret"));
            RawPeer first = hive.closing(RawPeer.stranger(here.id()));
            first.send(handshake.hello());
            handshake.meet(first.read());
            byte[] proof = handshake.proof();
            first.send(proof);
            handshake.verify(first.read());
            first.close();

            RawPeer again = hive.closing(RawPeer.stranger(here.id()));
            again.send(handshake.hello());
            again.read();
            again.send(proof);

            assertThat(again.untilClosed()).isEmpty();
            assertThat(here.mesh.counts().rejected(Rejection.WRONG_SECRET)).isEqualTo(1);
        }
    }

    @Test
    void aLongFrameOfAPeerEndsTheConnection() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            Member other = hive.member();
            RawPeer raw =
                    hive.closing(RawPeer.stranger(here.id()))
                            .join(other, "test", Hive.secrets("secret"));
            raw.sendSealed(PeerCodec.encode(Hive.message(1)));
            here.awaitMessages(other, 1);
            raw.out.writeInt(Wire.MAX_FRAME_BYTES + 1);

            here.awaitRejected(Rejection.OVERSIZED, 1);
            here.awaitDisconnected(other);
        }
    }

    @Test
    void whatANewerPeerSaysIsSkippedAndWhatNobodyCanReadIsCounted() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            Member other = hive.member();
            RawPeer raw =
                    hive.closing(RawPeer.stranger(here.id()))
                            .join(other, "test", Hive.secrets("secret"));
            raw.sendSealed(new byte[] {(byte) 250, 1, 2, 3});
            raw.sendSealed(new byte[] {16});
            raw.sendSealed(PeerCodec.encode(Hive.message(1)));
            here.awaitMessages(other, 1);

            assertThat(here.mesh.counts().unknown()).isEqualTo(1);
            assertThat(here.mesh.counts().undecodable()).isEqualTo(1);
            assertThat(here.events())
                    .containsExactly(
                            new Event.Connected(other), new Event.Received(other, Hive.message(1)));
        }
    }
}

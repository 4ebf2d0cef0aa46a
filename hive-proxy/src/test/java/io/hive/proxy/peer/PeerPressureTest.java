package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.PeerMessage;
import io.hive.core.message.codec.PeerCodec;
import io.hive.core.node.Member;
import io.hive.proxy.demo.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Peers that do not read, or say nothing, do not make this side wait or grow. */
class PeerPressureTest {
    private static final PeerMessage LONG = new PeerMessage.Farewell("x".repeat(500));

    @Test
    void whatAPeerDoesNotReadIsDroppedAndCounted() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret"));
            Member other = hive.member();
            RawPeer raw =
                    hive.closing(RawPeer.stranger(here.id()))
                            .join(other, "test", Hive.secrets("secret"));
            here.awaitConnected(other);
            long sent = 0;
            while (here.mesh.counts().droppedFull() < 1000) {
                here.mesh.send(other.node(), LONG);
                sent++;
                assertThat(sent).as("nothing is ever dropped").isLessThan(1_000_000);
            }
            long dropped = here.mesh.counts().droppedFull();

            // What was not dropped is still there, in order, once it reads.
            for (long i = 0; i < sent - dropped; i++) {
                assertThat(raw.receiving.open(raw.read())).isEqualTo(PeerCodec.encode(LONG));
            }
            here.mesh.send(other.node(), Hive.message(1));
            assertThat(raw.receiving.open(raw.read())).isEqualTo(PeerCodec.encode(Hive.message(1)));
            assertThat(here.mesh.counts().droppedFull()).isEqualTo(dropped);
        }
    }

    @Test
    void aPeerThatNeverReadsIsGivenUpThoughItTalks() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret").withPeerTimeout(Duration.ofSeconds(1)));
            Member other = hive.member();
            RawPeer raw =
                    hive.closing(RawPeer.stranger(here.id()))
                            .join(other, "test", Hive.secrets("secret"));
            here.awaitConnected(other);
            Thread talks =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    for (long i = 0; i < 1_000_000; i++) {
                                        raw.sendSealed(PeerCodec.encode(Hive.message(i)));
                                        LockSupport.parkNanos(10_000_000);
                                    }
                                } catch (IOException e) {
                                    // Given up.
                                }
                            });
            // Over and over: that the queue was full once may only mean that the loop was slow.
            Await.until(
                    () -> {
                        for (int i = 0; i < 100; i++) {
                            here.mesh.send(other.node(), LONG);
                        }
                        return here.mesh.counts().connected() == 0;
                    },
                    () -> here.mesh.counts().toString());
            here.awaitDisconnected(other);
            raw.close();
            talks.join();

            assertThat(here.events().getLast())
                    .isInstanceOfSatisfying(
                            Event.Disconnected.class,
                            // The mesh sees it, or the kernel does at the same
                            // moment (TCP_USER_TIMEOUT).
                            gone ->
                                    assertThat(gone.reason())
                                            .matches("it has read nothing for .*|.*timed out.*"));
        }
    }

    @Test
    void aPeerThatFallsSilentIsGivenUp() throws Exception {
        try (Hive hive = new Hive()) {
            Node here = hive.start(Hive.settings("secret").withPeerTimeout(Duration.ofMillis(50)));
            Member other = hive.member();
            hive.closing(RawPeer.stranger(here.id())).join(other, "test", Hive.secrets("secret"));
            here.awaitConnected(other);
            here.awaitDisconnected(other);

            assertThat(here.events().getLast())
                    .isInstanceOfSatisfying(
                            Event.Disconnected.class,
                            gone -> assertThat(gone.reason()).startsWith("nothing came for "));
        }
    }

    /** A peer that lost a connection dials anew; the one that is silent here gives way. */
    @Test
    void aSilentConnectionGivesWayToANewOne() throws Exception {
        try (Hive hive = new Hive()) {
            // Stale after one timeout and given up after three: there are seconds in between.
            Node here = hive.start(Hive.settings("secret").withPeerTimeout(Duration.ofSeconds(2)));
            Member larger = hive.memberOnSide(here.id(), false);
            hive.closing(RawPeer.stranger(here.id())).join(larger, "test", Hive.secrets("secret"));
            here.awaitConnected(larger);
            Await.until(() -> joins(hive, here, larger), () -> here.mesh.counts().toString());
            Await.until(() -> here.events().size() >= 3, () -> here.events().toString());

            assertThat(here.mesh.counts().rejected(Rejection.DUPLICATE)).isPositive();
            assertThat(here.events().subList(0, 3))
                    .containsExactly(
                            new Event.Connected(larger),
                            new Event.Disconnected(larger, "the peer connected anew"),
                            new Event.Connected(larger));
        }
    }

    private static boolean joins(Hive hive, Node node, Member peer) {
        try {
            hive.closing(RawPeer.stranger(node.id())).join(peer, "test", Hive.secrets("secret"));
            return true;
        } catch (IOException e) {
            // Turned away; by then the connection that is there had something to say.
            return false;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

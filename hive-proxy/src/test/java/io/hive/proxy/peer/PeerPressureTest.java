package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.PeerMessage;
import io.hive.core.message.codec.PeerCodec;
import io.hive.core.node.Member;
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
            while (here.mesh.counts().droppedFull() == 0 && here.mesh.counts().connected() == 1) {
                here.mesh.send(other.node(), LONG);
            }
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
            // The watch looks every half peer timeout and gives up after three: in between, a
            // connection is stale and still there.
            Node here = hive.start(Hive.settings("secret").withPeerTimeout(Duration.ofMillis(200)));
            Member other = hive.member();
            hive.closing(RawPeer.stranger(here.id())).join(other, "test", Hive.secrets("secret"));
            here.awaitConnected(other);
            Await.until(
                    () -> {
                        try {
                            hive.closing(RawPeer.stranger(here.id()))
                                    .join(other, "test", Hive.secrets("secret"));
                            return true;
                        } catch (Exception e) {
                            return false;
                        }
                    },
                    () -> here.mesh.counts().toString());

            Await.until(
                    () ->
                            here.events().stream().filter(Event.Connected.class::isInstance).count()
                                    >= 2,
                    () -> here.events().toString());
            here.assertOrderly();
        }
    }
}

package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.message.codec.HandshakeCodec;
import io.hive.core.message.codec.HandshakeMessage.Hello;
import io.hive.core.node.BootId;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The two sides of a handshake against each other, without a socket. */
class HandshakeTest {
    private static final Member ONE =
            new Member(NodeId.parse("10.0.0.1:3000", 3000), new BootId(1));
    private static final Member TWO =
            new Member(NodeId.parse("10.0.0.2:3000", 3000), new BootId(2));

    @Test
    void bothEndWithTheSameKeysAndEachDirectionWithItsOwn() throws Exception {
        Handshake dialer = side(Role.DIALER, ONE, Hive.secrets("a"));
        Handshake acceptor = side(Role.ACCEPTOR, TWO, Hive.secrets("a"));
        run(dialer, acceptor);

        byte[] message = {1, 2, 3};
        byte[] there = sealed(dialer.sending(), message);
        byte[] back = sealed(acceptor.sending(), message);
        assertThat(acceptor.receiving().open(there)).isEqualTo(message);
        assertThat(dialer.receiving().open(back)).isEqualTo(message);
        assertThat(there).isNotEqualTo(back);
        assertThat(dialer.receiving().open(there)).isNull();
        assertThat(acceptor.receiving().open(back)).isNull();
        assertThat(dialer.open()).isFalse();
    }

    @Test
    void everyConnectionHasItsOwnKeys() throws Exception {
        byte[] message = {1, 2, 3};
        Handshake first = side(Role.DIALER, ONE, Hive.secrets("a"));
        run(first, side(Role.ACCEPTOR, TWO, Hive.secrets("a")));
        Handshake second = side(Role.DIALER, ONE, Hive.secrets("a"));
        run(second, side(Role.ACCEPTOR, TWO, Hive.secrets("a")));

        assertThat(sealed(first.sending(), message))
                .isNotEqualTo(sealed(second.sending(), message));
    }

    @Test
    void anySharedSecretWillDoAndNoneIsOne() throws Exception {
        run(
                side(Role.DIALER, ONE, Hive.secrets("x", "y", "z")),
                side(Role.ACCEPTOR, TWO, Hive.secrets("q", "z")));
        Handshake open = side(Role.DIALER, ONE, List.of(PeerSecret.none()));
        run(open, side(Role.ACCEPTOR, TWO, List.of(PeerSecret.of("a"), PeerSecret.none())));

        assertThat(open.open()).isTrue();
    }

    @Test
    void twoThatShareASecretUseItThoughBothAcceptNone() throws Exception {
        List<PeerSecret> both =
                PeerSettings.of("test", List.of(PeerSecret.none(), PeerSecret.of("a"))).secrets();
        Handshake dialer = side(Role.DIALER, ONE, both);
        run(dialer, side(Role.ACCEPTOR, TWO, both));

        assertThat(dialer.open()).isFalse();
    }

    @Test
    void withoutASharedSecretThereIsNone() {
        assertThatThrownBy(() ->
                        run(
                                side(Role.DIALER, ONE, Hive.secrets("x")),
                                side(Role.ACCEPTOR, TWO, Hive.secrets("y"))))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        e -> assertThat(e.rejection()).isEqualTo(Rejection.WRONG_SECRET))
                .message()
                .doesNotContain("x", "y");
    }

    @Test
    void aProofSentBackProvesNothing() throws Exception {
        Handshake dialer = side(Role.DIALER, ONE, Hive.secrets("a"));
        Handshake acceptor = side(Role.ACCEPTOR, TWO, Hive.secrets("a"));
        acceptor.meet(dialer.hello());
        dialer.meet(acceptor.hello());

        assertThatThrownBy(() -> dialer.verify(dialer.proof()))
                .isInstanceOf(RejectedException.class);
    }

    /** Every byte of either hello is part of what is proved, also what a newer one appends. */
    @Test
    void nothingInAHelloCanBeChanged() throws Exception {
        byte[] hello = side(Role.DIALER, ONE, Hive.secrets("a")).hello();
        for (int at = 0; at <= hello.length; at++) {
            Handshake dialer = side(Role.DIALER, ONE, Hive.secrets("a"));
            Handshake acceptor = side(Role.ACCEPTOR, TWO, Hive.secrets("a"));
            byte[] changed = dialer.hello();
            if (at == changed.length) {
                changed = Arrays.copyOf(changed, changed.length + 1);
            } else {
                changed[at] ^= 1;
            }
            byte[] arrives = changed;
            assertThatThrownBy(
                            () -> {
                                acceptor.meet(arrives);
                                dialer.meet(acceptor.hello());
                                acceptor.verify(dialer.proof());
                            })
                    .as("byte %d", at)
                    .isInstanceOf(RejectedException.class);
        }
    }

    @Test
    void whatANewerHelloCarriesDoesNoHarm() throws Exception {
        Handshake acceptor = side(Role.ACCEPTOR, TWO, Hive.secrets("a"));
        byte[] hello = HandshakeCodec.encode(new Hello(1, 9, "test", ONE, RawPeer.nonce()));
        byte[] longer = Arrays.copyOf(hello, hello.length + 40);

        assertThat(acceptor.meet(longer)).isEqualTo(ONE);
    }

    @Test
    void aSealCountsFrames() {
        byte[] key = new byte[32];
        Seal sender = new Seal(key);
        Seal receiver = new Seal(key);
        byte[] first = sealed(sender, new byte[] {1});
        byte[] second = sealed(sender, new byte[] {1});

        assertThat(first).isNotEqualTo(second);
        assertThat(receiver.open(first)).containsExactly(1);
        assertThat(receiver.open(first)).isNull();
        assertThat(new Seal(key).open(second)).isNull();
        assertThat(new Seal(key).open(new byte[5])).isNull();
    }

    @Test
    void aSecretIsNeverPrinted() {
        assertThat(PeerSecret.of("hunter2")).hasToString("(secret)");
        assertThat(PeerSettings.of("c", Hive.secrets("hunter2")).toString())
                .doesNotContain("hunter2");
    }

    private static Handshake side(Role role, Member self, List<PeerSecret> secrets) {
        return new Handshake(role, self, "test", secrets, RawPeer.nonce());
    }

    private static void run(Handshake dialer, Handshake acceptor) throws RejectedException {
        acceptor.meet(dialer.hello());
        dialer.meet(acceptor.hello());
        acceptor.verify(dialer.proof());
        dialer.verify(acceptor.proof());
    }

    private static byte[] sealed(Seal seal, byte[] message) {
        byte[] code = seal.next(message);
        return ByteBuffer.allocate(message.length + code.length).put(message).put(code).array();
    }
}

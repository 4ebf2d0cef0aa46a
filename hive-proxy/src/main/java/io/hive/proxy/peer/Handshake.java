package io.hive.proxy.peer;

import io.hive.core.message.codec.DecodeException;
import io.hive.core.message.codec.HandshakeCodec;
import io.hive.core.message.codec.HandshakeMessage;
import io.hive.core.message.codec.HandshakeMessage.Hello;
import io.hive.core.message.codec.HandshakeMessage.Proof;
import io.hive.core.message.codec.Octets;
import io.hive.core.message.codec.Wire;
import io.hive.core.node.Member;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One side of one handshake: which bytes to send, and whether those that came are good. Holds no
 * socket; the connection says when.
 *
 * <p>A proof is a code over both hellos as they were sent, to the byte, the version that follows
 * from them, and who proves: so it fits this connection and this end of it alone, and nothing in a
 * hello can be changed on the way, not even by taking a newer version's field off. Event loop only.
 */
final class Handshake {
    private final Role role;
    private final Member self;
    private final String cluster;
    private final List<PeerSecret> secrets;
    private final byte[] hello;

    private byte @Nullable [] transcript;
    private @Nullable PeerSecret agreed;

    /**
     * @param secrets what is accepted, best first; at most {@link Wire#MAX_PROOFS}
     * @param nonce random, of this connection alone
     */
    Handshake(Role role, Member self, String cluster, List<PeerSecret> secrets, Octets nonce) {
        this.role = role;
        this.self = self;
        this.cluster = cluster;
        this.secrets = secrets;
        this.hello =
                HandshakeCodec.encode(
                        new Hello(Wire.OLDEST_VERSION, Wire.VERSION, cluster, self, nonce));
    }

    /** The hello to send. */
    byte[] hello() {
        return hello.clone();
    }

    /**
     * Takes the other's hello.
     *
     * @return who it claims to be; nothing is proved yet
     */
    Member meet(byte[] frame) throws RejectedException {
        if (!(decode(frame) instanceof Hello theirs)) {
            throw new RejectedException(Rejection.GARBAGE, "expected a hello, got something else");
        }
        if (!theirs.cluster().equals(cluster)) {
            throw new RejectedException(
                    Rejection.OTHER_CLUSTER,
                    "%s is of cluster '%s', this is '%s'"
                            .formatted(theirs.member().node(), theirs.cluster(), cluster));
        }
        if (theirs.member().node().equals(self.node())) {
            throw theirs.member().equals(self)
                    ? new RejectedException(Rejection.SELF, "it is this process")
                    : new RejectedException(
                            Rejection.SAME_IDENTITY,
                            "another process claims to be %s: two pods with one HIVE_ADDRESS and"
                                            .formatted(self.node())
                                    + " peer port");
        }
        int version = Math.min(Wire.VERSION, theirs.maxVersion());
        if (version < Math.max(Wire.OLDEST_VERSION, theirs.minVersion())) {
            throw new RejectedException(
                    Rejection.OTHER_VERSION,
                    "%s speaks versions %d to %d, this one %d to %d"
                            .formatted(
                                    theirs.member().node(),
                                    theirs.minVersion(),
                                    theirs.maxVersion(),
                                    Wire.OLDEST_VERSION,
                                    Wire.VERSION));
        }
        transcript = transcript(version, frame);
        return theirs.member();
    }

    /**
     * The proof to send: by a dialler, a code for each secret it has; by an acceptor, which has
     * verified the other's, a code for the secret that both have.
     */
    byte[] proof() {
        List<PeerSecret> shown = agreed == null ? secrets : List.of(agreed);
        return HandshakeCodec.encode(
                new Proof(shown.stream().map(secret -> code(secret, role)).toList()));
    }

    /** Takes the other's proof, and settles on a secret that both have. */
    void verify(byte[] frame) throws RejectedException {
        if (!(decode(frame) instanceof Proof(List<Octets> codes))) {
            throw new RejectedException(Rejection.GARBAGE, "expected a proof, got something else");
        }
        for (PeerSecret secret : secrets) {
            if (codes.contains(code(secret, role.other()))) {
                agreed = secret;
                return;
            }
        }
        throw new RejectedException(
                Rejection.WRONG_SECRET, "it shares no secret with this one (HIVE_SECRET)");
    }

    /** Whether the other side proved nothing, since both accept having no secret. */
    boolean open() {
        return agreed().isNone();
    }

    /** Seals what this side sends. */
    Seal sending() {
        return new Seal(sessionKey(role));
    }

    /** Opens what the other side sends. */
    Seal receiving() {
        return new Seal(sessionKey(role.other()));
    }

    private byte[] sessionKey(Role sender) {
        return Hmac.of(
                agreed().key(),
                Hmac.label("hive peer session"),
                new byte[] {sender.code()},
                transcript());
    }

    private Octets code(PeerSecret secret, Role prover) {
        return Octets.of(
                Hmac.of(
                        secret.key(),
                        Hmac.label("hive peer proof"),
                        new byte[] {prover.code()},
                        transcript()));
    }

    private byte[] transcript(int version, byte[] theirs) {
        byte[] dialer = role == Role.DIALER ? hello : theirs;
        byte[] acceptor = role == Role.DIALER ? theirs : hello;
        return ByteBuffer.allocate(2 + 4 + dialer.length + acceptor.length)
                .putShort((short) version)
                .putInt(dialer.length)
                .put(dialer)
                .put(acceptor)
                .array();
    }

    private byte[] transcript() {
        return Objects.requireNonNull(transcript, "no hello came yet");
    }

    private PeerSecret agreed() {
        return Objects.requireNonNull(agreed, "nothing is proved yet");
    }

    private static HandshakeMessage decode(byte[] frame) throws RejectedException {
        try {
            return HandshakeCodec.decode(ByteBuffer.wrap(frame));
        } catch (DecodeException e) {
            throw new RejectedException(Rejection.GARBAGE, String.valueOf(e.getMessage()));
        }
    }
}

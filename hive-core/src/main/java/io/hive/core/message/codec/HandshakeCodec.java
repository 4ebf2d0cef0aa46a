package io.hive.core.message.codec;

import io.hive.core.message.codec.HandshakeMessage.Go;
import io.hive.core.message.codec.HandshakeMessage.Hello;
import io.hive.core.message.codec.HandshakeMessage.Proof;
import java.nio.ByteBuffer;
import java.util.List;

/** The handshake: one byte that names the type, 1 to 15, then the body. */
public final class HandshakeCodec {
    private static final int HELLO = 1;
    private static final int PROOF = 2;
    private static final int GO = 3;

    /** "HIVE": tells a peer from whatever else may connect. */
    private static final int MAGIC = 0x48495645;

    private HandshakeCodec() {}

    /**
     * The bytes of a message, at most {@link Wire#MAX_HANDSHAKE_BYTES}.
     *
     * @throws IllegalArgumentException if the cluster's name is too long
     */
    public static byte[] encode(HandshakeMessage message) {
        ByteWriter out = new ByteWriter(Wire.MAX_HANDSHAKE_BYTES);
        switch (message) {
            case Hello hello -> {
                out.u8(HELLO);
                out.i32(MAGIC);
                out.u16(hello.minVersion());
                out.u16(hello.maxVersion());
                out.text(hello.cluster(), Wire.MAX_CLUSTER_BYTES, "the cluster's name");
                Values.writeMember(out, hello.member());
                out.bytes(hello.nonce().toArray());
            }
            case Proof(List<Octets> codes) -> {
                out.u8(PROOF);
                out.list(codes, Wire.MAX_PROOFS, "codes", (to, code) -> to.bytes(code.toArray()));
            }
            case Go() -> out.u8(GO);
        }
        return out.toBytes();
    }

    /**
     * The message in what remains of the buffer, whose position stays.
     *
     * @throws DecodeException if the bytes are not a handshake message of a known type; no other
     *     exception on any bytes
     */
    public static HandshakeMessage decode(ByteBuffer bytes) throws DecodeException {
        if (bytes.remaining() > Wire.MAX_HANDSHAKE_BYTES) {
            throw new DecodeException(
                    "expected at most "
                            + Wire.MAX_HANDSHAKE_BYTES
                            + " bytes in a handshake, got "
                            + bytes.remaining());
        }
        ByteReader in = new ByteReader(bytes);
        int type = in.u8("the type of a handshake message");
        try {
            return switch (type) {
                case HELLO -> hello(in);
                case PROOF ->
                        new Proof(
                                in.list(
                                        Wire.MAX_PROOFS,
                                        "codes",
                                        from -> Octets.of(from.bytes(Wire.MAC_BYTES, "a code"))));
                case GO -> new Go();
                default ->
                        throw new DecodeException(
                                "expected a handshake message of type 1 to 3, got " + type);
            };
        } catch (IllegalArgumentException e) {
            throw new DecodeException("handshake of type " + type + ": " + e.getMessage(), e);
        }
    }

    private static Hello hello(ByteReader in) throws DecodeException {
        int magic = in.i32("the mark of a hello");
        if (magic != MAGIC) {
            throw new DecodeException("expected a hello to begin with HIVE, got other bytes");
        }
        return new Hello(
                in.u16("oldest version"),
                in.u16("newest version"),
                in.text(Wire.MAX_CLUSTER_BYTES, "the cluster's name"),
                Values.readMember(in),
                Octets.of(in.bytes(Wire.NONCE_BYTES, "nonce")));
    }
}

package io.hive.core.message.codec;

import io.hive.core.node.Member;
import java.util.List;

/** What two sidecars say to each other before either believes the other. */
public sealed interface HandshakeMessage {
    /**
     * "This is who I say I am": the first frame from either side, and the challenge.
     *
     * @param minVersion the oldest protocol the sender speaks, 1 to 65535
     * @param maxVersion the newest protocol the sender speaks, not below {@code minVersion}
     * @param cluster the sender's cluster, at most {@link Wire#MAX_CLUSTER_BYTES}
     * @param member who it claims to be
     * @param nonce {@link Wire#NONCE_BYTES} random bytes, new for each connection
     */
    record Hello(int minVersion, int maxVersion, String cluster, Member member, Octets nonce)
            implements HandshakeMessage {
        public Hello {
            if (minVersion < 1 || maxVersion < minVersion || maxVersion > 0xffff) {
                throw new IllegalArgumentException(
                        "protocol versions are 1 to 65535 and ascend, got "
                                + minVersion
                                + " to "
                                + maxVersion);
            }
            if (nonce.size() != Wire.NONCE_BYTES) {
                throw new IllegalArgumentException(
                        "a nonce has " + Wire.NONCE_BYTES + " bytes, got " + nonce.size());
            }
        }
    }

    /**
     * "And I know the secret": a code over both hellos for each secret that the sender accepts, so
     * that two sides that share one of several agree while secrets are being changed.
     *
     * @param codes 1 to {@link Wire#MAX_PROOFS}, each of {@link Wire#MAC_BYTES}
     */
    record Proof(List<Octets> codes) implements HandshakeMessage {
        public Proof {
            codes = List.copyOf(codes);
            if (codes.isEmpty() || codes.size() > Wire.MAX_PROOFS) {
                throw new IllegalArgumentException(
                        "a proof has 1 to " + Wire.MAX_PROOFS + " codes, got " + codes.size());
            }
            for (Octets code : codes) {
                if (code.size() != Wire.MAC_BYTES) {
                    throw new IllegalArgumentException(
                            "a code has " + Wire.MAC_BYTES + " bytes, got " + code.size());
                }
            }
        }
    }

    /**
     * "This connection is the one": from the side with the smaller identity, once it has seen the
     * other's proof and has no better connection to it. The first sealed frame; both sides talk
     * from then on.
     */
    record Go() implements HandshakeMessage {}
}

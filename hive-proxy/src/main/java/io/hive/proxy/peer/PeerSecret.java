package io.hive.proxy.peer;

import io.hive.core.message.codec.Wire;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;

/**
 * A secret that the members of a hive share. Never printed.
 *
 * <p>Someone who records a handshake can try secrets against it at leisure, so it should be random
 * and long, not a word.
 */
public final class PeerSecret {
    private static final PeerSecret NONE = new PeerSecret(new byte[0]);

    private final byte[] bytes;

    private PeerSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A secret of these characters.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static PeerSecret of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a secret of at least one character, got none");
        }
        return new PeerSecret(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Stands for "no secret": accepts whoever says so, too, if its address is one that discovery
     * names. Beside real secrets, it lets a running hive adopt its first one pod by pod.
     */
    public static PeerSecret none() {
        return NONE;
    }

    /**
     * The list as a mesh uses it: "no secret" where it is empty, and "no secret" last, so that two
     * who share a real one use that.
     *
     * @throws IllegalArgumentException if there are more than {@link Wire#MAX_PROOFS}
     */
    static List<PeerSecret> accepted(List<PeerSecret> secrets) {
        if (secrets.size() > Wire.MAX_PROOFS) {
            throw new IllegalArgumentException(
                    "at most " + Wire.MAX_PROOFS + " secrets at a time, got " + secrets.size());
        }
        return secrets.isEmpty()
                ? List.of(NONE)
                : secrets.stream().sorted(Comparator.comparing(PeerSecret::isNone)).toList();
    }

    /** Whether this stands for "no secret". */
    public boolean isNone() {
        return bytes.length == 0;
    }

    /** The key that proofs are made with. */
    byte[] key() {
        return Hmac.of(Hmac.label("hive peer secret"), bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerSecret secret && MessageDigest.isEqual(bytes, secret.bytes);
    }

    /** The same for all, so that it tells nothing. */
    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return isNone() ? "(none)" : "(secret)";
    }
}

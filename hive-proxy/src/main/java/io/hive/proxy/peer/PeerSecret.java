package io.hive.proxy.peer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

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

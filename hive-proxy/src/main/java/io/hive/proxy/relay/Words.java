package io.hive.proxy.relay;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What the words of a command say. */
final class Words {
    private Words() {}

    /** A word as Redis compares keywords: in upper case. */
    static String keyword(byte[] word) {
        return new String(word, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
    }

    /** The bytes of a command, to be kept. */
    static byte[] copy(byte[] from, int at, int length) {
        byte[] copy = new byte[length];
        System.arraycopy(from, at, copy, 0, length);
        return copy;
    }
}

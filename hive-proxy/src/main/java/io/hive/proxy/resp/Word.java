package io.hive.proxy.resp;

import java.nio.charset.StandardCharsets;

/**
 * The start of one argument, in upper case, packed into two numbers so that it can be compared
 * without making a string. No command or subcommand that Hive must know is longer than {@value
 * #MAX} bytes.
 */
final class Word {
    static final int MAX = 16;

    private long first;
    private long second;
    private int length;
    private boolean cut;
    private boolean nul;

    static Word of(String text) {
        Word word = new Word();
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            word.add(b);
        }
        return word;
    }

    void reset() {
        first = 0;
        second = 0;
        length = 0;
        cut = false;
        nul = false;
    }

    /** Adds a byte. What follows a NUL is left out: Redis compares names as C strings. */
    void add(byte b) {
        if (b == 0) {
            nul = true;
        }
        if (nul) {
            return;
        }
        if (length == MAX) {
            cut = true;
            return;
        }
        long upper = b >= 'a' && b <= 'z' ? b - ('a' - 'A') : b & 0xff;
        if (length < 8) {
            first = first << 8 | upper;
        } else {
            second = second << 8 | upper;
        }
        length++;
    }

    /** Notes that the argument is longer than what was added. */
    void cutShort() {
        cut = cut || !nul;
    }

    /** Whether the argument is longer than {@value #MAX} bytes, so that it is no known word. */
    boolean cut() {
        return cut;
    }

    boolean hasNul() {
        return nul;
    }

    boolean matches(Word other) {
        return !cut && first == other.first && second == other.second && length == other.length;
    }

    int hash() {
        long mixed = (first ^ Long.rotateLeft(second, 17)) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 40);
    }
}

package io.hive.proxy.command;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what belongs to a word without making a string of it, in any case: a hash table with open
 * addressing, read-only once it is made, a quarter full at most.
 */
final class WordMap<V> {
    /** The longest word, in bytes. */
    static final int MAX_WORD = 64;

    private final long[] starts;
    private final @Nullable Slot<V>[] slots;
    private final int mask;

    private static final class Slot<V> {
        private final byte[] word;
        private final V value;

        Slot(byte[] word, V value) {
            this.word = word;
            this.value = value;
        }
    }

    /**
     * @param words each of 1 to {@value #MAX_WORD} bytes, all different when in upper case
     */
    WordMap(Map<String, V> words) {
        int size = Integer.highestOneBit(Math.max(1, words.size())) * 8;
        starts = new long[size];
        slots = array(size);
        mask = size - 1;
        words.forEach(this::add);
    }

    /** What belongs to these bytes, or null. */
    @Nullable V find(byte[] in, int from, int length) {
        if (length <= 0 || length > MAX_WORD) {
            return null;
        }
        long start = Letters.pack(in, from, Math.min(Long.BYTES, length));
        int at = slot(start, length);
        for (Slot<V> slot = slots[at]; slot != null; slot = slots[at]) {
            if (starts[at] == start
                    && slot.word.length == length
                    && sameRest(slot.word, in, from, length)) {
                return slot.value;
            }
            at = (at + 1) & mask;
        }
        return null;
    }

    private static boolean sameRest(byte[] word, byte[] in, int from, int length) {
        for (int i = Long.BYTES; i < length; i += Long.BYTES) {
            int count = Math.min(Long.BYTES, length - i);
            if (Letters.pack(word, i, count) != Letters.pack(in, from + i, count)) {
                return false;
            }
        }
        return true;
    }

    private void add(String text, V value) {
        byte[] word = text.getBytes(StandardCharsets.ISO_8859_1);
        long start = Letters.pack(word, 0, Math.min(Long.BYTES, word.length));
        int at = slot(start, word.length);
        while (slots[at] != null) {
            at = (at + 1) & mask;
        }
        starts[at] = start;
        slots[at] = new Slot<>(word, value);
    }

    private int slot(long start, int length) {
        long mixed = (start + length) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 40) & mask;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of generic types.
    private static <V> @Nullable Slot<V>[] array(int size) {
        return (@Nullable Slot<V>[]) new @Nullable Slot[size];
    }
}

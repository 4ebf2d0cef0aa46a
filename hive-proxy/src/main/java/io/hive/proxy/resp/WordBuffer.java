package io.hive.proxy.resp;

import io.hive.proxy.command.CommandTable;

/** The start of a word that comes in pieces: as much of it as can decide which command it is. */
final class WordBuffer {
    private final byte[] bytes = new byte[CommandTable.MAX_WORD];
    private int length;

    void reset() {
        length = 0;
    }

    /** Adds bytes that there is room for. */
    void add(byte[] in, int from, int count) {
        System.arraycopy(in, from, bytes, length, count);
        length += count;
    }

    /** Adds a byte, of which only the number is kept when there is no room for it. */
    void add(byte b) {
        if (length < bytes.length) {
            bytes[length] = b;
        }
        length++;
    }

    byte[] bytes() {
        return bytes;
    }

    /** How many bytes were added. */
    int length() {
        return length;
    }
}

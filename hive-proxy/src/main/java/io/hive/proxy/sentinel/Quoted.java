package io.hive.proxy.sentinel;

/** What a client sent, in an error. */
final class Quoted {
    private static final int LONGEST = 128;

    private Quoted() {}

    static String of(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}

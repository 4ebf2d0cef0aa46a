package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The writes that masters have run, each with a number of its own as its reply, and which of them a
 * master has said that a replica holds. For one thread.
 */
final class Ledger {
    private static final Pattern REPLY = Pattern.compile("(?m)^\\+write(\\d+)\r$");

    private final BitSet held = new BitSet();
    private int writes;

    /** Another write has run; its number. */
    int run() {
        return writes++;
    }

    static String reply(int write) {
        return "+write" + write + "\r\n";
    }

    /** A replica holds these. */
    void hold(List<Integer> some) {
        some.forEach(held::set);
    }

    /** Lines that a client got: no write may be among them that nobody holds. */
    void check(String lines, Object client) {
        REPLY.matcher(lines)
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .forEach(write ->
                        assertThat(held.get(write))
                                .as("whether a replica holds write %s of %s", write, client)
                                .isTrue());
    }
}

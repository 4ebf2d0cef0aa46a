package io.hive.proxy.metrics;

import java.util.Locale;

/** What an election ended in, for this node. */
public enum ElectionEnd {
    /** It leads. */
    LEADS,
    /** It follows who leads. */
    FOLLOWS,
    /** It was given up, to be tried again. */
    GIVEN_UP;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.hive.proxy.metrics;

import java.util.Locale;

/** What followed when commands had been held back for a handover. */
public enum HoldEnd {
    /** Another master. */
    DONE,
    /** The same master. */
    UNDONE,
    /** No master, at first. */
    LOST;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

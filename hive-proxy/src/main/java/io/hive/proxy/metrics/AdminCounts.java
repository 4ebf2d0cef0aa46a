package io.hive.proxy.metrics;

import java.util.Locale;

/** What the HTTP port counts. Read on any thread. */
public interface AdminCounts {
    /** Event streams that are open. */
    int streams();

    /** Requests turned away; only grows. */
    long rejected(Reason reason);

    /** Why a request was turned away. */
    enum Reason {
        /** Its address is not among those that may ask. */
        ADDRESS,
        /** It did not show the token. */
        TOKEN,
        /** A page of another site made it. */
        CROSS_SITE,
        /** Too many of its kind were under way. */
        BUSY,
        /** Its answer was not taken in time. */
        SLOW;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

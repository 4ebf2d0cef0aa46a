package io.hive.proxy.metrics;

import java.util.Locale;

/** Why another one leads, or the same one anew: a few words that stay, for labels. */
public enum LeaderChange {
    /** Nobody had led before, as far as this node knows. */
    FIRST,
    /** The leader was not heard any more. */
    LOST,
    /** The leader's Redis died, restarted, or was made to be something else. */
    REDIS,
    /** It was planned. */
    HANDOVER,
    /** The leader's sidecar stopped. */
    DRAINING,
    /** The leader was cut off from everyone. */
    ISOLATED,
    /** The leader's process stood still. */
    FROZEN,
    /** Two leaders met, or datasets of which none contains the other. */
    MERGE,
    /** None of these. */
    OTHER;

    /** By the rule of the election that ended a leadership, or began the next. */
    public static LeaderChange of(int rule) {
        return switch (rule) {
            case 11 -> LOST;
            case 4 -> REDIS;
            case 20 -> HANDOVER;
            case 10 -> DRAINING;
            case 13 -> ISOLATED;
            case 14 -> FROZEN;
            case 21, 22, 23 -> MERGE;
            default -> OTHER;
        };
    }

    /** As it shows in labels and on the status page. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

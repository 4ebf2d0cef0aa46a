package io.hive.proxy.relay;

import io.hive.proxy.command.CommandSpec;
import org.jspecify.annotations.Nullable;

/** Which commands get what was ruled for everything that a client had sent when a loss came. */
final class Rulings {
    private Rulings() {}

    /**
     * The answer that a command gets in Redis's place; null if it is to be run all the same. Behind
     * a write with an unknown outcome only what changes nothing is run (relay rule 3).
     */
    static @Nullable Answer of(@Nullable Answer ruling, CommandSpec spec) {
        if (ruling == null) {
            return null;
        }
        Treatment treatment = Treatment.of(spec);
        boolean holds =
                ruling == Answer.NOT_RUN
                        ? mayChangeSomething(treatment, spec)
                        : treatment != Treatment.QUIT && treatment != Treatment.HANG_UP;
        return holds ? ruling : null;
    }

    private static boolean mayChangeSomething(Treatment treatment, CommandSpec spec) {
        return switch (treatment) {
            case SHARED -> !Treatment.tag(spec).repeatable();
            case BLOCKING, UNKNOWN, TRANSACTION, STREAM_READ -> true;
            case SCAN,
                    WAIT,
                    HANDSHAKE,
                    SUBSCRIPTION,
                    MONITOR,
                    REPLY_MODE,
                    TRACKING,
                    CONNECTION,
                    MAINTENANCE,
                    QUIT,
                    HANG_UP,
                    REFUSED,
                    NOT_LISTED,
                    SCRIPT ->
                    false;
        };
    }
}

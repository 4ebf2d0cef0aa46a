package io.hive.core.settings;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the records of settings have in common: ranges, and the words for them. */
final class Check {
    static final int MAX_PORT = 65535;

    private Check() {}

    /** A port that something must listen on. */
    static void port(Setting setting, int port) {
        if (port < 1 || port > MAX_PORT) {
            throw InvalidSetting.value(setting, port, "a port, 1 to 65535");
        }
    }

    /** A port that may be off. */
    static void portOrOff(Setting setting, int port) {
        if (port < 0 || port > MAX_PORT) {
            throw InvalidSetting.value(setting, port, "a port, 1 to 65535, or 0 for off");
        }
    }

    static void between(Setting setting, Duration value, Duration low, Duration high) {
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw InvalidSetting.value(
                    setting,
                    value,
                    "a duration of "
                            + DurationText.format(low)
                            + " to "
                            + DurationText.format(high));
        }
    }

    static void between(Setting setting, long value, long low, long high) {
        if (value < low || value > high) {
            throw InvalidSetting.value(setting, value, "a number of " + low + " to " + high);
        }
    }

    /** The later duration is not below the earlier one. */
    static void atLeast(Setting setting, Duration value, Duration least, String what) {
        if (value.compareTo(least) < 0) {
            throw InvalidSetting.value(
                    setting, value, "at least " + DurationText.format(least) + ", " + what);
        }
    }

    static void matches(Setting setting, @Nullable String value, Pattern form, String expected) {
        if (value != null && !form.matcher(value).matches()) {
            throw InvalidSetting.value(setting, value, expected);
        }
    }

    /** A path that does not depend on the folder that the process happens to start in. */
    static void absolute(Setting setting, @Nullable String path) {
        if (path != null && (!path.startsWith("/") || path.indexOf('\0') >= 0)) {
            throw InvalidSetting.value(setting, path, "an absolute path");
        }
    }
}

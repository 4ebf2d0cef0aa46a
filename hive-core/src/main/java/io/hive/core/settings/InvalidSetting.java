package io.hive.core.settings;

import java.io.Serial;

/**
 * A setting that cannot work. The message is one line for a person: the variable, the value (never
 * that of a secret), and what is allowed.
 */
public final class InvalidSetting extends IllegalArgumentException {
    @Serial private static final long serialVersionUID = 1L;

    private static final int LONGEST_VALUE = 80;

    private final Setting setting;

    private InvalidSetting(Setting setting, String message) {
        super(message);
        this.setting = setting;
    }

    /** Which setting. */
    public Setting setting() {
        return setting;
    }

    /**
     * A value that is not allowed.
     *
     * @param expected what is, as it stands after "expected": {@code a port, 1 to 65535}
     */
    public static InvalidSetting value(Setting setting, Object value, String expected) {
        return new InvalidSetting(
                setting,
                setting.variable()
                        + " is "
                        + shown(setting, value)
                        + ", expected "
                        + printable(expected));
    }

    /**
     * A setting that is missing.
     *
     * @param hint why it is needed and what to set
     */
    public static InvalidSetting missing(Setting setting, String hint) {
        return new InvalidSetting(setting, setting.variable() + " is not set: " + printable(hint));
    }

    /**
     * A value that is allowed and cannot be used here, or not together with another.
     *
     * @param problem what is wrong and what to do
     */
    public static InvalidSetting unusable(Setting setting, Object value, String problem) {
        return new InvalidSetting(
                setting,
                setting.variable() + " is " + shown(setting, value) + ": " + printable(problem));
    }

    private static String shown(Setting setting, Object value) {
        return setting.secret() ? Secret.HIDDEN : "'" + printable(limited(value)) + "'";
    }

    private static String limited(Object value) {
        String text =
                value instanceof java.time.Duration duration
                        ? DurationText.format(duration)
                        : value.toString();
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    }

    /** The line must stay one line, and must not steer a terminal. */
    private static String printable(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                        line.append(String.format("\\u%04x", c));
                    } else {
                        line.appendCodePoint(c);
                    }
                });
        return line.toString();
    }
}

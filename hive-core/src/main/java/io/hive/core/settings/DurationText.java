package io.hive.core.settings;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 200ms}, {@code 1s}, {@code 2m}, {@code 1h}. */
public final class DurationText {
    /** What is allowed, for messages. */
    static final String EXAMPLES = "a duration such as 200ms, 1s or 2m";

    /** Nine digits: no unit makes them overflow a count of nanoseconds in seconds. */
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)|0");

    private DurationText() {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is not of this form
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected " + EXAMPLES + ", got '" + text + "'");
        }
        if (matcher.group(1) == null) {
            return Duration.ZERO;
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** The shortest exact form; what is below a millisecond is left out. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0 || millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}

package io.hive.core.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 512kb}, {@code 64mb}, {@code 1gb}, or a number of bytes. */
public final class SizeText {
    /** What is allowed, for messages. */
    static final String EXAMPLES = "a size such as 512kb, 64mb or 1gb";

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(b|kb|mb|gb)?");

    private SizeText() {}

    /**
     * Reads one. Units are powers of 1024, as in Redis's own configuration, in any case.
     *
     * @throws IllegalArgumentException if it is not of this form
     */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected " + EXAMPLES + ", got '" + text + "'");
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "b" : matcher.group(2);
        return switch (unit) {
            case "kb" -> number << 10;
            case "mb" -> number << 20;
            case "gb" -> number << 30;
            default -> number;
        };
    }

    /** The shortest exact form. */
    public static String format(long bytes) {
        if (bytes == 0) {
            return "0b";
        }
        if (bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "gb";
        }
        if (bytes % (1L << 20) == 0) {
            return (bytes >> 20) + "mb";
        }
        return bytes % (1L << 10) == 0 ? (bytes >> 10) + "kb" : bytes + "b";
    }
}

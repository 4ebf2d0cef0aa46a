package io.hive.core.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A text that is never shown: whatever prints the record that holds it prints {@code (hidden)}.
 * Equality takes the same time wherever two texts of one length differ.
 */
public final class Secret {
    /** What stands in a message or a log in place of a secret. */
    public static final String HIDDEN = "(hidden)";

    private final String text;

    /**
     * Takes the text as it is.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public Secret(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a secret is not empty");
        }
        this.text = text;
    }

    /** The text itself, for the one place that needs it. */
    public String reveal() {
        return text;
    }

    /** Whether the other text is this secret, without telling by time how much of it is. */
    public boolean matches(String other) {
        return MessageDigest.isEqual(bytes(text), bytes(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && matches(secret.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return HIDDEN;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

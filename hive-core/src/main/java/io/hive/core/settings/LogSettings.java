package io.hive.core.settings;

/**
 * How log lines look.
 *
 * @param form their form
 */
public record LogSettings(Form form) {
    /** The form of a log line. */
    public enum Form {
        /** For a person. */
        TEXT,
        /** One JSON object a line. */
        JSON
    }
}

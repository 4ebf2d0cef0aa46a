package io.hive.proxy.redis;

import java.util.HashMap;
import java.util.Map;

/**
 * The fields of an INFO, read leniently: versions and forks add, drop and rename fields. Where a
 * field has an old and a new name, both are looked for.
 */
final class Info {
    private final Map<String, String> fields;

    private Info(Map<String, String> fields) {
        this.fields = fields;
    }

    /** Reads the text of one INFO, or of several after one another. */
    static Info parse(String text) {
        Map<String, String> fields = new HashMap<>();
        text.lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
                    }
                });
        return new Info(fields);
    }

    /** The first of these fields that is there and not empty, or an empty text. */
    String text(String... names) {
        for (String name : names) {
            String value = fields.get(name);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    /** The first of these fields that is there, as a number; what is no number counts as absent. */
    long number(long absent, String... names) {
        try {
            String value = text(names);
            return value.isEmpty() ? absent : Long.parseLong(value);
        } catch (NumberFormatException _) {
            return absent;
        }
    }

    /** Whether the field says 1. */
    boolean flag(String name) {
        return text(name).equals("1");
    }

    /** All fields, in no order. */
    Map<String, String> all() {
        return fields;
    }
}

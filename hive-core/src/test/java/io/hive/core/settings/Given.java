package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads settings from a few variables, on top of the one that has no default. */
final class Given {
    private Given() {}

    static HiveSettings read(String... namesAndValues) {
        return reader(namesAndValues).read();
    }

    static List<String> warnings(String... namesAndValues) {
        SettingsReader reader = reader(namesAndValues);
        reader.read();
        return reader.warnings();
    }

    static void rejected(String line, String... namesAndValues) {
        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(() -> read(namesAndValues))
                .withMessage(line);
    }

    static Map<String, String> variables(String... namesAndValues) {
        Map<String, String> values = new HashMap<>();
        values.put("HIVE_DNS_NAME", "hive.test.");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return values;
    }

    private static SettingsReader reader(String... namesAndValues) {
        return new SettingsReader(variables(namesAndValues), FakeSurroundings.PLAIN);
    }
}

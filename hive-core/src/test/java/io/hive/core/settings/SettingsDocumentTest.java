package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The document lists what the code reads. */
class SettingsDocumentTest {
    @Test
    void tableIsTheOneInTheCode() throws IOException {
        assertThat(Files.readString(Path.of("..", "README.md")))
                .as("replace the table in README.md by this one")
                .contains(table());
    }

    private static String table() {
        return Arrays.stream(Setting.values())
                .map(setting ->
                        "| `"
                                + setting.variable()
                                + "` | `"
                                + setting.option()
                                + "` | "
                                + cell(setting.defaultText())
                                + " | "
                                + cell(setting.meaning())
                                + " |\n")
                .collect(
                        Collectors.joining(
                                "",
                                "| variable | option | default | meaning |\n|---|---|---|---|\n",
                                ""));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}

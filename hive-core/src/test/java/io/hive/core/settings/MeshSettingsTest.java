package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshSettingsTest {
    @Test
    void defaultsAllowEveryoneAndSaySo() {
        assertThat(Given.read().mesh()).isEqualTo(new MeshSettings("default", List.of(), null));
        assertThat(Given.read().mesh().secret()).isNull();
        assertThat(Given.warnings())
                .containsExactly(
                        "HIVE_SECRET is not set: whoever reaches the peer port from an address"
                                + " that discovery names is taken for a peer");
    }

    @Test
    void everythingSet() {
        assertThat(Given.read("HIVE_CLUSTER", "shop-1.eu_west", "HIVE_SECRET", "abc\n").mesh())
                .isEqualTo(new MeshSettings("shop-1.eu_west", List.of(new Secret("abc")), null));
        assertThat(Given.warnings("HIVE_SECRET", "abc")).isEmpty();
    }

    @Test
    void aFileMayHoldTheNextSecretToo() {
        MeshSettings mesh = fromFile("new\r\n\nold\n");
        assertThat(mesh)
                .isEqualTo(
                        new MeshSettings(
                                "default", List.of(new Secret("new"), new Secret("old")), "/s"));
        assertThat(mesh.secret()).isEqualTo(new Secret("new"));
    }

    @Test
    void tooManySecrets() {
        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(() -> fromFile("a\nb\nc\nd\ne\n"))
                .withMessage(
                        "HIVE_SECRET_FILE is '/s', expected a file of at most 4 lines, it has 5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    HIVE_CLUSTER|a b|HIVE_CLUSTER is 'a b', expected 1 to 64 letters, digits, dots, dashes or underscores
                    HIVE_CLUSTER|-a|HIVE_CLUSTER is '-a', expected 1 to 64 letters, digits, dots, dashes or underscores
                    HIVE_SECRET_FILE|s|HIVE_SECRET_FILE is 's', expected an absolute path
                    HIVE_SECRET_FILE|/none|HIVE_SECRET_FILE is '/none': the file cannot be read (no such file)
                    """)
    void wrong(String name, String value, String line) {
        Given.rejected(line, name, value);
    }

    private static MeshSettings fromFile(String content) {
        return new SettingsReader(
                        Given.variables("HIVE_SECRET_FILE", "/s"),
                        FakeSurroundings.PLAIN.withFile("/s", content))
                .read()
                .mesh();
    }
}

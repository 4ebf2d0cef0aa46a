package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdminSettingsTest {
    @Test
    void nobodyIsAskedByDefault() {
        assertThat(Given.read().admin()).isEqualTo(new AdminSettings(null, null));
    }

    @Test
    void token() {
        assertThat(Given.read("HIVE_ADMIN_TOKEN", "t0ken").admin())
                .isEqualTo(new AdminSettings(new Secret("t0ken"), null));
    }

    @Test
    void tokenFile() {
        assertThat(
                        new SettingsReader(
                                        Given.variables("HIVE_ADMIN_TOKEN_FILE", "/t"),
                                        FakeSurroundings.PLAIN.withFile("/t", "t0ken\n"))
                                .read()
                                .admin())
                .isEqualTo(new AdminSettings(new Secret("t0ken"), "/t"));
    }

    @Test
    void wrong() {
        Given.rejected(
                "HIVE_ADMIN_TOKEN is (hidden), expected 1 to 1024 printable ASCII characters"
                        + " without blanks",
                "HIVE_ADMIN_TOKEN",
                "a b");
        Given.rejected(
                "HIVE_ADMIN_TOKEN_FILE is 't', expected an absolute path",
                "HIVE_ADMIN_TOKEN_FILE",
                "t");
        Given.rejected(
                "HIVE_ADMIN_TOKEN_FILE is '/t': HIVE_ADMIN_TOKEN is set, too; set one of them",
                "HIVE_ADMIN_TOKEN",
                "x",
                "HIVE_ADMIN_TOKEN_FILE",
                "/t");
    }
}

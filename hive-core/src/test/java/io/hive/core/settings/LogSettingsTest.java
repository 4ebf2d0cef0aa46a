package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LogSettingsTest {
    @Test
    void defaultDependsOnTheTerminal() {
        assertThat(Given.read().log()).isEqualTo(new LogSettings(LogSettings.Form.JSON));
        FakeSurroundings terminal =
                new FakeSurroundings(
                        FakeSurroundings.PLAIN.defaultRouteAddress(), 1, true, Map.of());
        assertThat(new SettingsReader(Given.variables(), terminal).read().log())
                .isEqualTo(new LogSettings(LogSettings.Form.TEXT));
        assertThat(new SettingsReader(Given.variables("HIVE_LOG", "json"), terminal).read().log())
                .isEqualTo(new LogSettings(LogSettings.Form.JSON));
    }

    @Test
    void explicit() {
        assertThat(Given.read("HIVE_LOG", "text").log())
                .isEqualTo(new LogSettings(LogSettings.Form.TEXT));
    }

    @Test
    void wrong() {
        Given.rejected("HIVE_LOG is 'xml', expected text or json", "HIVE_LOG", "xml");
    }
}

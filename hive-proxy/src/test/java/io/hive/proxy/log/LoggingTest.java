package io.hive.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.hive.core.settings.LogSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.KeyValuePair;

class LoggingTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void text() {
        assertThat(line(LogSettings.Form.TEXT, "it leads now", null))
                .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  Election           it leads now\n");
    }

    @Test
    void textWithNumbers() {
        assertThat(line(LogSettings.Form.TEXT, "it leads now", new KeyValuePair("epoch", 7)))
                .endsWith(" it leads now epoch=7\n");
    }

    @Test
    void oneEventIsOneLine() {
        assertThat(line(LogSettings.Form.TEXT, "forged\r\n12:00:00 INFO fine\u001b[2J", null))
                .endsWith("forged12:00:00 INFO fine[2J\n")
                .hasLineCount(1);
    }

    @Test
    void json() {
        assertThat(line(LogSettings.Form.JSON, "a \"quoted\"\nline", new KeyValuePair("epoch", 7)))
                .contains("\"level\":\"INFO\"")
                .contains("\"loggerName\":\"io.hive.election.Election\"")
                .contains("\"formattedMessage\":\"a \\\"quoted\\\"\\nline\"")
                .contains("\"epoch\":\"7\"")
                .hasLineCount(1);
    }

    @Test
    void librariesAreQuiet() {
        Logging.configure(context, LogSettings.Form.TEXT, Level.INFO, "System.out");
        assertThat(context.getLogger("io.hive.x").isInfoEnabled()).isTrue();
        assertThat(context.getLogger("io.hive.x").isDebugEnabled()).isFalse();
        assertThat(context.getLogger("io.netty.x").isInfoEnabled()).isFalse();
        assertThat(context.getLogger("io.lettuce.x").isWarnEnabled()).isTrue();
    }

    @Test
    void startsQuietWhereNothingElseIsConfigured() {
        assertThat(ServiceLoader.load(Configurator.class))
                .hasAtLeastOneElementOfType(QuietStart.class);
        assertThat(new QuietStart(_ -> false).configure(context))
                .isEqualTo(Configurator.ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
        assertThat(context.getLogger("io.hive.x").isInfoEnabled()).isFalse();
        assertThat(context.getLogger("io.hive.x").isWarnEnabled()).isTrue();
    }

    @Test
    void aConfigurationFileComesFirst() {
        for (String file : List.of("logback-test.xml", "logback.xml")) {
            assertThat(new QuietStart(file::equals).configure(context))
                    .isEqualTo(Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY);
        }
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders()).isExhausted();
    }

    private String line(LogSettings.Form form, String message, @Nullable KeyValuePair pair) {
        LoggingEvent event =
                new LoggingEvent(
                        "x",
                        context.getLogger("io.hive.election.Election"),
                        Level.INFO,
                        message,
                        null,
                        null);
        if (pair != null) {
            event.addKeyValuePair(pair);
        }
        return new String(Logging.encoder(context, form).encode(event), StandardCharsets.UTF_8);
    }
}

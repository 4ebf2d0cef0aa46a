package io.hive.proxy.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAware;
import ch.qos.logback.core.spi.LifeCycle;
import io.hive.core.settings.LogSettings;
import java.util.List;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets the form of the log lines. They go to standard output. */
public final class Logging {
    /** They log each connection; what matters of it, the sidecar says itself. */
    private static final List<String> QUIET =
            List.of("io.netty", "io.lettuce", "reactor", "org.xbill.DNS", "io.micrometer");

    /** No line break or escape of a foreign text gets through: one event is one line. */
    private static final String TEXT =
            "%d{HH:mm:ss.SSS} %-5level %-18logger{0} %replace(%msg"
                    + " %kvp{NONE}){'[\\p{Cntrl}]+|\\s+$', ''}%n%ex";

    private Logging() {}

    /** Sets it for the whole process, whatever was set before. */
    public static void configure(LogSettings settings) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context) {
            context.reset();
            configure(context, settings.form(), Level.INFO, "System.out");
        }
    }

    static void configure(
            LoggerContext context, LogSettings.Form form, Level level, String stream) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setTarget(stream);
        console.setEncoder(encoder(context, form));
        console.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(console);
        QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
        // it warns at each connection that there is a second kind of native sockets
        context.getLogger("io.lettuce.core.resource").setLevel(Level.ERROR);
    }

    static Encoder<ILoggingEvent> encoder(LoggerContext context, LogSettings.Form form) {
        return switch (form) {
            case TEXT -> {
                PatternLayoutEncoder text = new PatternLayoutEncoder();
                text.setPattern(TEXT);
                yield started(context, text);
            }
            case JSON -> {
                JsonEncoder json = new JsonEncoder();
                json.setWithSequenceNumber(false);
                json.setWithNanoseconds(false);
                json.setWithContext(false);
                json.setWithMarkers(false);
                json.setWithMDC(false);
                json.setWithArguments(false);
                // The pattern and its arguments apart say less than the line that they make.
                json.setWithMessage(false);
                json.setWithFormattedMessage(true);
                yield started(context, json);
            }
        };
    }

    private static <E extends ContextAware & LifeCycle> E started(LoggerContext context, E part) {
        part.setContext(context);
        part.start();
        return part;
    }
}

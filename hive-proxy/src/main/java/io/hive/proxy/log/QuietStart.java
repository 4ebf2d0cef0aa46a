package io.hive.proxy.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.hive.core.settings.LogSettings;

/**
 * What Logback starts with where there is no configuration file: warnings, on standard error. The
 * commands that only ask and print need no more, and {@code run} sets its own.
 *
 * <p>Found by Logback as a service; that is why it is public.
 */
public final class QuietStart extends ContextAwareBase implements Configurator {
    /** For the service loader. */
    public QuietStart() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Logging.configure(context, LogSettings.Form.TEXT, Level.WARN, "System.err");
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}

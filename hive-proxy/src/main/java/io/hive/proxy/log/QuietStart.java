package io.hive.proxy.log;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.hive.core.settings.LogSettings;
import java.util.function.Predicate;

/**
 * What Logback starts with where there is no configuration file: warnings, on standard error. The
 * commands that only ask and print need no more, and {@code run} sets its own.
 *
 * <p>Found by Logback as a service; that is why it is public.
 */
public final class QuietStart extends ContextAwareBase implements Configurator {
    private final Predicate<String> resources;

    /** For the service loader. */
    public QuietStart() {
        this(name -> QuietStart.class.getClassLoader().getResource(name) != null);
    }

    /**
     * For tests.
     *
     * @param resources whether a resource of this name is there
     */
    QuietStart(Predicate<String> resources) {
        this.resources = resources;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        // Logback asks its services first, and looks for files after them.
        if (System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null
                || resources.test(ClassicConstants.TEST_AUTOCONFIG_FILE)
                || resources.test(ClassicConstants.AUTOCONFIG_FILE)) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Logging.configure(context, LogSettings.Form.TEXT, Level.WARN, "System.err");
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}

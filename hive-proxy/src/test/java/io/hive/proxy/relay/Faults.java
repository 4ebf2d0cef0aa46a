package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Hears what the relay and Netty have to say, instead of the console: warnings and errors are kept.
 * Any thread.
 */
final class Faults implements AutoCloseable {
    private static final List<String> LOGGERS = List.of("io.hive.proxy.relay", "io.netty");

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> ear =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    hear(event);
                }
            };

    Faults() {
        ear.start();
        for (String name : LOGGERS) {
            logger(name).setAdditive(false);
            logger(name).addAppender(ear);
        }
    }

    private void hear(ILoggingEvent event) {
        String text = event.getFormattedMessage();
        boolean expected =
                text.contains("what cannot be passed on")
                        || text.contains("what is no list of commands");
        if (event.getLevel().isGreaterOrEqual(Level.WARN) && !expected) {
            IThrowableProxy thrown = event.getThrowableProxy();
            heard.add(
                    event.getFormattedMessage()
                            + (thrown == null ? "" : "\n" + ThrowableProxyUtil.asString(thrown)));
        }
    }

    void assertNone() {
        if (!heard.isEmpty()) {
            List<String> all = List.copyOf(heard);
            heard.clear();
            assertThat(all).as("what Hive logged").isEmpty();
        }
    }

    @Override
    public void close() {
        for (String name : LOGGERS) {
            logger(name).detachAppender(ear);
            logger(name).setAdditive(true);
        }
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}

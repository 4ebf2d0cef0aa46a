package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails a test class that has lost a buffer. Netty notices one only when it was collected and
 * another buffer is made afterwards, so both are forced.
 */
public final class Leaks implements BeforeAllCallback, AfterAllCallback {
    private static final int ROUNDS = 5;

    private final ListAppender<ILoggingEvent> reports = new ListAppender<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        assertThat(stop()).as("leaks that Netty reported").isEmpty();
    }

    void start() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        reports.start();
        // Only here: a leak that was planted must not look like one to whoever reads the log.
        logger().setAdditive(false);
        logger().addAppender(reports);
    }

    List<String> stop() {
        for (int i = 0; i < ROUNDS; i++) {
            System.gc();
            for (int j = 0; j < 100; j++) {
                ByteBufAllocator.DEFAULT.buffer(64).release();
                ByteBufAllocator.DEFAULT.compositeBuffer().release();
            }
        }
        logger().detachAppender(reports);
        logger().setAdditive(true);
        return reports.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                // Redisson loses the values of an atomic batch that fails; they never were ours.
                .filter(report -> !report.contains("\torg.redisson."))
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    }
}

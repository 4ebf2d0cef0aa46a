package io.hive.proxy.admin;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What all dashboards are told: made once, however many there are. Any thread.
 *
 * <p>The events of the stream: {@code graph}, once, the last minutes; {@code history}, the last
 * changes, when there is another; {@code state}, each second, the status without them.
 */
final class Feed {
    /** What is younger is told again. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private final StatusSource source;
    private @Nullable Frame last;
    private long madeNanos;

    /** One moment; the history is the same object for as long as it is the same. */
    static final class Frame {
        private final byte[] state;
        private final byte[] history;

        private Frame(byte[] state, byte[] history) {
            this.state = state;
            this.history = history;
        }

        byte[] state() {
            return state;
        }

        byte[] history() {
            return history;
        }
    }

    Feed(StatusSource source) {
        this.source = source;
    }

    synchronized Frame now() {
        long now = System.nanoTime();
        Frame before = last;
        if (before != null && now - madeNanos < FRESH_NANOS) {
            return before;
        }
        Status status = source.status();
        byte[] history = event("history", StatusJson.writeHistory(status));
        if (before != null && Arrays.equals(history, before.history())) {
            history = before.history();
        }
        Frame next = new Frame(event("state", StatusJson.writeState(status)), history);
        last = next;
        madeNanos = now;
        return next;
    }

    byte[] graph() {
        return event("graph", StatusJson.write(source.graph()));
    }

    /** JSON has no line break in it, which would end the event. */
    private static byte[] event(String name, String json) {
        return ("event: " + name + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}

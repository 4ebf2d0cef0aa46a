package io.hive.proxy.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Server-sent events, for as long as somebody listens: each stream holds nothing but what it sends
 * at the moment, so a slow one misses nothing but time, and one that does not read is cut.
 */
final class EventStream {
    /** At once; a page that finds no place tries again. */
    static final int MOST = 128;

    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long the other side may take for one second's events. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final byte[] RETRY = "retry: 2000\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Feed feed;
    private final AdminMeter meter;
    private final Patience patience;
    private volatile boolean closed;

    EventStream(StatusSource source, AdminMeter meter, Patience patience) {
        this.feed = new Feed(source);
        this.meter = meter;
        this.patience = patience;
    }

    /** Takes a place for a stream; {@link #serve} gives it back. */
    boolean begins() {
        return meter.streamBegins(MOST);
    }

    /** Tells what happens until the other side goes, or this one. */
    void serve(HttpExchange exchange) throws IOException {
        try {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", "text/event-stream; charset=utf-8");
            headers.set("X-Accel-Buffering", "no");
            exchange.sendResponseHeaders(200, 0);
            run(exchange.getResponseBody());
        } finally {
            meter.streamEnds();
        }
    }

    @SuppressWarnings("ReferenceEquality") // a history that is the same is the same object
    private void run(OutputStream out) throws IOException {
        byte[] graph = feed.graph();
        patience.within(
                PATIENCE,
                () -> {
                    out.write(RETRY);
                    out.write(graph);
                });
        byte[] told = RETRY;
        while (!closed) {
            Feed.Frame now = feed.now();
            byte[] news = now.history() == told ? null : now.history();
            patience.within(
                    PATIENCE,
                    () -> {
                        if (news != null) {
                            out.write(news);
                        }
                        out.write(now.state());
                        out.flush();
                    });
            told = now.history();
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    /** All streams end within a second. */
    void close() {
        closed = true;
    }
}

package io.hive.proxy.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.hive.proxy.metrics.AdminCounts.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every request goes through: who asks, what for, how, how much; then its endpoint. */
final class AdminHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

    /** No request needs a body. */
    private static final long MAX_BODY = 64 * 1024;

    /** How long the other side may take for an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Scrapes at once: more than anybody needs, and what hangs leaves room for the probes. */
    private static final int SCRAPES = 16;

    /** Nothing from elsewhere, nothing inline, in nobody's frame. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private final Endpoints endpoints;
    private final EventStream events;
    private final Guard guard;
    private final Patience patience;
    private final AdminMeter meter;
    private final Semaphore scrapes = new Semaphore(SCRAPES);

    AdminHandler(
            Endpoints endpoints,
            EventStream events,
            Guard guard,
            Patience patience,
            AdminMeter meter) {
        this.endpoints = endpoints;
        this.events = events;
        this.guard = guard;
        this.patience = patience;
        this.meter = meter;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Endpoints.Endpoint endpoint = endpoints.at(path);
            Reply refusal = refusal(exchange, endpoint, path);
            if (refusal != null || endpoint == null) {
                send(exchange, refusal == null ? busy() : refusal);
            } else if (path.equals(Endpoints.EVENTS) && !head(exchange)) {
                stream(exchange);
            } else if (path.equals(Endpoints.METRICS)) {
                scrape(exchange, endpoint);
            } else {
                send(exchange, answer(exchange, endpoint));
            }
        }
    }

    private @Nullable Reply refusal(
            HttpExchange exchange, Endpoints.@Nullable Endpoint endpoint, String path) {
        Guard.Denial denial = guard.denial(exchange, endpoint);
        if (denial != null) {
            return denied(exchange, denial);
        }
        if (endpoint == null) {
            return Reply.error(404, "NOT_FOUND", "there is nothing at this path");
        }
        if (!endpoint.allows(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", endpoint.allowed());
            return Reply.error(405, "METHOD_NOT_ALLOWED", "expected " + endpoint.allowed());
        }
        if (endpoint.changes()) {
            denial =
                    path.equals(Endpoints.PRESTOP)
                            ? guard.browsing(exchange)
                            : guard.changing(exchange);
        }
        if (denial != null) {
            return denied(exchange, denial);
        }
        if (announcedBody(exchange.getRequestHeaders()) > MAX_BODY) {
            exchange.getResponseHeaders().set("Connection", "close");
            return Reply.error(413, "TOO_LARGE", "expected no body");
        }
        return null;
    }

    private Reply denied(HttpExchange exchange, Guard.Denial denial) {
        meter.reject(denial.counted());
        if (denial.challenges()) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer");
            exchange.getResponseHeaders()
                    .add("WWW-Authenticate", "Basic realm=\"hive: the token is the password\"");
        }
        return denial.reply();
    }

    private Reply busy() {
        meter.reject(Reason.BUSY);
        return Reply.error(503, "BUSY", "too many of these are under way; try again later");
    }

    private void stream(HttpExchange exchange) throws IOException {
        if (!events.begins()) {
            send(exchange, busy());
            return;
        }
        protect(exchange.getResponseHeaders());
        events.serve(exchange);
    }

    private void scrape(HttpExchange exchange, Endpoints.Endpoint endpoint) throws IOException {
        if (!scrapes.tryAcquire()) {
            send(exchange, busy());
            return;
        }
        try {
            send(exchange, answer(exchange, endpoint));
        } finally {
            scrapes.release();
        }
    }

    private static Reply answer(HttpExchange exchange, Endpoints.Endpoint endpoint) {
        try {
            return endpoint.reply().apply(Query.of(exchange.getRequestURI()));
        } catch (RuntimeException e) {
            LOG.warn("the answer to {} could not be made", exchange.getRequestURI().getPath(), e);
            return Reply.error(500, "INTERNAL", "the answer could not be made; the log says why");
        }
    }

    private static long announcedBody(Headers headers) {
        String length = headers.getFirst("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    private static boolean head(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }

    private static void protect(Headers headers) {
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Content-Security-Policy", POLICY);
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
    }

    private void send(HttpExchange exchange, Reply reply) throws IOException {
        byte[] body = reply.bytes();
        Headers headers = exchange.getResponseHeaders();
        protect(headers);
        headers.set("Content-Type", reply.type());
        if (head(exchange)) {
            headers.set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(reply.status(), -1);
        } else {
            patience.within(
                    PATIENCE,
                    () -> {
                        exchange.sendResponseHeaders(reply.status(), body.length);
                        exchange.getResponseBody().write(body);
                        // Closing reads what is left of the request first, and may fail at that.
                        exchange.getResponseBody().flush();
                    });
        }
    }
}

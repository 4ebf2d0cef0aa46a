package io.hive.proxy.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.hive.core.settings.Secret;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every request goes through: path, token, method, size, then its endpoint. */
final class AdminHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

    /** No request needs a body. */
    private static final long MAX_BODY = 64 * 1024;

    private static final String BEARER = "bearer ";

    private final Endpoints endpoints;
    private final @Nullable Secret token;

    AdminHandler(Endpoints endpoints, @Nullable Secret token) {
        this.endpoints = endpoints;
        this.token = token;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        }
    }

    private Reply answer(HttpExchange exchange) {
        Endpoints.Endpoint endpoint = endpoints.at(exchange.getRequestURI().getPath());
        // First of all: who may not ask does not learn what there is.
        if ((endpoint == null || !endpoint.open()) && !admitted(exchange.getRequestHeaders())) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return Reply.error(
                    401,
                    "UNAUTHORIZED",
                    "expected the header 'Authorization: Bearer' with the token of"
                            + " HIVE_ADMIN_TOKEN");
        }
        if (endpoint == null) {
            return Reply.error(404, "NOT_FOUND", "there is nothing at this path");
        }
        if (!endpoint.allows(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", endpoint.allowed());
            return Reply.error(405, "METHOD_NOT_ALLOWED", "expected " + endpoint.allowed());
        }
        if (endpoint.changes() && crossSite(exchange.getRequestHeaders())) {
            return Reply.error(
                    403, "CROSS_SITE", "a page of another site may not change anything here");
        }
        if (announcedBody(exchange.getRequestHeaders()) > MAX_BODY) {
            exchange.getResponseHeaders().set("Connection", "close");
            return Reply.error(413, "TOO_LARGE", "expected no body");
        }
        try {
            return endpoint.reply().apply(Query.of(exchange.getRequestURI()));
        } catch (RuntimeException e) {
            LOG.warn("the answer to {} could not be made", exchange.getRequestURI().getPath(), e);
            return Reply.error(500, "INTERNAL", "the answer could not be made; the log says why");
        }
    }

    private boolean admitted(Headers headers) {
        if (token == null) {
            return true;
        }
        String shown = headers.getFirst("Authorization");
        return shown != null
                && shown.toLowerCase(Locale.ROOT).startsWith(BEARER)
                && token.matches(shown.substring(BEARER.length()).strip());
    }

    /** A browser says whose page a request comes from; programs do not, and are let through. */
    private static boolean crossSite(Headers headers) {
        String site = headers.getFirst("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return true;
        }
        String origin = headers.getFirst("Origin");
        String host = headers.getFirst("Host");
        return origin != null
                && (host == null
                        || !(origin.equals("http://" + host) || origin.equals("https://" + host)));
    }

    private static long announcedBody(Headers headers) {
        String length = headers.getFirst("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        byte[] body = reply.bytes();
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", reply.type());
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(reply.status(), -1);
        } else {
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
            // Closing reads what is left of the request first, and may fail at that.
            exchange.getResponseBody().flush();
        }
    }
}

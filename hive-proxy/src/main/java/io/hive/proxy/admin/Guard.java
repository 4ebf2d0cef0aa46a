package io.hive.proxy.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.hive.core.node.IpAddress;
import io.hive.core.node.IpNetwork;
import io.hive.core.settings.AdminSettings;
import io.hive.core.settings.Secret;
import io.hive.proxy.metrics.AdminCounts.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who may ask for what: by token, and by whose page a browser shows. Any thread. */
final class Guard {
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    /** What a form of any page may send without asking first. */
    private static final List<String> FORMS =
            List.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain");

    /** The pod itself, whose own commands ask over these. */
    private static final List<IpNetwork> SELF =
            List.of(IpNetwork.parse("127.0.0.1"), IpNetwork.parse("::1"));

    private final @Nullable Secret token;
    private final List<IpNetwork> allowed;

    Guard(AdminSettings settings) {
        this.token = settings.token();
        this.allowed = settings.allowed();
    }

    /**
     * Why a request is turned away.
     *
     * @param counted as what
     * @param reply what it gets
     * @param challenges whether a browser is to ask for the token
     */
    record Denial(Reason counted, Reply reply, boolean challenges) {}

    /**
     * Looks at a request before anything is done about it.
     *
     * @param endpoint what is asked for, null where there is nothing
     * @return why not, or null
     */
    @Nullable Denial denial(HttpExchange exchange, Endpoints.@Nullable Endpoint endpoint) {
        Headers headers = exchange.getRequestHeaders();
        // First of all: who may not ask does not learn what there is.
        boolean open = endpoint != null && endpoint.open();
        if (!open && !fromWithin(exchange)) {
            return new Denial(
                    Reason.ADDRESS,
                    Reply.error(
                            403,
                            "ADDRESS",
                            "requests from this address are not in HIVE_ADMIN_ALLOW"),
                    false);
        }
        if (!open && !admitted(headers)) {
            return new Denial(
                    Reason.TOKEN,
                    Reply.error(
                            401,
                            "UNAUTHORIZED",
                            "expected the header 'Authorization: Bearer' with the token of"
                                    + " HIVE_ADMIN_TOKEN"),
                    true);
        }
        return null;
    }

    /** The same for a request that changes something. */
    @Nullable Denial changing(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        if (crossSite(headers)) {
            return new Denial(
                    Reason.CROSS_SITE,
                    Reply.error(
                            403,
                            "CROSS_SITE",
                            "a page of another site may not change anything here"),
                    false);
        }
        if (ofForm(headers)) {
            return new Denial(
                    Reason.CROSS_SITE,
                    Reply.error(
                            415,
                            "FORM",
                            "expected no body, or application/json; any page can send a form"),
                    false);
        }
        return null;
    }

    /**
     * What a kubelet's hook asks for by GET no browser has any business with: an image of any page
     * would do as much.
     */
    @Nullable Denial browsing(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String agent = headers.getFirst("User-Agent");
        boolean browser =
                headers.containsKey("Sec-Fetch-Site")
                        || headers.containsKey("Origin")
                        || headers.containsKey("Referer")
                        || (agent != null && agent.startsWith("Mozilla/"));
        return browser
                ? new Denial(
                        Reason.CROSS_SITE,
                        Reply.error(
                                403,
                                "CROSS_SITE",
                                "a browser may not ask for this; POST /api/handoff hands over"),
                        false)
                : null;
    }

    private boolean fromWithin(HttpExchange exchange) {
        if (allowed.isEmpty()) {
            return true;
        }
        IpAddress from = IpAddress.of(exchange.getRemoteAddress().getAddress().getAddress());
        return Stream.concat(SELF.stream(), allowed.stream())
                .anyMatch(network -> network.contains(from));
    }

    private boolean admitted(Headers headers) {
        Secret expected = token;
        if (expected == null) {
            return true;
        }
        String shown = headers.getFirst("Authorization");
        if (shown == null) {
            return false;
        }
        String scheme = shown.toLowerCase(Locale.ROOT);
        if (scheme.startsWith(BEARER)) {
            return expected.matches(shown.substring(BEARER.length()).strip());
        }
        return scheme.startsWith(BASIC)
                && expected.matches(password(shown.substring(BASIC.length()).strip()));
    }

    /** A browser cannot be told a bearer token; what it asks a person for comes as a password. */
    private static String password(String basic) {
        try {
            String both = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
            return both.substring(both.indexOf(':') + 1);
        } catch (IllegalArgumentException _) {
            return "";
        }
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

    private static boolean ofForm(Headers headers) {
        String type = headers.getFirst("Content-Type");
        return type != null
                && FORMS.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }
}

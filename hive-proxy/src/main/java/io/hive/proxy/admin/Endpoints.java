package io.hive.proxy.admin;

import io.hive.core.message.HandoffResult;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What each path answers. */
final class Endpoints {
    /** Answered by a scrape, of which only so many run at once. */
    static final String METRICS = "/metrics";

    /** What a kubelet's hook asks for. */
    static final String PRESTOP = "/prestop";

    /** Answered by a stream. */
    static final String EVENTS = "/api/events";

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private final StatusSource source;
    private final Handovers handovers;
    private final Supplier<String> metrics;
    private final Map<String, Endpoint> endpoints;

    Endpoints(StatusSource source, Handovers handovers, Supplier<String> metrics) {
        this.source = source;
        this.handovers = handovers;
        this.metrics = metrics;
        Map<String, Endpoint> all = new HashMap<>();
        all.put("/livez", new Endpoint("GET", true, _ -> live()));
        all.put("/readyz", new Endpoint("GET", true, _ -> ready()));
        all.put(METRICS, new Endpoint("GET", true, _ -> metrics()));
        all.put("/api/status", new Endpoint("GET", false, _ -> status()));
        all.put(EVENTS, new Endpoint("GET", false, _ -> Reply.text(200, "a stream of events")));
        all.put("/api/handoff", new Endpoint("POST", false, this::handoff));
        all.put(PRESTOP, new Endpoint("GET", true, false, _ -> prestop()));
        WebFiles.TYPES
                .keySet()
                .forEach(path -> all.put(path, new Endpoint("GET", false, _ -> file(path))));
        endpoints = Map.copyOf(all);
    }

    /** What is at a path, or null. */
    @Nullable Endpoint at(String path) {
        return endpoints.get(path);
    }

    /**
     * One path.
     *
     * @param method GET, which HEAD goes with where nothing is changed, or POST
     * @param changes whether asking for it changes something
     * @param open whether it answers without a token
     * @param reply makes the answer
     */
    record Endpoint(String method, boolean changes, boolean open, Function<Query, Reply> reply) {
        /** One that changes something if it is asked for by POST. */
        Endpoint(String method, boolean open, Function<Query, Reply> reply) {
            this(method, method.equals("POST"), open, reply);
        }

        boolean allows(String asked) {
            return asked.equals(method) || (asked.equals("HEAD") && !changes);
        }

        /** The methods, as the Allow header lists them. */
        String allowed() {
            return changes ? method : "GET, HEAD";
        }
    }

    private Reply live() {
        Liveness liveness = source.liveness();
        return Reply.text(liveness.live() ? 200 : 503, liveness.reason());
    }

    private Reply ready() {
        Readiness readiness = source.readiness();
        return Reply.text(readiness.ready() ? 200 : 503, readiness.reason());
    }

    private Reply metrics() {
        return new Reply(200, PROMETHEUS, metrics.get());
    }

    private Reply status() {
        return Reply.json(200, StatusJson.write(source.status()));
    }

    private static Reply file(String path) {
        return WebFiles.read(path);
    }

    private Reply handoff(Query query) {
        HandoffResult result;
        try {
            result = handovers.handOver(query.value("to"));
        } catch (IllegalArgumentException e) {
            return Reply.error(400, "BAD_ADDRESS", "to: " + e.getMessage());
        }
        if (result.done()) {
            return Reply.json(200, StatusJson.write(result));
        }
        boolean refused = result.outcome() == HandoffResult.Outcome.REFUSED;
        return Reply.error(
                refused && result.from() != null ? 409 : 503,
                result.outcome().name(),
                result.reason());
    }

    private Reply prestop() {
        handovers.leave();
        return Reply.text(200, "it is safe to stop");
    }
}

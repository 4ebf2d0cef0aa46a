package io.hive.proxy.manifests;

import static io.hive.proxy.manifests.Manifests.named;
import static io.hive.proxy.manifests.Manifests.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A hive as manifests describe it: its pods' template and what stands around them. */
record Hive(List<JsonNode> objects) {
    private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet");

    List<JsonNode> of(String kind) {
        return objects.stream()
                .filter(object -> kind.equals(object.path("kind").asText()))
                .toList();
    }

    JsonNode one(String kind) {
        List<JsonNode> all = of(kind);
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " of kind " + kind);
        }
        return all.getFirst();
    }

    JsonNode workload() {
        List<JsonNode> all =
                objects.stream()
                        .filter(object -> WORKLOADS.contains(object.path("kind").asText()))
                        .toList();
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " workloads");
        }
        return all.getFirst();
    }

    JsonNode labels() {
        return workload().at("/spec/template/metadata/labels");
    }

    JsonNode pod() {
        return workload().at("/spec/template/spec");
    }

    /** Both containers, wherever the sidecar stands. */
    List<JsonNode> containers() {
        return Stream.concat(stream(pod().path("containers")), stream(pod().path("initContainers")))
                .toList();
    }

    JsonNode redis() {
        return named(pod().path("containers"), "redis");
    }

    JsonNode sidecar() {
        return containers().stream()
                .filter(container -> container.path("name").asText().equals("hive"))
                .findFirst()
                .orElseThrow();
    }

    JsonNode service(String name) {
        return of("Service").stream()
                .filter(service -> service.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no Service " + name));
    }

    /** Whether a selector, which must say something, picks the pods of this hive. */
    boolean picks(JsonNode selector) {
        return !selector.isEmpty()
                && selector.properties().stream()
                        .allMatch(label -> label.getValue().equals(labels().path(label.getKey())));
    }
}

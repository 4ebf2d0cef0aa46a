package io.hive.proxy.manifests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.Map;

/**
 * The types of the Kubernetes API that a hive may consist of, and no other: no Role is among them.
 */
final class ApiTypes {
    private static final Map<String, Class<?>> TYPES =
            Map.of(
                    "v1 Service", Service.class,
                    "v1 Secret", Secret.class,
                    "apps/v1 Deployment", Deployment.class,
                    "apps/v1 StatefulSet", StatefulSet.class,
                    "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class,
                    "policy/v1 PodDisruptionBudget",
                            io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget.class,
                    "policy/v1beta1 PodDisruptionBudget",
                            io.fabric8.kubernetes.api.model.policy.v1beta1.PodDisruptionBudget
                                    .class);

    /** The types take what they do not know into a map; here that is an error. */
    private static final ObjectMapper STRICT =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .setAnnotationIntrospector(
                            new JacksonAnnotationIntrospector() {
                                private static final long serialVersionUID = 1L;

                                @Override
                                public Boolean hasAnySetter(Annotated member) {
                                    return false;
                                }
                            });

    private ApiTypes() {}

    /** Reads an object as the API would. */
    static Object read(JsonNode object) throws JsonProcessingException {
        String name = object.path("apiVersion").asText() + " " + object.path("kind").asText();
        Class<?> type = TYPES.get(name);
        if (type == null) {
            throw new AssertionError("a hive needs no " + name);
        }
        return STRICT.treeToValue(object, type);
    }
}

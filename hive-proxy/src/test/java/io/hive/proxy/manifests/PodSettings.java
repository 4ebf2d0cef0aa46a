package io.hive.proxy.manifests;

import static io.hive.proxy.manifests.Manifests.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hive.core.node.IpAddress;
import io.hive.core.settings.HiveSettings;
import io.hive.core.settings.SettingsReader;
import io.hive.core.settings.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a pod's settings as its sidecar would, with what a kubelet puts in and mounts. */
final class PodSettings {
    private static final Map<String, String> FIELDS =
            Map.of("status.podIP", "10.0.0.1", "metadata.namespace", "team-a");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\((\\w+)\\)");

    private PodSettings() {}

    static HiveSettings read(Hive hive) throws Exception {
        Map<String, String> environment = new HashMap<>();
        for (JsonNode variable : hive.sidecar().path("env")) {
            String value =
                    variable.has("value")
                            ? variable.path("value").asText()
                            : FIELDS.get(variable.at("/valueFrom/fieldRef/fieldPath").asText());
            environment.put(
                    variable.path("name").asText(),
                    REFERENCE
                            .matcher(value)
                            .replaceAll(found ->
                                    Matcher.quoteReplacement(environment.get(found.group(1)))));
        }
        SettingsReader reader = new SettingsReader(environment, mounted(hive));
        HiveSettings settings = reader.read();
        assertThat(reader.warnings()).isEmpty();
        return settings;
    }

    /** The Secret of the manifests, or else the one that k8s/new-secret makes: key to text. */
    static Map<String, String> secret(Hive hive) throws IOException, InterruptedException {
        JsonNode secret =
                hive.of("Secret").isEmpty()
                        ? Manifests.parse(
                                        Manifests.run(
                                                "sh",
                                                Manifests.ROOT
                                                        .resolve("k8s/new-secret")
                                                        .toString()))
                                .getFirst()
                        : hive.one("Secret");
        ApiTypes.read(secret);
        Map<String, String> texts = new HashMap<>();
        secret.path("stringData")
                .properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        for (Map.Entry<String, JsonNode> entry : secret.path("data").properties()) {
            texts.put(
                    entry.getKey(),
                    new String(
                            Base64.getMimeDecoder().decode(entry.getValue().asText()),
                            StandardCharsets.UTF_8));
        }
        return texts;
    }

    /** What a container finds at its mounts: path to text. */
    static Map<String, String> files(Hive hive, JsonNode container) throws Exception {
        Map<String, String> secret = secret(hive);
        Map<String, String> files = new HashMap<>();
        for (JsonNode mount : container.path("volumeMounts")) {
            stream(hive.pod().path("volumes"))
                    .filter(volume -> volume.path("name").equals(mount.path("name")))
                    .flatMap(volume -> stream(volume.at("/secret/items")))
                    .forEach(item ->
                            files.put(
                                    mount.path("mountPath").asText()
                                            + "/"
                                            + item.path("path").asText(),
                                    secret.get(item.path("key").asText())));
        }
        return files;
    }

    private static Surroundings mounted(Hive hive) throws Exception {
        Map<String, String> files = files(hive, hive.sidecar());
        int processors = Integer.parseInt(hive.sidecar().at("/resources/limits/cpu").asText());
        return new Surroundings() {
            @Override
            public Optional<IpAddress> defaultRouteAddress() {
                return Optional.empty();
            }

            @Override
            public int processors() {
                return processors;
            }

            @Override
            public boolean terminal() {
                return false;
            }

            @Override
            public String readFile(String path) throws IOException {
                String text = files.get(path);
                if (text == null) {
                    throw new IOException("there is no such file");
                }
                return text;
            }
        };
    }
}

package io.hive.proxy.manifests;

import static io.hive.proxy.manifests.Manifests.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hive.core.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The image and the Compose file, as far as they can be read without a Docker engine. */
class ImageTest {
    private static final Pattern LAUNCHER =
            Pattern.compile("^readonly JVM_FLAGS=\\((.*?)^\\)", Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void itsJvmHasTheFlagsOfTheLauncher() throws IOException {
        Matcher launcher = LAUNCHER.matcher(text("hive"));
        assertThat(launcher.find()).isTrue();
        List<String> flags = Arrays.asList(launcher.group(1).strip().split("\\s+", -1));

        assertThat(text("docker/java.options").lines().filter(line -> !line.startsWith("#")))
                .containsAll(flags)
                .filteredOn(flag -> !flags.contains(flag))
                .containsExactly("-Djava.library.path=/opt/hive/native");
    }

    @Test
    void theDockerfileRunsWithoutAShellOrPrivileges() throws IOException {
        String file = text("docker/Dockerfile");
        String image = file.substring(file.indexOf("FROM ${BASE}"));

        assertThat(image)
                .contains("\nUSER 10001:10001\n")
                .contains("\nHEALTHCHECK ")
                .contains("\nCMD [\"run\"]\n")
                .contains("\nEXPOSE 7000 7001 3000 8080 26379\n");
        assertThat(image.lines().map(String::strip))
                .filteredOn(line -> line.matches("(RUN|CMD|ENTRYPOINT) .*"))
                .allMatch(line -> line.matches("\\w+ \\[.*"));
    }

    @Test
    void theComposeFileHasThreePods() throws IOException {
        JsonNode compose = compose();
        JsonNode services = compose.path("services");

        assertThat(services).hasSize(9);
        for (int i = 1; i <= 3; i++) {
            JsonNode redis = merged(services.path("redis-" + i));
            JsonNode hive = merged(services.path("hive-" + i));
            JsonNode pod = merged(services.path("pod-" + i));
            assertThat(redis.path("network_mode").asText()).isEqualTo("service:pod-" + i);
            assertThat(hive.path("network_mode").asText()).isEqualTo("service:pod-" + i);
            assertThat(texts(redis.path("command")))
                    .containsSequence("--replicaof", "127.0.0.1", "1");
            assertThat(texts(pod.at("/networks/hive/aliases"))).containsExactly("hive-headless");
            assertThat(texts(pod.path("ports"))).allMatch(port -> port.startsWith("127.0.0.1:"));
            assertThat(List.of(redis, hive, pod))
                    .allSatisfy(container -> {
                        assertThat(container.path("read_only").asBoolean()).isTrue();
                        assertThat(texts(container.path("cap_drop"))).containsExactly("ALL");
                    });
            assertThat(hive.at("/environment/HIVE_DNS_NAME").asText()).isEqualTo("hive-headless.");
        }
    }

    @Test
    void theComposeFileSetsWhatThereIs() throws IOException {
        assertThat(compose().at("/services/hive-1/environment").properties())
                .isNotEmpty()
                .allSatisfy(entry ->
                        assertThat(
                                        Arrays.stream(Setting.values())
                                                .map(Setting::variable)
                                                .collect(Collectors.toSet()))
                                .contains(entry.getKey()));
    }

    private static JsonNode compose() {
        return Manifests.read(Manifests.ROOT.resolve("docker/compose.yaml")).getFirst();
    }

    /** The parser has merged the anchors already; an empty service would go unnoticed. */
    private static JsonNode merged(JsonNode service) {
        assertThat(service.isObject()).isTrue();
        return service;
    }

    private static String text(String file) throws IOException {
        return Files.readString(Manifests.ROOT.resolve(file));
    }
}

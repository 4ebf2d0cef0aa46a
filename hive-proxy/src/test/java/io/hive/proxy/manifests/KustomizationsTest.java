package io.hive.proxy.manifests;

import static io.hive.proxy.manifests.Manifests.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a kustomization names is there, and nothing lies beside it that it does not name. */
class KustomizationsTest {
    private static final String FILE = "kustomization.yaml";

    static List<Path> kustomizations() {
        return Manifests.kustomizations();
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void namesWhatIsThere(Path folder) throws IOException {
        List<Path> named = named(folder);

        assertThat(named).isNotEmpty().allSatisfy(path -> assertThat(path).exists());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> !file.getFileName().toString().equals(FILE)))
                    .allSatisfy(file -> assertThat(named).contains(file));
        }
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void isReadByKubectl(Path folder) {
        JsonNode kustomization = Manifests.read(folder.resolve(FILE)).getFirst();

        assertThat(kustomization.path("apiVersion").asText())
                .isEqualTo("kustomize.config.k8s.io/v1beta1");
        assertThat(kustomization.path("kind").asText()).isEqualTo("Kustomization");
    }

    /** One place for the version. */
    @Test
    void theImageIsOfThisVersion() throws IOException {
        JsonNode images = Manifests.read(Manifests.BASE.resolve(FILE)).getFirst().path("images");

        assertThat(Files.readString(Manifests.ROOT.resolve("pom.xml")))
                .contains(
                        "<version>"
                                + Manifests.named(images, "hive").path("newTag").asText()
                                + "</version>\n    <packaging>pom</packaging>");
    }

    private static List<Path> named(Path folder) {
        JsonNode all = Manifests.read(folder.resolve(FILE)).getFirst();
        return Stream.of(
                        stream(all.path("resources")),
                        stream(all.path("patches")).map(patch -> patch.path("path")),
                        stream(all.path("secretGenerator"))
                                .flatMap(secret -> stream(secret.path("files"))))
                .flatMap(nodes -> nodes)
                .filter(JsonNode::isTextual)
                .map(name -> folder.resolve(name.asText()).normalize())
                .toList();
    }
}

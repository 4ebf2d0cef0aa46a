package io.hive.proxy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of the folder k8s, and what kubectl makes of them. */
final class Manifests {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Tests run in the module's folder. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    static final Path BASE = ROOT.resolve("k8s/base");
    static final Path OVERLAYS = ROOT.resolve("k8s/overlays");

    private static final long DEADLINE_SECONDS = 60;

    private Manifests() {}

    /** The base and each overlay. */
    static List<Path> kustomizations() {
        try (Stream<Path> overlays = Files.list(OVERLAYS)) {
            return Stream.concat(Stream.of(BASE), overlays.sorted()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All documents of a file; a key that is there twice is an error. */
    static List<JsonNode> read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<JsonNode> parse(String text) {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        List<JsonNode> documents = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(strict)).loadAll(text)) {
            documents.add(JSON.valueToTree(document));
        }
        return documents;
    }

    /** What the base's files hold, without what the kustomization changes of it. */
    static List<JsonNode> base() {
        return stream(read(BASE.resolve("kustomization.yaml")).getFirst().path("resources"))
                .flatMap(name -> read(BASE.resolve(name.asText())).stream())
                .toList();
    }

    /** What {@code kubectl kustomize} makes of a folder. */
    static List<JsonNode> render(Path folder) throws IOException, InterruptedException {
        return parse(run("kubectl", "kustomize", folder.toString()));
    }

    /** Whether there is a kubectl, and one that knows this form of a kustomization. */
    static boolean canRender() throws InterruptedException {
        try {
            String version = run("kubectl", "version", "--client", "-o", "json");
            JsonNode client = JSON.readTree(version).path("clientVersion");
            return Integer.parseInt(client.path("minor").asText("0").replaceAll("\\D", "")) >= 27;
        } catch (IOException _) {
            return false;
        }
    }

    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("%s: %s", List.of(command), output).isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(
                (array.isArray() ? array : new ArrayNode(JSON.getNodeFactory())).spliterator(),
                false);
    }

    static JsonNode named(JsonNode array, String name) {
        return stream(array)
                .filter(item -> item.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + array));
    }

    static List<String> texts(JsonNode array) {
        return stream(array).map(JsonNode::asText).toList();
    }

    /** A quantity of memory in bytes. */
    static long bytes(String quantity) {
        String digits = quantity.replaceAll("\\D", "");
        String unit = quantity.replaceAll("\\d", "").toLowerCase(Locale.ROOT);
        return Long.parseLong(digits)
                * switch (unit) {
                    case "" -> 1;
                    case "ki", "kb" -> 1 << 10;
                    case "mi", "mb" -> 1 << 20;
                    case "gi", "gb" -> 1 << 30;
                    default -> throw new AssertionError("unit of " + quantity);
                };
    }
}

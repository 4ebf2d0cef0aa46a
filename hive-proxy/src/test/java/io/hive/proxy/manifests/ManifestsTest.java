package io.hive.proxy.manifests;

import static io.hive.proxy.manifests.Manifests.bytes;
import static io.hive.proxy.manifests.Manifests.named;
import static io.hive.proxy.manifests.Manifests.stream;
import static io.hive.proxy.manifests.Manifests.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.hive.core.settings.HiveSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each promise of the manifests, held by the base as it is written and, where there is a kubectl,
 * by the base and every overlay as it renders them.
 */
class ManifestsTest {
    /** Of an idle sidecar, and what it needs for some hundred connections (docs/memory.md). */
    private static final long SIDECAR_BYTES = bytes("66Mi") + bytes("32Mi");

    static List<Arguments> hives() throws Exception {
        List<Arguments> all = new ArrayList<>();
        all.add(Arguments.of("base as written", new Hive(Manifests.base())));
        if (Manifests.canRender()) {
            for (Path folder : Manifests.kustomizations()) {
                all.add(
                        Arguments.of(
                                folder.getFileName() + " rendered",
                                new Hive(Manifests.render(folder))));
            }
        }
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void isWhatTheApiTakes(String name, Hive hive) {
        assertThat(hive.objects()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(hive.objects())
                .allSatisfy(object -> assertThat(ApiTypes.read(object)).isNotNull());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void itsSettingsAreThoseOfTheSidecar(String name, Hive hive) throws Exception {
        HiveSettings settings = PodSettings.read(hive);

        JsonNode ports = hive.sidecar().path("ports");
        assertThat(port(ports, "master")).isEqualTo(settings.node().proxyPort()).isEqualTo(7000);
        assertThat(port(ports, "replica")).isEqualTo(settings.node().readPort()).isEqualTo(7001);
        assertThat(port(ports, "peer")).isEqualTo(settings.node().peerPort());
        assertThat(port(ports, "admin")).isEqualTo(settings.node().adminPort());
        assertThat(port(ports, "sentinel")).isEqualTo(settings.node().sentinelPort());
        assertThat(port(hive.redis().path("ports"), "redis")).isEqualTo(6379);
        assertThat(settings.redis().username()).isEqualTo("hive");
        assertThat(settings.mesh().secrets()).isNotEmpty();
        assertThat(settings.discovery().toString())
                .contains("hive-headless.team-a.svc.cluster.local.");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void selectorsPickItsPods(String name, Hive hive) {
        assertThat(hive.picks(hive.workload().at("/spec/selector/matchLabels"))).isTrue();
        assertThat(hive.of("Service"))
                .hasSize(3)
                .allMatch(service -> hive.picks(service.at("/spec/selector")));
        assertThat(hive.picks(hive.one("NetworkPolicy").at("/spec/podSelector/matchLabels")))
                .isTrue();
        assertThat(hive.of("PodDisruptionBudget"))
                .allSatisfy(budget -> {
                    assertThat(hive.picks(budget.at("/spec/selector/matchLabels"))).isTrue();
                    assertThat(budget.at("/spec/maxUnavailable").asInt()).isEqualTo(1);
                });
        assertThat(stream(hive.pod().path("topologySpreadConstraints")))
                .allMatch(spread -> hive.picks(spread.at("/labelSelector/matchLabels")))
                .extracting(spread -> spread.path("topologyKey").asText())
                .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void servicesLeadToPortsThatAreThere(String name, Hive hive) {
        JsonNode ports = hive.sidecar().path("ports");
        for (JsonNode service : hive.of("Service")) {
            assertThat(stream(service.at("/spec/ports")))
                    .isNotEmpty()
                    .allSatisfy(port ->
                            assertThat(port(ports, port.path("targetPort").asText()))
                                    .isEqualTo(port.path("port").asInt()));
        }
        assertThat(hive.service("hive-master").at("/spec/ports/0/port").asInt()).isEqualTo(7000);
        assertThat(hive.service("hive-replica").at("/spec/ports/0/port").asInt()).isEqualTo(7001);
        JsonNode headless = hive.service("hive-headless").path("spec");
        assertThat(headless.path("clusterIP").asText()).isEqualTo("None");
        assertThat(headless.path("publishNotReadyAddresses").asBoolean()).isTrue();
    }

    /** A probe or hook finds its port by number, or by a name in its own container. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void probesAndHooksAskPortsThatAreThere(String name, Hive hive) {
        Set<Integer> ports =
                hive.containers().stream()
                        .flatMap(container -> stream(container.path("ports")))
                        .map(port -> port.path("containerPort").asInt())
                        .collect(Collectors.toSet());

        for (JsonNode container : hive.containers()) {
            for (JsonNode asked : container.findValues("httpGet")) {
                JsonNode port = asked.path("port");
                assertThat(
                                port.isInt()
                                        ? port.asInt()
                                        : port(container.path("ports"), port.asText()))
                        .isIn(ports)
                        .isEqualTo(port(hive.sidecar().path("ports"), "admin"));
                assertThat(asked.path("path").asText()).isIn("/livez", "/readyz", "/prestop");
            }
        }
        assertThat(hive.sidecar().at("/startupProbe/httpGet/path").asText()).isEqualTo("/livez");
        assertThat(hive.sidecar().at("/livenessProbe/httpGet/path").asText()).isEqualTo("/livez");
        assertThat(hive.sidecar().at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
        assertThat(texts(hive.redis().at("/livenessProbe/exec/command")))
                .containsExactly("redis-cli", "-h", "127.0.0.1", "-p", "6379", "ping");
    }

    /** Redis stops after the handover, and there is time for it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void redisStopsAfterTheHandover(String name, Hive hive) {
        assertThat(hive.redis().at("/lifecycle/preStop/httpGet/path").asText())
                .isEqualTo("/prestop");
        assertThat(hive.sidecar().at("/lifecycle/preStop/httpGet/path").asText())
                .isEqualTo("/prestop");
        assertThat(hive.pod().path("terminationGracePeriodSeconds").asInt())
                .isGreaterThanOrEqualTo(20);
    }

    /** Election rule 16: nobody's master until the sidecar says so. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void redisBootsSafely(String name, Hive hive) throws Exception {
        JsonNode redis = hive.redis();
        List<String> arguments = texts(redis.path("args"));

        assertThat(texts(redis.path("command"))).containsExactly("redis-server");
        assertThat(arguments)
                .containsSequence("--replicaof", "127.0.0.1", "1")
                .containsSequence("--port", "6379");
        assertThat(after(arguments, "--unixsocket"))
                .isEqualTo(PodSettings.read(hive).redis().socket());
        assertThat(mounts(redis)).contains("/data", "/run/redis", "/etc/hive/redis");
        assertThat(mounts(hive.sidecar())).contains("/run/redis", "/etc/hive/secret");
        assertThat(after(arguments, "--dir")).isEqualTo("/data");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void memoryIsEnough(String name, Hive hive) throws Exception {
        assertThat(bytes(hive.redis().at("/resources/limits/memory").asText()))
                .isGreaterThanOrEqualTo(
                        2 * bytes(after(texts(hive.redis().path("args")), "--maxmemory")));
        assertThat(bytes(hive.sidecar().at("/resources/limits/memory").asText()))
                .isGreaterThanOrEqualTo(SIDECAR_BYTES + PodSettings.read(hive).proxy().parkBytes());
        assertThat(hive.containers())
                .allSatisfy(container -> {
                    assertThat(container.at("/resources/requests/cpu").asText()).isNotEmpty();
                    assertThat(bytes(container.at("/resources/requests/memory").asText()))
                            .isPositive();
                });
    }

    /** The API is not asked, so there is nothing to ask it with. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void noTokenIsMounted(String name, Hive hive) {
        JsonNode pod = hive.pod();

        assertThat(pod.path("automountServiceAccountToken")).isEqualTo(BooleanNode.FALSE);
        assertThat(pod.path("enableServiceLinks")).isEqualTo(BooleanNode.FALSE);
        assertThat(pod.has("serviceAccountName")).isFalse();
        assertThat(pod.findValues("serviceAccountToken")).isEmpty();
    }

    /** The Pod Security Standard "restricted", and a root file system that nobody writes to. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void isRestricted(String name, Hive hive) {
        JsonNode pod = hive.pod();

        for (String host : List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")) {
            assertThat(pod.has(host)).as(host).isFalse();
        }
        assertThat(pod.findValues("hostPort")).isEmpty();
        assertThat(pod.findValues("hostPath")).isEmpty();
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").asInt()).isPositive();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText())
                .isEqualTo("RuntimeDefault");
        assertThat(hive.containers())
                .hasSize(2)
                .allSatisfy(container -> {
                    JsonNode context = container.path("securityContext");
                    assertThat(context.path("allowPrivilegeEscalation"))
                            .isEqualTo(BooleanNode.FALSE);
                    assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                    assertThat(texts(context.at("/capabilities/drop"))).containsExactly("ALL");
                    assertThat(context.at("/capabilities").has("add")).isFalse();
                    assertThat(context.has("privileged")).isFalse();
                    assertThat(context.has("runAsUser")).isFalse();
                });
        assertThat(stream(pod.path("volumes")))
                .allSatisfy(volume ->
                        assertThat(volume.has("emptyDir") || volume.has("secret")).isTrue());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void everyMountHasItsVolume(String name, Hive hive) {
        Set<String> volumes =
                Stream.concat(
                                stream(hive.pod().path("volumes"))
                                        .map(volume -> volume.path("name")),
                                stream(hive.workload().at("/spec/volumeClaimTemplates"))
                                        .map(claim -> claim.at("/metadata/name")))
                        .map(JsonNode::asText)
                        .collect(Collectors.toSet());
        Set<String> mounted =
                hive.containers().stream()
                        .flatMap(container -> stream(container.path("volumeMounts")))
                        .map(mount -> mount.path("name").asText())
                        .collect(Collectors.toSet());

        assertThat(mounted).isEqualTo(volumes);
    }

    /** Clients reach what is for clients, pods of the hive the rest, nobody the admin port. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hives")
    void theNetworkIsClosedButForWhatIsNeeded(String name, Hive hive) {
        JsonNode policy = hive.one("NetworkPolicy").path("spec");
        List<JsonNode> ingress = stream(policy.path("ingress")).toList();

        assertThat(texts(policy.path("policyTypes"))).containsExactly("Ingress", "Egress");
        assertThat(ingress).hasSize(2);
        assertThat(ingress.getFirst().at("/from/0/podSelector").isEmpty()).isTrue();
        assertThat(ports(ingress.getFirst())).containsExactly(7000, 7001, 26379);
        for (JsonNode mutual :
                List.of(ingress.getLast().at("/from/0"), policy.at("/egress/0/to/0"))) {
            assertThat(hive.picks(mutual.at("/podSelector/matchLabels"))).isTrue();
        }
        assertThat(ports(ingress.getLast())).containsExactly(3000, 6379);
        assertThat(ports(policy.at("/egress/0"))).containsExactly(3000, 6379);
        assertThat(ports(policy.at("/egress/1"))).containsExactly(53, 53);
        assertThat(policy.path("egress")).hasSize(2);
    }

    private static int port(JsonNode ports, String name) {
        return named(ports, name).path("containerPort").asInt();
    }

    private static List<Integer> ports(JsonNode rule) {
        return stream(rule.path("ports")).map(port -> port.path("port").asInt()).toList();
    }

    private static List<String> mounts(JsonNode container) {
        return stream(container.path("volumeMounts"))
                .map(mount -> mount.path("mountPath").asText())
                .toList();
    }

    private static String after(List<String> arguments, String option) {
        int at = arguments.indexOf(option);
        assertThat(at).as(option).isNotNegative();
        return arguments.get(at + 1);
    }
}

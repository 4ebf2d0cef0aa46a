package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The dashboard and the alerts of k8s/monitoring, beside what a running sidecar exports. */
class MonitoringTest {
    private static final Path FOLDER = Path.of("..", "k8s", "monitoring");
    private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{([^}]*)\\})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:hive|jvm|process|system)_[a-z0-9_]+)(?:\\{([^}]*)\\})?");
    private static final Pattern MATCHER =
            Pattern.compile("([a-z_]+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring) ?\\(([^)]*)\\)");

    /** What Prometheus adds to each series, by where it found it. */
    private static final Set<String> OF_THE_SCRAPE = Set.of("job", "instance");

    /** By metric, by label, the values. */
    private static final Map<String, Map<String, Set<String>>> EXPORTED = new HashMap<>();

    @BeforeAll
    static void scrape() {
        try (TestHive hive = TestHive.of(2)) {
            hive.write(hive.leader(), "key", "value");
            for (TestPod pod : hive.pods) {
                String all = pod.http("/metrics");
                assertThat(all).contains("hive_leader_info{");
                all.lines().filter(line -> !line.startsWith("#")).forEach(MonitoringTest::note);
            }
        }
    }

    @AfterAll
    static void forget() {
        EXPORTED.clear();
    }

    private static void note(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        Map<String, Set<String>> labels =
                EXPORTED.computeIfAbsent(sample.group(1), _ -> new HashMap<>());
        if (sample.group(2) != null) {
            LABEL.matcher(sample.group(2))
                    .results()
                    .forEach(label ->
                            labels.computeIfAbsent(label.group(1), _ -> new TreeSet<>())
                                    .add(label.group(2)));
        }
    }

    @Test
    void alerts() throws IOException {
        List<Map<?, ?>> rules = new ArrayList<>();
        for (Object group : list(parsed("alerts.yaml"), "groups")) {
            list(group, "rules").forEach(rule -> rules.add((Map<?, ?>) rule));
        }
        assertThat(rules).hasSizeGreaterThan(10);
        Set<Object> names = new TreeSet<>();
        for (Map<?, ?> rule : rules) {
            assertThat(names.add(rule.get("alert"))).as("%s is there once", rule).isTrue();
            assertThat((Map<?, ?>) rule.get("labels"))
                    .extracting("severity")
                    .isIn("critical", "warning", "info");
            Map<?, ?> texts = (Map<?, ?>) rule.get("annotations");
            assertThat(texts.get("summary")).asString().isNotEmpty();
            assertThat(texts.get("description")).asString().isNotEmpty();
            check(String.valueOf(rule.get("expr")));
            Pattern.compile("\\$labels\\.([a-z_]+)")
                    .matcher(String.valueOf(texts.get("summary")))
                    .results()
                    .forEach(label ->
                            known(label.group(1), labelsOf(String.valueOf(rule.get("expr")))));
        }
    }

    @Test
    void dashboard() throws IOException {
        Object dashboard = parsed("dashboard.json");
        assertThat(((Map<?, ?>) dashboard).get("title")).isEqualTo("Hive");
        Set<Object> ids = new TreeSet<>();
        int expressions = 0;
        for (Object panel : list(dashboard, "panels")) {
            assertThat(ids.add(((Map<?, ?>) panel).get("id"))).as("%s", panel).isTrue();
            if (!((Map<?, ?>) panel).get("type").equals("row")) {
                for (Object target : list(panel, "targets")) {
                    check(String.valueOf(((Map<?, ?>) target).get("expr")));
                    expressions++;
                }
            }
        }
        assertThat(expressions).isGreaterThan(30);
        for (Object annotation : list(((Map<?, ?>) dashboard).get("annotations"), "list")) {
            check(String.valueOf(((Map<?, ?>) annotation).get("expr")));
        }
        for (Object variable : list(((Map<?, ?>) dashboard).get("templating"), "list")) {
            Object definition = ((Map<?, ?>) variable).get("definition");
            if (definition != null) {
                assertThat(selectors(definition.toString())).isNotEmpty();
                check(definition.toString());
            }
        }
    }

    /** What the check would say of a mistake. */
    @Test
    void theCheckFindsMistakes() {
        for (String wrong :
                List.of(
                        "hive_nothing",
                        "hive_state{code=\"NOMASTER\"}",
                        "hive_relay_errors_total{code=\"NO\"}",
                        "sum by (nothing) (hive_state)",
                        "sum(hive_state",
                        "1 > 0")) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> check(wrong))
                    .as(wrong)
                    .isInstanceOf(AssertionError.class);
        }
    }

    private static void check(String expression) {
        assertThat(selectors(expression)).as("%s names a metric", expression).isNotEmpty();
        int depth = 0;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            assertThat(depth).as(expression).isNotNegative();
        }
        assertThat(depth).as("brackets of %s", expression).isZero();
        for (MatchResult selector : selectors(expression)) {
            Map<String, Set<String>> labels = EXPORTED.get(selector.group(1));
            assertThat(labels).as("%s in %s", selector.group(1), expression).isNotNull();
            if (selector.group(2) != null) {
                MATCHER.matcher(selector.group(2))
                        .results()
                        .forEach(matcher -> matcher(matcher, labels, expression));
            }
        }
        Set<String> labels = labelsOf(expression);
        GROUPING.matcher(expression)
                .results()
                .flatMap(by -> Pattern.compile(",\\s*").splitAsStream(by.group(1)))
                .forEach(label -> known(label.strip(), labels));
    }

    private static void matcher(
            MatchResult matcher, Map<String, Set<String>> labels, String expression) {
        String label = matcher.group(1);
        if (OF_THE_SCRAPE.contains(label)) {
            return;
        }
        Set<String> values = labels.get(label);
        assertThat(values).as("label %s in %s", label, expression).isNotNull();
        for (String value : matcher.group(3).split("\\|", -1)) {
            assertThat(values).as("label %s in %s", label, expression).contains(value);
        }
    }

    private static List<MatchResult> selectors(String expression) {
        return SELECTOR.matcher(expression).results().toList();
    }

    private static Set<String> labelsOf(String expression) {
        Set<String> labels = new TreeSet<>(OF_THE_SCRAPE);
        selectors(expression)
                .forEach(selector ->
                        labels.addAll(EXPORTED.getOrDefault(selector.group(1), Map.of()).keySet()));
        return labels;
    }

    private static void known(String label, Set<String> labels) {
        assertThat(labels).contains(label);
    }

    private static Object parsed(String file) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options)).load(Files.readString(FOLDER.resolve(file)));
    }

    private static List<?> list(Object of, String name) {
        assertThat(of).isInstanceOf(Map.class);
        Object list = ((Map<?, ?>) of).get(name);
        assertThat(list).as(name).isInstanceOf(List.class);
        return (List<?>) list;
    }
}

package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.ReplicationId;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisBinary;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The simulator's model of Redis against real servers: the scripts of {@code redis-model.txt},
 * which the model has played, are played with the bundled redis-server, and what INFO reports is
 * compared after each command.
 */
class RedisModelTest {
    private static final Path FILE =
            Path.of(System.getProperty("basedir", ""))
                    .resolve("../hive-election/src/test/resources/simulation/redis-model.txt");

    /** Redis tries a lost master again once a second. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final int AT_ONCE = 6;
    private static final int PORT = 6379;

    /** A command, and what is to be seen after it. */
    private record Step(String command, List<String> shown) {}

    private record Script(String name, List<Step> steps) {}

    @Test
    @Timeout(600)
    void realServersDoWhatTheModelDoes() throws Exception {
        List<Script> scripts = scripts();
        assertThat(scripts).hasSizeGreaterThan(20);
        List<String> differences = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Callable<String>> plays = new ArrayList<>();
            scripts.forEach(script -> plays.add(() -> play(script)));
            for (Future<String> play : workers.invokeAll(plays)) {
                String difference = play.get();
                if (!difference.isEmpty()) {
                    differences.add(difference);
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private static List<Script> scripts() throws IOException {
        List<Script> scripts = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        for (String line : Files.readAllLines(FILE)) {
            if (line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("script")) {
                scripts.add(new Script(line, new ArrayList<>()));
            } else if (line.startsWith("  ")) {
                shown.add(line.strip());
            } else {
                shown = new ArrayList<>();
                scripts.getLast().steps().add(new Step(line, shown));
            }
        }
        return scripts;
    }

    /** What differs, or "". */
    private static String play(Script script) {
        Scene scene = new Scene();
        try {
            String last = "";
            for (Step step : script.steps()) {
                scene.carryOut(step.command());
                try {
                    scene.await(step.shown());
                } catch (AssertionError e) {
                    return script.name()
                            + ", after '"
                            + step.command()
                            + "', following '"
                            + last
                            + "':\n  model "
                            + String.join("\n        ", step.shown())
                            + "\n  real  "
                            + String.join("\n        ", scene.show());
                }
                last = step.command();
            }
            return "";
        } finally {
            scene.close();
        }
    }

    /** The servers of one script. */
    private static final class Scene {
        private final Map<String, RedisServer> servers = new TreeMap<>();
        private final Map<String, String> names = new HashMap<>();
        private Map<ReplicationId, String> ids = new HashMap<>();
        private int values;

        void carryOut(String command) {
            String[] words = command.split(" ", -1);
            String name = words[1];
            switch (words[0]) {
                case "start" -> start(name, words[2].equals("guarded"));
                case "replicaof" -> replicaOf(name, words[2]);
                case "write" -> write(name, Integer.parseInt(words[2]));
                case "save" -> command(name, "SAVE");
                case "restart" -> {
                    if (words[2].equals("empty")) {
                        servers.get(name).restartEmpty();
                    } else {
                        servers.get(name).restart();
                    }
                }
                case "cut" -> command(name, "CLIENT", "KILL", "TYPE", "master");
                case "backlog" -> makeBacklog(name);
                default -> throw new IllegalArgumentException("no such command: " + command);
            }
        }

        private void start(String name, boolean guarded) {
            String address = Loopback.address(PORT);
            servers.put(
                    name,
                    RedisServer.at(address, PORT)
                            .binary(RedisBinary.bundled())
                            .safeBoot(guarded)
                            .arguments(
                                    "--repl-diskless-sync-delay",
                                    "0",
                                    "--repl-ping-replica-period",
                                    "3600")
                            .start());
            names.put(address, name);
        }

        private void replicaOf(String name, String master) {
            switch (master) {
                case "none" -> command(name, "REPLICAOF", "NO", "ONE");
                case "dead" -> command(name, "REPLICAOF", "127.0.0.1", "1");
                default ->
                        command(
                                name,
                                "REPLICAOF",
                                servers.get(master).address(),
                                Integer.toString(PORT));
            }
        }

        private void write(String name, int count) {
            try (RedisConnection connection = servers.get(name).connect()) {
                for (int i = 0; i < count; i++) {
                    connection.command("SET", "key:" + values++, "value");
                }
            }
        }

        /**
         * A replica that asks for everything and goes away before it comes, as the sidecar does it:
         * Redis would wait long with a snapshot that goes to the replica alone, and makes none.
         */
        private void makeBacklog(String name) {
            command(name, "CONFIG", "SET", "repl-diskless-sync-delay", "30");
            try (RedisConnection connection = servers.get(name).connect()) {
                connection.command("REPLCONF", "capa", "eof", "capa", "psync2");
                connection.send("PSYNC", "?", "-1");
                Await.until(
                        "the backlog is there",
                        () -> field(name, "repl_backlog_active").equals("1"));
            }
            command(name, "CONFIG", "SET", "repl-diskless-sync-delay", "0");
            Await.until(
                    "the replica that was none has gone",
                    () -> field(name, "connected_slaves").equals(Long.toString(followers(name))));
        }

        private long followers(String name) {
            return servers.keySet().stream()
                    .filter(each -> {
                        try (RedisConnection connection = servers.get(each).connect()) {
                            return connection
                                    .info("replication")
                                    .getOrDefault("master_host", "")
                                    .equals(servers.get(name).address());
                        }
                    })
                    .count();
        }

        private String field(String name, String field) {
            try (RedisConnection connection = servers.get(name).connect()) {
                return connection.info("replication").getOrDefault(field, "");
            }
        }

        private void command(String name, String... words) {
            try (RedisConnection connection = servers.get(name).connect()) {
                connection.command(words);
            }
        }

        /** Twice in a row, so that something on its way elsewhere is not taken for it. */
        void await(List<String> expected) {
            int[] seen = new int[1];
            Await.until(
                    "INFO shows what the model shows",
                    DEADLINE,
                    () -> {
                        seen[0] = show().equals(expected) ? seen[0] + 1 : 0;
                        return seen[0] > 2;
                    });
            named();
        }

        /** What is on its way elsewhere has no name yet. */
        List<String> show() {
            Map<ReplicationId, String> settled = ids;
            ids = new HashMap<>(settled);
            try {
                return named();
            } finally {
                ids = settled;
            }
        }

        private List<String> named() {
            Map<String, RedisReport> reports = new LinkedHashMap<>();
            servers.forEach((name, server) -> {
                try (RedisConnection connection = server.connect()) {
                    reports.put(
                            name,
                            InfoParser.parse(connection.text("INFO"), List.of(), "", 100).report());
                }
            });
            SortedSet<Long> offsets = new TreeSet<>();
            reports.values()
                    .forEach(report -> {
                        offsets.add(report.masterOffset());
                        offsets.add(report.appliedOffset());
                    });
            List<String> shown = new ArrayList<>();
            reports.forEach((name, report) -> shown.add(name + " " + line(report, offsets)));
            return shown;
        }

        /** In the same words as SimModelScript. */
        private String line(RedisReport report, SortedSet<Long> offsets) {
            MasterLink link = report.link();
            String id = nameOf(report.replicationId());
            String before = report.previousId() == null ? "" : nameOf(report.previousId());
            long distance = report.secondOffset() - report.masterOffset() - 1;
            String second = distance == 0 ? " here" : distance < 0 ? " earlier" : " later";
            return (link == null ? "master" : "replica of " + master(link))
                    + ", "
                    + report.keys()
                    + " keys, "
                    + id
                    + " at "
                    + rank(report.masterOffset(), offsets)
                    + (link == null ? "" : " applied " + rank(link.appliedOffset(), offsets))
                    + (before.isEmpty() ? "" : " after " + before + second)
                    + (report.backlogActive() ? ", backlog" : "")
                    + (report.connectedReplicas() > 0
                            ? ", replicas " + report.connectedReplicas()
                            : "");
        }

        private String nameOf(ReplicationId id) {
            return ids.computeIfAbsent(id, i -> "id" + (ids.size() + 1));
        }

        private String master(MasterLink link) {
            String name =
                    link.follows(RedisEndpoint.DEAD)
                            ? "nobody"
                            : names.getOrDefault(link.masterHost(), link.masterHost());
            return name + (link.up() ? " up" : " down");
        }

        private static String rank(long offset, SortedSet<Long> all) {
            return offset <= 1 ? Long.toString(offset) : "#" + all.subSet(2L, offset).size();
        }

        void close() {
            servers.values().forEach(RedisServer::close);
        }
    }
}

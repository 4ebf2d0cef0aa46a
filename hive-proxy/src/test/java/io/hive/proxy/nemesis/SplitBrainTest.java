package io.hive.proxy.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.NodeState;
import io.hive.proxy.demo.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Both sides of a cut have a leader and write; when it heals, one of them gives way (rule 22). */
@Tag("nemesis")
class SplitBrainTest {
    private static final int FEW = 50;
    private static final int MANY = 500;
    private static final Pattern DROPPED =
            Pattern.compile("\"dropped\":\\{[^}]*\"writes\":(\\d+)[^}]*\"file\":\"([^\"]+)\"");

    @Test
    void theSideThatLosesLessSurvives() {
        try (Cluster cluster = Cluster.of(3)) {
            Pod first = cluster.start();
            Split split = new Split(cluster, first);
            split.write();
            cluster.network.heal();
            Verdict verdict = Verdict.of(cluster, split.few, split.many).print();
            verdict.nothingDeniedIsThere(cluster);
            assertThat(verdict.lost())
                    .as("lost on the side with more writes; %s", cluster.logs())
                    .allMatch(write -> write.through() == first.number);
            assertThat(cluster.awaitSettled()).isNotSameAs(first);
        }
    }

    /** Rule 23: what is given up is in a snapshot that a Redis loads, and is counted exactly. */
    @Test
    void whatTheLoserHadIsSetAsideAndCounted() throws IOException {
        try (Cluster cluster = Cluster.of(3)) {
            for (Pod pod : cluster.pods) {
                Files.createDirectories(pod.salvageDirectory());
                pod.settings.put("HIVE_SALVAGE_DIR", pod.salvageDirectory().toString());
            }
            Pod first = cluster.start();
            if (!first.http("GET", "/api/status").contains("\"salvage\":")) {
                throw new TestAbortedException("this version sets nothing aside yet");
            }
            Split split = new Split(cluster, first);
            split.write();
            cluster.network.heal();
            Verdict verdict = Verdict.of(cluster, split.few, split.many).print();
            assertThat(verdict.lost()).isNotEmpty();
            Matcher dropped = DROPPED.matcher(first.http("GET", "/api/status"));
            assertThat(dropped.find()).as("in the loser's status; %s", cluster.logs()).isTrue();
            System.out.println("nemesis: reported as given up: " + dropped.group());
            assertThat(Long.parseLong(dropped.group(1)))
                    .as("writes that were given up; %s", cluster.logs())
                    .isEqualTo(verdict.lost().size());
            assertThat((long) first.metric("hive_dropped_writes_total"))
                    .as("in the metrics")
                    .isEqualTo(verdict.lost().size());
            Set<String> kept = load(first, Path.of(dropped.group(2)));
            assertThat(verdict.lost()).allMatch(write -> kept.contains(write.key()));
        }
    }

    private static Set<String> load(Pod pod, Path named) throws IOException {
        Path file = named.isAbsolute() ? named : pod.salvageDirectory().resolve(named);
        Path directory = Files.createTempDirectory("hive-nemesis-salvaged-");
        try {
            Files.copy(file, directory.resolve("dump.rdb"));
            return pod.inside(() -> {
                try (RedisServer redis =
                                RedisServer.at("127.0.0.1", 6400)
                                        .safeBoot(false)
                                        .directory(directory)
                                        .start();
                        var connection = redis.connect()) {
                    return connection.list("KEYS", "w:*").stream()
                            .map(String::valueOf)
                            .collect(Collectors.toCollection(HashSet::new));
                }
            });
        } finally {
            try (var files = Files.list(directory)) {
                files.forEach(path -> path.toFile().delete());
            }
            Files.delete(directory);
        }
    }

    /** The leader alone on one side, which knows that it is alone; the others have elected. */
    private static final class Split {
        private final Cluster cluster;
        private final Pod first;
        private final List<Pod> others;
        private Workload few = new Workload(List.of(), 0);
        private Workload many = new Workload(List.of(), 0);

        Split(Cluster cluster, Pod first) {
            this.cluster = cluster;
            this.first = first;
            this.others = cluster.without(first);
            cluster.isolate(first);
            cluster.awaitSettled(others);
            cluster.until(
                    "the old leader leads alone, and knows it",
                    () -> first.says(NodeState.LEADING) && first.metric("hive_members_live") == 1);
        }

        /** Writes on both sides, and ends while the cut lasts. */
        void write() {
            few = new Workload(List.of(first), 1);
            few.awaitProgress(cluster, List.of(first), FEW);
            few.stop();
            many = new Workload(others, 1);
            many.awaitProgress(cluster, others, MANY);
            many.stop();
        }
    }
}

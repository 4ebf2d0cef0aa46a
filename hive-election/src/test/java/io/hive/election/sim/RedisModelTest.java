package io.hive.election.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The model of Redis does what {@code redis-model.txt} says. That real servers do the same is a
 * test of the sidecar, which plays that file with them. {@code -Dredis-model.rewrite=true} writes
 * it anew.
 */
class RedisModelTest {
    private static final Path FILE =
            Path.of(
                    System.getProperty("basedir", ""),
                    "src/test/resources/simulation/redis-model.txt");

    private static final int SCRIPTS = 64;

    @Test
    void theModelIsAsItWasComparedWithRealServers() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# What three Redises show after each command, as the simulator's model has it.");
        for (int seed = 1; seed <= SCRIPTS; seed++) {
            lines.add("script " + seed);
            lines.addAll(SimModelScript.play(seed));
        }
        if (Boolean.getBoolean("redis-model.rewrite")) {
            Files.write(FILE, lines);
        }
        assertThat(Files.readAllLines(FILE)).isEqualTo(lines);
    }
}

package io.hive.election.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The scenarios of {@code src/test/resources/scenarios}: what is written there is what happens, to
 * the letter. Where a change of the election changes them, {@code -Dscenarios.rewrite=true} writes
 * them anew; the difference is then read, line by line, before it is committed.
 */
class ScenariosTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("basedir", ""), "src/test/resources/scenarios");

    private static final boolean REWRITE = Boolean.getBoolean("scenarios.rewrite");

    @TestFactory
    List<DynamicTest> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<DynamicTest> tests =
                    files.filter(file -> file.toString().endsWith(".txt"))
                            .sorted()
                            .map(file ->
                                    DynamicTest.dynamicTest(
                                            file.getFileName().toString(), () -> play(file)))
                            .toList();
            assertThat(tests).as("scenarios in " + FOLDER).isNotEmpty();
            return tests;
        }
    }

    private static void play(Path file) {
        try {
            String expected = Files.readString(file);
            ScenarioFile scenario = ScenarioFile.parse(expected.lines().toList());
            assertThat(scenario.comment()).as("what " + file + " shows").isNotEmpty();
            String played = scenario.played().text();
            if (REWRITE) {
                Files.writeString(file, played);
                return;
            }
            assertThat(played)
                    .as(
                            "%s; where the change is meant, run this test with"
                                    + " -Dscenarios.rewrite=true and read the difference",
                            file.getFileName())
                    .isEqualTo(expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.hive.election.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Production elections under simulated faults: the seeds that once failed, and a range of others.
 *
 * <p>The range is the same in each run, so that a change is judged by what it changes. New seeds
 * are for {@code ./hive simulate}.
 */
class SimulationTest {
    private static final int SEEDS = 1000;
    private static final long FIRST = 7_000_000;
    private static final int TWICE = 40;

    /** A line each in {@code simulation/regressions.txt}. */
    @TestFactory
    List<DynamicTest> seedsThatOnceFailed() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (InputStream in =
                Objects.requireNonNull(
                        SimulationTest.class.getResourceAsStream("/simulation/regressions.txt"))) {
            for (String line :
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (!line.startsWith("#")) {
                    long seed = Long.parseLong(line.substring(0, line.indexOf(' ')));
                    tests.add(DynamicTest.dynamicTest(line, () -> Simulation.of(seed).run()));
                }
            }
        }
        return tests;
    }

    /** {@code -Dsimulation.seed=S} runs the seeds from S on again. */
    @Test
    @Timeout(600)
    void aRangeOfSeeds() throws Exception {
        long first = Long.getLong("simulation.seed", FIRST);
        System.out.println(
                "simulating seeds "
                        + first
                        + " to "
                        + (first + SEEDS - 1)
                        + "; again with -Dsimulation.seed="
                        + first);
        SimRunState state = new SimRunState(first, SEEDS, 0);
        new SimRun(System.out, state, null, Runtime.getRuntime().availableProcessors()).run();
        System.out.println(state.sum.table());
        assertThat(state.failures).as("replay: ./hive simulate --seed S").isEmpty();
        assertThat(state.done).isEqualTo(SEEDS);
        assertThat(state.sum.promotions()).as("promotions: it does something").isPositive();
        for (SimFault fault : SimFault.values()) {
            assertThat(state.sum.value("fault." + fault)).as(fault.label()).isPositive();
        }
    }

    /**
     * One seed is one course of events: otherwise a failure could not be looked at again. The
     * second run is of classes that were loaded anew, with which everything that hangs on an
     * object's address changes.
     */
    @Test
    @Timeout(300)
    void theSameSeedTakesTheSameSteps() {
        SimMutation again = SimMutation.none();
        for (long seed = FIRST; seed < FIRST + TWICE; seed++) {
            assertThat(again.traceHash(seed)).as("seed " + seed).isEqualTo(SimTraceHash.of(seed));
        }
    }

    @Test
    void anotherSeedTakesOtherSteps() {
        assertThat(SimTraceHash.of(3)).isNotEqualTo(SimTraceHash.of(4));
    }

    /** What is stopped half way and goes on ends with the same sums as what was not stopped. */
    @Test
    @Timeout(300)
    void aStoppedRunGoesOnWhereItWas(@TempDir Path folder) throws Exception {
        PrintStream nobody = new PrintStream(new ByteArrayOutputStream());
        SimRunState whole = new SimRunState(FIRST, 70, 1);
        new SimRun(nobody, whole, null, 2).run();

        Path file = folder.resolve("state");
        SimRunState half = new SimRunState(FIRST, 50, 1);
        new SimRun(nobody, half, file, 2).run();
        Files.writeString(file, Files.readString(file).replace("count 50", "count 70"));
        SimRunState rest = SimRunState.read(file);
        assertThat(rest.done).isEqualTo(50);
        new SimRun(nobody, rest, file, 2).run();

        assertThat(rest.done).isEqualTo(70);
        assertThat(rest.sum.lines()).isEqualTo(whole.sum.lines());
        assertThat(SimRunState.read(file).sum.lines()).isEqualTo(whole.sum.lines());
    }

    @Test
    void aStateThatIsNoneIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("state"), "something else\n");
        assertThatThrownBy(() -> SimRunState.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a state");
    }
}

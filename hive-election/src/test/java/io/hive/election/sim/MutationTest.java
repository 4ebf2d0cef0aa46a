package io.hive.election.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The simulator finds an election whose rules are broken: each of {@link SimMutants} is compiled,
 * run, and must violate something within a bounded number of seeds.
 */
class MutationTest {
    private static final Path SOURCES = Path.of(System.getProperty("basedir", ""), "src");
    private static final long FIRST = 1;

    /** Many times what the slowest of them takes. */
    private static final long SEEDS = Long.getLong("mutants.seeds", 4000);

    /**
     * Not looked for: no seed is known that shows these and that the unbroken election passes.
     * {@code ./hive simulate --break NAME} looks on.
     */
    private static final Set<String> OPEN =
            Set.of("shared-writes-counted", "empty-side-wins", "late-operations-run");

    /** Rules of the planned handover and of salvage have their effects and mutants of their own. */
    private static final Set<Integer> ELSEWHERE = Set.of(20, 23);

    @Test
    @Timeout(900)
    void everyBrokenRuleIsFound() throws InterruptedException {
        SimMutationSearch search = new SimMutationSearch(SOURCES, FIRST, SEEDS);

        List<SimMutant> looked =
                SimMutants.all().stream().filter(m -> !OPEN.contains(m.name())).toList();

        search.run(looked, Runtime.getRuntime().availableProcessors(), System.out::println);

        assertThat(search.tried()).isEqualTo(SimMutants.all().size() - OPEN.size());
        assertThat(search.survivors())
                .as("broken rules that nothing showed in " + SEEDS + " seeds")
                .isEmpty();
    }

    @Test
    void everyRuleHasAMutantOrAReason() {
        Set<Integer> rules = new TreeSet<>(ELSEWHERE);
        SimMutants.all().forEach(mutant -> rules.add(mutant.rule()));
        SimMutants.unseen().forEach(unseen -> rules.add(unseen.rule()));
        for (int rule = 1; rule <= 23; rule++) {
            assertThat(rules).contains(rule);
        }
    }

    /** What the mutants are compared with: loaded the same way, and unchanged. */
    @Test
    void theUnbrokenElectionPasses() {
        assertThat(SimMutation.none().violation(FIRST, 50)).isEmpty();
    }
}

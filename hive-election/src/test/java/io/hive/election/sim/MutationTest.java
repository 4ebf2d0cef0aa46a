package io.hive.election.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The simulator finds an election whose rules are broken: each of {@link SimMutants} is compiled,
 * run, and must violate something within a bounded number of seeds. {@code -Dmutants.search=true}
 * searches from the first seed on, to tell how many it takes.
 */
class MutationTest {
    private static final Path SOURCES = Path.of(System.getProperty("basedir", ""), "src");
    private static final boolean SEARCH = Boolean.getBoolean("mutants.search");
    private static final String ONLY = System.getProperty("mutants.only", "");
    private static final long FIRST = 1;

    /** Many times what the slowest of them takes. */
    private static final long SEEDS = Long.getLong("mutants.seeds", 4000);

    /** Rules of the planned handover and of salvage have their effects and mutants of their own. */
    private static final Set<Integer> ELSEWHERE = Set.of(20, 23);

    private record Found(SimMutant mutant, long seeds, String violation) {
        boolean survived() {
            return violation.isEmpty();
        }

        @Override
        public String toString() {
            return String.format(
                    "%-26s rule %-3d %s",
                    mutant.name(),
                    mutant.rule(),
                    survived() ? "SURVIVED" : "seed " + seeds + ": " + violation);
        }
    }

    @Test
    @Timeout(900)
    void everyBrokenRuleIsFound() throws Exception {
        List<Callable<Found>> searches = new ArrayList<>();
        for (SimMutant mutant : SimMutants.all()) {
            if (ONLY.isEmpty() || mutant.name().matches(ONLY)) {
                searches.add(() -> search(mutant));
            }
        }
        List<Found> all = new ArrayList<>();
        try (ExecutorService workers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Future<Found> result : workers.invokeAll(searches)) {
                all.add(result.get());
            }
        }
        all.forEach(System.out::println);
        assertThat(all.stream().filter(Found::survived).toList())
                .as("broken rules that nothing showed in " + SEEDS + " seeds")
                .isEmpty();
    }

    private static Found search(SimMutant mutant) {
        SimMutation mutation = SimMutation.of(mutant, SOURCES);
        if (mutant.seed() >= 0 && !SEARCH) {
            String violation = mutation.violation(mutant.seed(), 1);
            if (!violation.isEmpty()) {
                return new Found(mutant, mutant.seed(), violation);
            }
        }
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            String violation = mutation.violation(seed, 1);
            if (!violation.isEmpty()) {
                return new Found(mutant, seed, violation);
            }
        }
        return new Found(mutant, SEEDS, "");
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

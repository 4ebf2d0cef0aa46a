package io.hive.election.sim;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks for a seed that shows each broken rule, several at once. */
final class SimMutationSearch {
    private static final long PATIENCE_HOURS = 10;

    private final Path sources;
    private final long first;
    private final long seeds;
    private final List<Found> all = Collections.synchronizedList(new ArrayList<>());

    /**
     * What became of a broken rule.
     *
     * @param seed that showed it, or how many did not
     * @param violation what it violated, or ""
     */
    record Found(SimMutant mutant, long seed, String violation) {
        boolean survived() {
            return violation.isEmpty();
        }

        @Override
        public String toString() {
            return String.format(
                    "%-26s rule %-3d %s",
                    mutant.name(),
                    mutant.rule(),
                    survived() ? "SURVIVED " + seed + " seeds" : violation);
        }
    }

    /**
     * @param sources the module's {@code src}
     * @param first the first seed to try, after the one that a mutant names
     * @param seeds how many are tried
     */
    SimMutationSearch(Path sources, long first, long seeds) {
        this.sources = sources;
        this.first = first;
        this.seeds = seeds;
    }

    /** Tries all of these; {@code told} is called for each, by any thread, one at a time. */
    void run(List<SimMutant> mutants, int threads, Consumer<Found> told)
            throws InterruptedException {
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            for (SimMutant mutant : mutants) {
                var _ =
                        workers.submit(() -> {
                            Found found = search(mutant);
                            all.add(found);
                            synchronized (this) {
                                told.accept(found);
                            }
                        });
            }
            workers.shutdown();
            if (!workers.awaitTermination(PATIENCE_HOURS, TimeUnit.HOURS)) {
                throw new IllegalStateException("not done after " + PATIENCE_HOURS + " hours");
            }
        }
    }

    /** Those that no seed has shown. */
    List<Found> survivors() {
        return all.stream().filter(Found::survived).toList();
    }

    int tried() {
        return all.size();
    }

    /** A seed that the unbroken election fails, too, shows nothing about a broken one. */
    private static boolean shows(String violation, long seed) {
        return !violation.isEmpty() && SimMutation.none().violation(seed, 1).isEmpty();
    }

    private Found search(SimMutant mutant) {
        try {
            SimMutation mutation = SimMutation.of(mutant, sources);
            if (mutant.seed() >= 0) {
                String violation = mutation.violation(mutant.seed(), 1);
                if (shows(violation, mutant.seed())) {
                    return new Found(mutant, mutant.seed(), violation);
                }
            }
            for (long seed = first; seed < first + seeds; seed++) {
                String violation = mutation.violation(seed, 1);
                if (shows(violation, seed)) {
                    return new Found(mutant, seed, violation);
                }
            }
            return new Found(mutant, seeds, "");
        } catch (RuntimeException e) {
            // a mutant that cannot be made is found by nobody
            System.err.println(e.getMessage());
            return new Found(mutant, 0, "");
        }
    }
}

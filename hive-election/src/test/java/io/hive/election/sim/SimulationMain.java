package io.hive.election.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code ./hive simulate}: many seeds, one of them with its trace, or a rule broken. */
public final class SimulationMain {
    private static final String USAGE =
            """
            Usage: ./hive simulate [--seeds N] [--seed S] [options]

              --seeds N      how many seeds to run, 1000 unless told
              --seed S       without --seeds: replays this seed and prints what happens in it;
                             with it: the first of the N seeds
              --threads T    how many run at once, one for each core unless told
              --state FILE   where to keep how far it has come; it is written every few seconds,
                             at the end and on Ctrl-C
              --resume       goes on with the run that is in the state file
              --break NAME   breaks a rule of the election first: the run must then find it;
                             "all", or several with commas between them, are broken one after
                             the other; then 0 says that all were found
              --mutants      lists the rules that can be broken
              --invariants   lists what is checked

            Ends with 0 where nothing was violated, 1 where something was, 2 for a wrong option.
            """;

    private static final int FAILURES_SHOWN = 20;

    private static final String ALL = "all";

    /** What a run of this seed does stands for the build. */
    private static final long FINGERPRINT_SEED = 1;

    private static final long DEFAULT_SEEDS = 1000;

    private final PrintStream out;

    private @Nullable Long seeds;
    private @Nullable Long seed;
    private @Nullable Path file;
    private @Nullable String broken;
    private boolean resume;
    private int threads = Runtime.getRuntime().availableProcessors();

    private SimulationMain(PrintStream out) {
        this.out = out;
    }

    /** Exit code 0 where nothing was violated, 1 where something was, 2 for a wrong option. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(new SimulationMain(System.out).run(arguments));
    }

    private int run(String[] arguments) throws IOException, InterruptedException {
        try {
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--seeds" -> seeds = Long.parseLong(arguments[++i]);
                    case "--seed" -> seed = Long.parseLong(arguments[++i]);
                    case "--threads" -> threads = Integer.parseInt(arguments[++i]);
                    case "--state" -> file = Path.of(arguments[++i]);
                    case "--break" -> {
                        broken = arguments[++i];
                        toBreak();
                    }
                    case "--resume" -> resume = true;
                    case "--mutants" -> {
                        mutants();
                        return 0;
                    }
                    case "--invariants" -> {
                        for (SimInvariant invariant : SimInvariant.values()) {
                            out.printf("%-26s %s%n", invariant, invariant.meaning());
                        }
                        return 0;
                    }
                    case "--help", "-h" -> {
                        out.print(USAGE);
                        return 0;
                    }
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            out.println(
                    "not understood: " + String.join(" ", arguments) + " (" + e.getMessage() + ")");
            out.print(USAGE);
            return 2;
        }
        if (broken != null) {
            List<SimMutant> mutants = toBreak();
            return mutants.size() == 1 ? breakRule(mutants.getFirst()) : breakAll(mutants);
        }
        if (resume) {
            return goOn();
        }
        if (seed != null && seeds == null) {
            return replay(seed);
        }
        long first = seed == null ? System.currentTimeMillis() * 1000 : seed;
        return many(new SimRunState(first, seeds == null ? DEFAULT_SEEDS : seeds, fingerprint()));
    }

    private static long fingerprint() {
        return SimTraceHash.of(FINGERPRINT_SEED);
    }

    private void mutants() {
        for (SimMutant mutant : SimMutants.all()) {
            out.printf("%-26s rule %-3d %s%n", mutant.name(), mutant.rule(), mutant.what());
        }
        for (SimMutants.Unseen unseen : SimMutants.unseen()) {
            out.printf("%-26s rule %-3d %s%n", "(not simulated)", unseen.rule(), unseen.why());
        }
    }

    private static Path sources() {
        return Path.of(System.getProperty("hive.election.sources", "hive-election/src"));
    }

    private List<SimMutant> toBreak() {
        String names = broken;
        if (names == null || names.equals(ALL)) {
            return SimMutants.all();
        }
        return List.of(names.split(",", -1)).stream().map(SimMutants::named).toList();
    }

    private int breakAll(List<SimMutant> mutants) throws InterruptedException {
        SimMutationSearch search =
                new SimMutationSearch(
                        sources(), seed == null ? 1 : seed, seeds == null ? DEFAULT_SEEDS : seeds);
        search.run(mutants, threads, found -> out.println(found));
        return search.survivors().isEmpty() ? 0 : 1;
    }

    private int breakRule(SimMutant mutant) {
        SimMutation mutation = SimMutation.of(mutant, sources());
        long first = seed == null ? 1 : seed;
        long count = seeds == null ? DEFAULT_SEEDS : seeds;
        out.println(mutant.name() + " (rule " + mutant.rule() + "): " + mutant.what());
        for (long tried = first; tried < first + count; tried++) {
            String violation = mutation.violation(tried, 1);
            if (!violation.isEmpty()) {
                out.println("found after " + (tried - first + 1) + " seeds: " + violation);
                return 1;
            }
        }
        out.println("not found in " + count + " seeds from " + first);
        return 0;
    }

    private int replay(long replayed) {
        Simulation simulation =
                new Simulation(
                        replayed,
                        scheduler ->
                                SimTrace.of(
                                        scheduler,
                                        EnumSet.allOf(SimTrace.Kind.class),
                                        out::println));
        int code = 0;
        try {
            simulation.run();
            out.println("seed " + replayed + ": nothing violated");
        } catch (SimViolation e) {
            out.println("VIOLATION " + e.getMessage());
            code = 1;
        }
        out.print(simulation.statistics().table());
        return code;
    }

    private int goOn() throws IOException, InterruptedException {
        if (file == null) {
            out.println("--resume needs --state FILE: which run to go on with");
            return 2;
        }
        SimRunState state = SimRunState.read(file);
        if (state.fingerprint != fingerprint()) {
            out.println(
                    "the run in "
                            + file
                            + " was begun with another election or simulator: its seeds mean"
                            + " something else now; start anew without --resume");
            return 2;
        }
        return many(state);
    }

    private int many(SimRunState state) throws IOException, InterruptedException {
        out.printf(
                "seeds %d to %d, %d done, %d threads%n",
                state.first, state.first + state.count - 1, state.done, threads);
        SimRun run = new SimRun(out, state, file, threads);
        CountDownLatch saved = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            run.stop();
                            try {
                                saved.await(20, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }));
        run.run();
        report(state);
        saved.countDown();
        return state.failed == 0 ? 0 : 1;
    }

    private void report(SimRunState state) {
        out.println();
        out.print(state.sum.table());
        out.println();
        out.println(state.failed + " of " + state.done + " seeds violated something");
        for (String failure :
                state.failures.subList(0, Math.min(FAILURES_SHOWN, state.failures.size()))) {
            String failing = failure.substring("seed ".length(), failure.indexOf(" at "));
            out.println("  ./hive simulate --seed " + failing + "    # " + failure);
        }
        if (state.done < state.count) {
            out.println(
                    file == null
                            ? "stopped; name a --state FILE to be able to go on"
                            : "stopped; go on with: ./hive simulate --resume --state " + file);
        }
        out.flush();
    }
}

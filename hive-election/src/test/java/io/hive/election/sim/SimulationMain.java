package io.hive.election.sim;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** {@code ./hive simulate}: many seeds, or one of them with its trace. */
public final class SimulationMain {
    private static final String USAGE =
            """
            Usage: ./hive simulate [--seeds N] [--seed S]

              --seeds N    how many seeds to run, 1000 unless told
              --seed S     without --seeds: replays this seed and prints what happens in it;
                           with it: the first of the N seeds
            """;

    private static final int FAILURES_SHOWN = 20;

    private final PrintStream out;

    private SimulationMain(PrintStream out) {
        this.out = out;
    }

    /** Exit code 0 where nothing was violated, 1 where something was, 2 for a wrong option. */
    public static void main(String[] arguments) {
        System.exit(new SimulationMain(System.out).run(arguments));
    }

    private int run(String[] arguments) {
        Long seeds = null;
        Long seed = null;
        try {
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--seeds" -> seeds = Long.parseLong(arguments[++i]);
                    case "--seed" -> seed = Long.parseLong(arguments[++i]);
                    case "--help", "-h" -> {
                        out.print(USAGE);
                        return 0;
                    }
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            out.println("not understood: " + String.join(" ", arguments));
            out.print(USAGE);
            return 2;
        }
        if (seed != null && seeds == null) {
            return replay(seed);
        }
        long first = seed == null ? System.currentTimeMillis() * 1000 : seed;
        return many(first, seeds == null ? 1000 : seeds);
    }

    private int replay(long seed) {
        Simulation simulation =
                new Simulation(
                        seed,
                        scheduler ->
                                SimTrace.of(
                                        scheduler,
                                        java.util.EnumSet.allOf(SimTrace.Kind.class),
                                        line -> out.println(line)));
        try {
            simulation.run();
            out.println("seed " + seed + ": nothing violated");
            return 0;
        } catch (SimViolation e) {
            out.println("VIOLATION " + e.getMessage());
            return 1;
        } finally {
            out.print(simulation.statistics().table());
        }
    }

    private int many(long first, long count) {
        SimStatistics sum = new SimStatistics();
        List<String> failures = new ArrayList<>();
        out.println("seeds " + first + " to " + (first + count - 1));
        long began = System.nanoTime();
        long shown = began;
        for (long seed = first; seed < first + count; seed++) {
            Simulation simulation = Simulation.of(seed);
            try {
                simulation.run();
            } catch (SimViolation e) {
                failures.add(e.getMessage());
                out.println("VIOLATION " + e.getMessage());
            }
            sum.add(simulation.statistics());
            if (System.nanoTime() - shown > 5 * SimTime.SECOND) {
                shown = System.nanoTime();
                out.printf(
                        "%d of %d seeds, %d violations, %d s%n",
                        seed - first + 1, count, failures.size(), (shown - began) / SimTime.SECOND);
            }
        }
        out.println();
        out.print(sum.table());
        out.println();
        out.println(failures.size() + " of " + count + " seeds violated something");
        for (String failure : failures.subList(0, Math.min(FAILURES_SHOWN, failures.size()))) {
            String seed = failure.substring("seed ".length(), failure.indexOf(" at "));
            out.println("  ./hive simulate --seed " + seed + "    # " + failure);
        }
        return failures.isEmpty() ? 0 : 1;
    }
}

package io.hive.election.sim;

/** What {@link SimMutation} calls, by name, in the classes that it has loaded. */
public final class SimMutationRun {
    private SimMutationRun() {}

    /** The first violation in these seeds, or "". */
    public static String violation(long first, long count) {
        for (long seed = first; seed < first + count; seed++) {
            try {
                Simulation.of(seed).run();
            } catch (SimViolation e) {
                return String.valueOf(e.getMessage());
            }
        }
        return "";
    }

    /** The hash over the trace of one seed. */
    public static long traceHash(long seed, long ignored) {
        return SimTraceHash.of(seed);
    }
}

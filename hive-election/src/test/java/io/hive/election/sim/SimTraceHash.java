package io.hive.election.sim;

import java.util.EnumSet;

/** One number for everything that happens in a seed: two runs that part give two. */
final class SimTraceHash {
    private static final long START = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private long hash = START;

    private SimTraceHash() {}

    /** Runs the seed; a violation is part of what happens. */
    static long of(long seed) {
        SimTraceHash sum = new SimTraceHash();
        Simulation simulation =
                new Simulation(
                        seed,
                        scheduler ->
                                SimTrace.of(
                                        scheduler, EnumSet.allOf(SimTrace.Kind.class), sum::add));
        try {
            simulation.run();
        } catch (SimViolation e) {
            sum.add(String.valueOf(e.getMessage()));
        }
        return sum.hash;
    }

    private void add(SimTrace.Line line) {
        add(line.atNanos());
        add(line.kind().name());
        add(line.who());
        add(line.text());
    }

    private void add(String text) {
        for (int i = 0; i < text.length(); i++) {
            add(text.charAt(i));
        }
    }

    private void add(long value) {
        hash = (hash ^ value) * PRIME;
    }
}

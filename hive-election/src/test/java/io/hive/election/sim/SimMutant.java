package io.hive.election.sim;

import java.util.List;

/**
 * A rule of the election, broken: what is replaced in which source, and what is lost by it.
 *
 * @param name how {@code ./hive simulate --break} knows it
 * @param rule the rule of the design that it breaks
 * @param what one line: what the broken election does
 * @param changes what is replaced; each snippet must be found exactly once
 * @param seed a seed that has found it, tried first; where the course of that seed has changed
 *     since, others are searched
 */
record SimMutant(String name, int rule, String what, List<Change> changes, long seed) {
    SimMutant {
        changes = List.copyOf(changes);
    }

    /**
     * A piece of a source, replaced.
     *
     * @param source the file: of the election, or, with {@code sim/} before it, of the stand-in for
     *     what the sidecar does with Redis
     */
    record Change(String source, String snippet, String replacement) {}
}

package io.hive.election.sim;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/**
 * What arrives while a process cannot look at it: it waits in the socket's buffer, in order, and is
 * taken when the process comes back.
 */
final class SimGate {
    private final BooleanSupplier shut;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    SimGate(BooleanSupplier shut) {
        this.shut = shut;
    }

    /** Whether what comes now is let through at once. */
    boolean passes() {
        return waiting.isEmpty() && !shut.getAsBoolean();
    }

    void pass(Runnable action) {
        if (passes()) {
            action.run();
        } else {
            waiting.add(action);
        }
        release();
    }

    /** Lets through what waits, for as long as the gate is open. */
    void release() {
        while (!waiting.isEmpty() && !shut.getAsBoolean()) {
            waiting.poll().run();
        }
    }

    void clear() {
        waiting.clear();
    }
}

package io.hive.election.sim;

/** Something happened that must never happen, or something did not happen in time. */
final class SimViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SimInvariant invariant;

    SimViolation(SimInvariant invariant, String message) {
        super(message);
        this.invariant = invariant;
    }

    SimInvariant invariant() {
        return invariant;
    }
}

package io.hive.proxy.peer;

/** A connection that is not to be. The message is for the log. */
final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Rejection rejection;

    RejectedException(Rejection rejection, String message) {
        super(message);
        this.rejection = rejection;
    }

    Rejection rejection() {
        return rejection;
    }
}

package io.hive.proxy.redis;

/** An operation cannot go on; the message is the reason that the election is given, one line. */
class OperationFailure extends Exception {
    private static final long serialVersionUID = 1L;

    OperationFailure(String reason) {
        super(reason);
    }

    /** The message, which is never missing. */
    String reason() {
        return String.valueOf(getMessage());
    }

    /** Nobody waits for it any more. */
    static final class Unwanted extends OperationFailure {
        private static final long serialVersionUID = 1L;

        Unwanted(String reason) {
            super(reason);
        }
    }

    /** The time is up, and the answer did not come. */
    static final class TimeUp extends OperationFailure {
        private static final long serialVersionUID = 1L;

        TimeUp(String reason) {
            super(reason);
        }
    }

    /** Redis answered a command with an error, and will again. */
    static final class Refused extends OperationFailure {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }
    }
}

package io.hive.proxy.relay;

/** What a command that is under way is, as far as its reply and its loss are concerned. */
enum Tag {
    /** Changes nothing: after a loss it is run again. */
    READ,
    /** May change something: after a loss nobody knows whether it ran. */
    WRITE,
    /** Runs code that can answer anything, so that its refusals prove nothing. */
    OPAQUE,
    /** The same, and may be run twice. */
    OPAQUE_READ,
    /** None that Redis has named: it may be any command, under another name. */
    UNKNOWN,
    /** A read whose reply carries a cursor. */
    SCAN,
    /** Waits for something and changes nothing: after a loss it is run again. */
    BLOCKING_READ,
    /** Waits for something and takes it: after a loss nobody knows whether it did. */
    BLOCKING_WRITE,
    /** Changes the session's profile or name; it awaits the answer before anything else. */
    HANDSHAKE,
    MULTI,
    /** Inside a transaction. */
    QUEUED,
    EXEC,
    /** Hive's DISCARD in the place of an EXEC that must not run. */
    NO_EXEC,
    DISCARD,
    WATCH,
    UNWATCH,
    /** SUBSCRIBE, UNSUBSCRIBE and their kin: many replies, or pushes in their place. */
    SUBSCRIPTION,
    TRACKING,
    /** Larger than what is kept: it cannot be run again. */
    LARGE,
    /** A command of Hive's own, whose reply is not the client's. */
    SILENT,
    /** The same, to give a new connection what the session had on the one before. */
    RESTORE;

    /** Whether an ordinary reply to it goes to the client without a look at it. */
    boolean plain() {
        return this == READ || this == WRITE || this == OPAQUE || this == OPAQUE_READ;
    }

    /** Whether its answer comes as soon as Redis gets to it, so that the time is of interest. */
    boolean timed() {
        return plain() || this == SCAN || this == QUEUED || this == EXEC || this == UNKNOWN;
    }

    /** Whether several of one session in a row are one entry among what is under way. */
    boolean merges() {
        return plain() || this == QUEUED;
    }

    /** Whether what becomes of it does not depend on what was sent before and after it. */
    boolean simple() {
        return plain() || this == SCAN || this == BLOCKING_READ || this == BLOCKING_WRITE;
    }

    /** Whether it changes nothing, so that it may run twice. */
    boolean repeatable() {
        return this == READ || this == OPAQUE_READ || this == SCAN || this == BLOCKING_READ;
    }

    /** Whether its reply may have to wait until replicas hold what it wrote. */
    boolean writes() {
        return switch (this) {
            case WRITE, OPAQUE, UNKNOWN, BLOCKING_WRITE, EXEC, LARGE -> true;
            case READ,
                    OPAQUE_READ,
                    SCAN,
                    BLOCKING_READ,
                    HANDSHAKE,
                    MULTI,
                    QUEUED,
                    NO_EXEC,
                    DISCARD,
                    WATCH,
                    UNWATCH,
                    SUBSCRIPTION,
                    TRACKING,
                    SILENT,
                    RESTORE ->
                    false;
        };
    }

    /**
     * Whether a refusal in reply to it shows that it did not run. Code that a client brings can
     * answer {@code READONLY} after it has written (relay rule 2).
     */
    boolean refusalsAreTrue() {
        return switch (this) {
            case READ, WRITE, SCAN, BLOCKING_READ, BLOCKING_WRITE, WATCH, TRACKING, HANDSHAKE ->
                    true;
            case OPAQUE,
                    OPAQUE_READ,
                    UNKNOWN,
                    MULTI,
                    QUEUED,
                    EXEC,
                    NO_EXEC,
                    DISCARD,
                    UNWATCH,
                    SUBSCRIPTION,
                    LARGE,
                    SILENT,
                    RESTORE ->
                    false;
        };
    }
}

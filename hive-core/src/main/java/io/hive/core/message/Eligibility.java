package io.hive.core.message;

/** Whether a node could lead, and what stands against it. The codes are on the wire. */
public enum Eligibility {
    /** It could lead. */
    ELIGIBLE(0),
    /** Its Redis is away, or refuses the sidecar. */
    REDIS_LOST(1),
    /** Its Redis does not answer now. */
    REDIS_SILENT(2),
    /** Its Redis is loading a dataset. */
    LOADING(3),
    /** Its Redis has not finished a full synchronisation. */
    SYNC_UNFINISHED(4),
    /** It drains or has priority 0: it leads only if all others do, too (rule 10). */
    DRAINING(5),
    /** It is fenced off, or has not found itself again after a freeze. */
    NOT_READY(6);

    private final int code;

    Eligibility(int code) {
        this.code = code;
    }

    /** The stable number of this value. */
    public int code() {
        return code;
    }
}

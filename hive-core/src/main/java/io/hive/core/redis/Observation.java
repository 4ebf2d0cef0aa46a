package io.hive.core.redis;

/** What the watcher of the local Redis saw. */
public sealed interface Observation {
    /** It answered. */
    record Reported(RedisReport report) implements Observation {}

    /**
     * Its socket lives and it does not answer: a fork, a slow script, swap. Not dead until the
     * limit for that has passed (pains, 12).
     *
     * @param silentMillis for how long
     */
    record Silent(long silentMillis) implements Observation {}

    /**
     * It is lost: the socket closed or was refused, the silence passed its limit, or the login was
     * refused.
     *
     * @param reason one line for the log
     */
    record Lost(String reason) implements Observation {}
}

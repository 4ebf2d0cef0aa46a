package io.hive.proxy.nemesis;

/**
 * One write of a client's, to a key that nothing else writes to.
 *
 * @param through the number of the pod whose sidecar was asked
 * @param sentNanos before the first byte was sent
 * @param doneNanos after the last byte of the answer
 * @param answer the answer, or what became of the connection
 */
record Write(
        String key, int through, long sentNanos, long doneNanos, Outcome outcome, String answer) {
    enum Outcome {
        /** Was answered OK. */
        ACKNOWLEDGED,
        /** Was answered with an error that says that it did not run. */
        NOT_RUN,
        /** It may have run. */
        UNKNOWN
    }
}

package io.hive.proxy.discovery;

import java.time.Duration;

/**
 * How often DNS is asked, and how patiently.
 *
 * @param unstable between two questions at the start, after a failure and after a change
 * @param stable between two questions once the answer has stayed the same
 * @param least between two questions, however often a refresh is asked for
 * @param timeout for one question to one server
 * @param attempts how often a question is asked in a round, each time of the next server
 * @param stableAfter how many equal answers in a row make the set stable
 */
record DnsTimes(
        Duration unstable,
        Duration stable,
        Duration least,
        Duration timeout,
        int attempts,
        int stableAfter) {
    static final DnsTimes DEFAULT =
            new DnsTimes(
                    Duration.ofMillis(500),
                    Duration.ofMillis(1500),
                    Duration.ofMillis(100),
                    Duration.ofMillis(800),
                    2,
                    6);
}

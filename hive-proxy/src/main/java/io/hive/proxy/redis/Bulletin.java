package io.hive.proxy.redis;

import io.hive.core.redis.Observation;
import io.hive.election.Outcome;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the control loop is told, in an order that it can believe: no observation that was taken
 * before a role changed comes after the outcome that confirms the change, and nothing is confirmed
 * of a server that has been reported lost.
 *
 * <p>Any thread; the callbacks are called one at a time, and must hand over and return.
 */
final class Bulletin {
    private final Consumer<Observation> observations;
    private final BiConsumer<Long, Outcome> outcomes;
    private long ended;
    private @Nullable RedisLink live;
    private String runId = "";

    Bulletin(Consumer<Observation> observations, BiConsumer<Long, Outcome> outcomes) {
        this.observations = observations;
        this.outcomes = outcomes;
    }

    /** Where an observation starts; given back with what it found. */
    synchronized long mark() {
        return ended;
    }

    /** The connection on which Redis was last heard, or null while it is lost. */
    synchronized @Nullable RedisLink live() {
        return live;
    }

    /** {@code run_id} of the server that was last heard, or an empty text. */
    synchronized String runId() {
        return runId;
    }

    /**
     * Redis answered on this connection.
     *
     * @param mark where the observation started; one that the end of an operation overtook is
     *     dropped, as it may describe what was before
     */
    synchronized void reported(RedisLink link, Observation.Reported observation, long mark) {
        live = link;
        runId = observation.report().runId();
        if (mark == ended) {
            observations.accept(observation);
        }
    }

    synchronized void silent(long millis) {
        observations.accept(new Observation.Silent(millis));
    }

    synchronized void lost(String reason) {
        live = null;
        observations.accept(new Observation.Lost(reason));
    }

    /**
     * An operation ended.
     *
     * @param link the connection it was carried out on, or null if it needs none
     */
    synchronized void ended(long number, Outcome outcome, @Nullable RedisLink link) {
        ended++;
        boolean stale = outcome instanceof Outcome.Confirmed && link != live;
        outcomes.accept(
                number,
                stale ? new Outcome.Failed("Redis was lost before this was confirmed") : outcome);
    }
}

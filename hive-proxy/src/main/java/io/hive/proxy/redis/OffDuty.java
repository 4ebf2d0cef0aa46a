package io.hive.proxy.redis;

import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Effect.TakeOffDuty;
import io.hive.election.Outcome;

/**
 * Takes another pod's Redis off duty, on a connection that is opened for that and closed after it
 * (rule 8). Never the local one.
 *
 * <p>Used by the thread of the operations alone.
 */
final class OffDuty {
    private final LocalRedisSettings settings;
    private final LocalConnection connection;
    private final Observer observer;
    private final Bulletin bulletin;

    OffDuty(
            LocalRedisSettings settings,
            LocalConnection connection,
            Observer observer,
            Bulletin bulletin) {
        this.settings = settings;
        this.connection = connection;
        this.observer = observer;
        this.bulletin = bulletin;
    }

    Outcome take(TakeOffDuty operation, Patience patience) throws OperationFailure {
        RedisEndpoint master = operation.master();
        if (master.equals(settings.announced())) {
            throw new OperationFailure(master + " is this node's own Redis, not another's");
        }
        String where = "a connection to the Redis of " + master;
        try (RedisLink link =
                connection.await(where, connection.open(master, patience), patience)) {
            return take(operation, new Attempt(link, patience));
        }
    }

    private Outcome take(TakeOffDuty operation, Attempt attempt) throws OperationFailure {
        RedisEndpoint master = operation.master();
        RedisReport before = attempt.look(observer).report();
        if (before.runId().equals(bulletin.runId())) {
            return new Outcome.LeftAlone(
                    master + " leads to this node's own Redis; correct the announced addresses");
        }
        if (!before.replicationId().equals(operation.lineage())) {
            return new Outcome.LeftAlone(
                    "expected the lineage "
                            + operation.lineage().brief()
                            + " of the lost leader at "
                            + master
                            + ", found "
                            + before.position()
                            + ": another Redis has got that address, and is left alone");
        }
        if (!before.isMaster() && !before.follows(RedisEndpoint.DEAD)) {
            return new Outcome.LeftAlone(
                    "expected a master at "
                            + master
                            + ", found a replica: somebody else has changed its role ("
                            + before.link()
                            + ")");
        }
        if (before.isMaster()) {
            attempt.text(
                    "REPLICAOF " + RedisEndpoint.DEAD + " at " + master,
                    "REPLICAOF",
                    RedisEndpoint.DEAD.host().toString(),
                    Integer.toString(RedisEndpoint.DEAD.port()));
        }
        return new Outcome.OffDuty(
                attempt.look(
                                observer,
                                seen -> seen.report().follows(RedisEndpoint.DEAD),
                                "expected the Redis of " + master + " to follow nobody in time")
                        .report()
                        .position());
    }
}

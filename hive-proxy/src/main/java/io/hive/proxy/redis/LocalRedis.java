package io.hive.proxy.redis;

import io.hive.core.redis.Observation;
import io.hive.election.Effect;
import io.hive.election.Outcome;
import io.hive.proxy.salvage.SalvageStore;
import io.netty.channel.EventLoopGroup;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The local redis-server: watches it, and changes its role when, and only when, it is told to.
 *
 * <p>Both callbacks are called from this class's own threads, one at a time, and in an order that
 * can be believed: after an outcome no observation comes that was taken before it. They must hand
 * over and return at once.
 *
 * <p>Any thread may call, but none of an event loop {@link #close()}, which alone blocks.
 */
public final class LocalRedis implements AutoCloseable {
    private final Connector connector;
    private final Watcher watcher;
    private final OperationRunner runner;

    /**
     * Waits to be started.
     *
     * @param loops event loops to share; they are not ended here
     * @param observations told what the watcher sees
     * @param outcomes told how each operation ended, by its number, exactly once
     */
    public LocalRedis(
            LocalRedisSettings settings,
            EventLoopGroup loops,
            Consumer<Observation> observations,
            BiConsumer<Long, Outcome> outcomes) {
        this(settings, loops, observations, outcomes, null);
    }

    /**
     * The same, with a place for data that is given up.
     *
     * @param salvage where snapshots are kept, or null for nowhere
     */
    public LocalRedis(
            LocalRedisSettings settings,
            EventLoopGroup loops,
            Consumer<Observation> observations,
            BiConsumer<Long, Outcome> outcomes,
            @Nullable SalvageStore salvage) {
        Notices notices = new Notices();
        Observer observer = new Observer(notices);
        Bulletin bulletin = new Bulletin(observations, outcomes);
        BacklogSizing sizing = new BacklogSizing();
        Knobs knobs = new Knobs(notices);
        this.connector = new Connector(loops, settings.silenceLimit());
        LocalConnection connection = new LocalConnection(settings, connector);
        RoleControl roles =
                new RoleControl(
                        settings,
                        observer,
                        knobs,
                        new ReplicationUsers(notices),
                        new BacklogMaker(connection, observer, knobs),
                        sizing,
                        new SnapshotFetch(settings, salvage));
        Hurry hurry = new Hurry();
        this.runner =
                new OperationRunner(
                        bulletin,
                        roles,
                        new OffDuty(settings, connection, observer, bulletin),
                        hurry);
        this.watcher =
                new Watcher(settings, connection, observer, bulletin, sizing, runner::isBusy);
        hurry.watcher = watcher;
    }

    /** Starts to watch; the first observation tells whether Redis is there. */
    public void start() {
        watcher.start();
        runner.start();
    }

    /**
     * Takes an operation, and returns at once. Operations run one at a time in the order they were
     * given. One that is not the newest when its turn comes fails without having done anything; one
     * that waits for something is ended by a newer one. Each ends within its bound, counted from
     * now.
     */
    public void execute(Effect.Operation operation) {
        runner.execute(operation);
        watcher.hurry();
    }

    /**
     * Stops watching, fails what is under way, and closes the connections. Redis stays as it is.
     */
    @Override
    public void close() {
        runner.close();
        watcher.close();
        connector.close();
    }

    /** Ties the knot: the watcher looks again as soon as an operation has ended. */
    private static final class Hurry implements Runnable {
        private volatile @Nullable Watcher watcher;

        @Override
        public void run() {
            Watcher known = watcher;
            if (known != null) {
                known.hurry();
            }
        }
    }
}

package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.fail;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Effect;
import io.hive.election.Outcome;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.salvage.SalvageStore;
import io.hive.proxy.transport.Transport;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A local Redis under test, and all that it told. */
final class Watched implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(20);
    private static final long DEADLINE_NANOS = 40_000_000_000L;

    private final EventLoopGroup loops = Transport.best().eventLoops(1, "test-redis");
    private final List<Observation> observations = new ArrayList<>();
    private final Map<Long, List<Outcome>> outcomes = new HashMap<>();
    private final RedisEndpoint endpoint;
    private final LocalRedis redis;
    private long number;

    Watched(RedisServer server, UnaryOperator<LocalRedisSettings> settings) {
        this(server, settings, null);
    }

    Watched(
            RedisServer server,
            UnaryOperator<LocalRedisSettings> settings,
            @Nullable SalvageStore salvage) {
        this.endpoint = endpoint(server);
        this.redis =
                new LocalRedis(
                        settings.apply(
                                LocalRedisSettings.of(server.address(), server.port(), endpoint)),
                        loops,
                        this::observed,
                        this::ended,
                        salvage);
        redis.start();
    }

    /** Watches a server without a password, and waits until it was seen. */
    static Watched watch(RedisServer server) {
        Watched watched = new Watched(server, UnaryOperator.identity());
        watched.awaitReport(report -> true);
        return watched;
    }

    static RedisEndpoint endpoint(RedisServer server) {
        return new RedisEndpoint(IpAddress.parse(server.address()), server.port());
    }

    RedisEndpoint endpoint() {
        return endpoint;
    }

    /** The number for the next operation. */
    long next() {
        return ++number;
    }

    Outcome detach(@Nullable Position tail) {
        return run(new Effect.Detach(next(), BOUND.toNanos(), tail));
    }

    Outcome promote(ReplicationUser user) {
        return promote(user, awaitReport(report -> true).runId(), 0);
    }

    Outcome promote(ReplicationUser user, String runId, int minReplicas) {
        return run(
                new Effect.Promote(
                        next(), BOUND.toNanos(), leadership(1), runId, user, minReplicas));
    }

    Outcome follow(RedisEndpoint master, ReplicationUser user) {
        return run(new Effect.Follow(next(), BOUND.toNanos(), leadership(1), master, user));
    }

    Outcome takeOffDuty(Watched other) {
        return takeOffDuty(other.endpoint(), other.lineage());
    }

    Outcome takeOffDuty(RedisEndpoint master, ReplicationId lineage) {
        return run(new Effect.TakeOffDuty(next(), BOUND.toNanos(), master, lineage));
    }

    /**
     * The replication ID that was seen last, whether or not it is still reported; zeros if none.
     */
    synchronized ReplicationId lineage() {
        return observations.reversed().stream()
                .filter(Observation.Reported.class::isInstance)
                .map(Observation.Reported.class::cast)
                .map(seen -> seen.report().replicationId())
                .findFirst()
                .orElse(new ReplicationId("0".repeat(40)));
    }

    Outcome fetch(RedisEndpoint feeder, ReplicationUser user, Position target, Duration bound) {
        return run(new Effect.Fetch(next(), bound.toNanos(), feeder, user, target));
    }

    Leadership leadership(long epoch) {
        return new Leadership(
                epoch, new Member(new NodeId(endpoint.host(), 7800), new BootId(epoch)));
    }

    void execute(Effect.Operation operation) {
        redis.execute(operation);
    }

    /** Executes, and waits for the outcome. */
    Outcome run(Effect.Operation operation) {
        redis.execute(operation);
        return outcome(operation.number());
    }

    /** Waits for the outcome of an operation. */
    Outcome outcome(long operation) {
        return await(
                "the outcome of operation " + operation,
                () -> {
                    List<Outcome> ended = outcomes.get(operation);
                    return ended == null ? null : ended.getFirst();
                });
    }

    /** How often this operation has ended so far. */
    synchronized int outcomes(long operation) {
        return outcomes.getOrDefault(operation, List.of()).size();
    }

    /** Waits until the latest observation is such a report. */
    RedisReport awaitReport(Predicate<RedisReport> wanted) {
        return await(
                "a report",
                () -> {
                    Observation last = observations.isEmpty() ? null : observations.getLast();
                    return last instanceof Observation.Reported(RedisReport report)
                                    && wanted.test(report)
                            ? report
                            : null;
                });
    }

    /** Waits for such an observation after the first {@code from}. */
    <T extends Observation> T awaitObservation(int from, Class<T> kind) {
        return await(
                kind.getSimpleName(),
                () ->
                        observations.stream()
                                .skip(from)
                                .filter(kind::isInstance)
                                .map(kind::cast)
                                .findFirst()
                                .orElse(null));
    }

    /** How many observations there were. */
    synchronized int seen() {
        return observations.size();
    }

    synchronized List<Observation> observations() {
        return List.copyOf(observations);
    }

    /** Waits for a condition that something else than an observation makes true. */
    static void until(String what, Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        Object never = new Object();
        synchronized (never) {
            while (!condition.get()) {
                if (System.nanoTime() - deadline > 0) {
                    fail("waited in vain for " + what);
                }
                try {
                    TimeUnit.MILLISECONDS.timedWait(never, 2);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    fail("interrupted", e);
                }
            }
        }
    }

    @Override
    public void close() {
        redis.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private synchronized void observed(Observation observation) {
        observations.add(observation);
        notifyAll();
    }

    private synchronized void ended(long operation, Outcome outcome) {
        outcomes.computeIfAbsent(operation, key -> new ArrayList<>()).add(outcome);
        notifyAll();
    }

    private synchronized <T> T await(String what, Supplier<@Nullable T> found) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (true) {
            T result = found.get();
            if (result != null) {
                return result;
            }
            long rest = deadline - System.nanoTime();
            if (rest <= 0) {
                return fail(
                        "waited in vain for "
                                + what
                                + "; last: "
                                + observations.subList(
                                        Math.max(0, observations.size() - 3), observations.size())
                                + ", outcomes: "
                                + outcomes);
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.min(rest, 1_000_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return fail("interrupted", e);
            }
        }
    }
}

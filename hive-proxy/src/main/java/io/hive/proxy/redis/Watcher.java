package io.hive.proxy.redis;

import io.hive.core.redis.MasterLink;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes the local Redis: at an interval while all is well, at once when its socket closes, more
 * often while something is about to change. It changes no role; the one thing it sets is the size
 * of the backlog, when the traffic outgrows it.
 *
 * <p>One virtual thread. Its counters are for that thread alone.
 */
final class Watcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

    private static final long MILLI = 1_000_000;

    /** Between observations while an operation is under way or a link is being made. */
    private static final long QUICK_NANOS = 20 * MILLI;

    /** A link that has not come up for so long is observed at the usual pace again. */
    private static final long QUICK_FOR_NANOS = 10_000 * MILLI;

    /** Between attempts to connect. */
    private static final long RETRY_NANOS = 50 * MILLI;

    /** An answer that takes no longer than this is no silence. */
    private static final long SILENT_NANOS = 200 * MILLI;

    /** A loss is told again so often, for whoever missed it. */
    private static final long REPEAT_NANOS = 1000 * MILLI;

    private static final long TUNE_NANOS = 10_000 * MILLI;

    private final LocalRedisSettings settings;
    private final LocalConnection connection;
    private final Observer observer;
    private final Bulletin bulletin;
    private final BacklogSizing sizing;
    private final BooleanSupplier operating;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean hurried;

    private long heard;
    private @Nullable String told;
    private long toldAt;
    private long upAt;
    private long tunedAt;
    private String run = "";
    private boolean unexplained;

    /**
     * Waits to be started.
     *
     * @param operating whether an operation is under way
     */
    Watcher(
            LocalRedisSettings settings,
            LocalConnection connection,
            Observer observer,
            Bulletin bulletin,
            BacklogSizing sizing,
            BooleanSupplier operating) {
        this.settings = settings;
        this.connection = connection;
        this.observer = observer;
        this.bulletin = bulletin;
        this.sizing = sizing;
        this.operating = operating;
        this.thread = Thread.ofVirtual().name("hive-redis-watcher").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Observe now. Any thread. */
    void hurry() {
        hurried = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        closed = true;
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        LockSupport.unpark(thread);
        try {
            thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        heard = System.nanoTime();
        upAt = heard;
        tunedAt = heard;
        while (!closed) {
            try {
                RedisLink link = connect();
                if (link != null) {
                    try (link) {
                        watch(link);
                    }
                }
            } catch (RuntimeException e) {
                LOG.error("the watcher of Redis failed, and goes on", e);
                lost("the watcher failed: " + e.getClass().getSimpleName());
            }
            park(RETRY_NANOS);
        }
    }

    private @Nullable RedisLink connect() {
        CompletableFuture<RedisLink> connecting = connection.open(settings.silenceLimit());
        wakeOn(connecting);
        long deadline = System.nanoTime() + settings.silenceLimit().toNanos();
        while (!connecting.isDone() && !closed && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(deadline - System.nanoTime());
        }
        if (!connecting.isDone() || closed) {
            var _ = connecting.thenAccept(RedisLink::abandon);
            lost(redis() + " has not accepted a connection for " + settings.silenceLimit());
            return null;
        }
        if (connecting.isCompletedExceptionally()) {
            notConnected(connecting.exceptionNow());
            return null;
        }
        unexplained = false;
        RedisLink link = connecting.resultNow();
        wakeOn(link.ended());
        return link;
    }

    /**
     * Tells why there is no connection. Where the socket closes while Lettuce sets it up, Lettuce
     * at times hides the reason, a refused login among them; so what explains nothing is told only
     * if the next attempt explains no more.
     */
    private void notConnected(Throwable failure) {
        String advice = connection.advice(failure);
        boolean explained = advice != null || !(failure instanceof RedisException);
        for (Throwable next = failure; next != null && !explained; next = next.getCause()) {
            explained = next instanceof IOException || RedisErrors.isReply(next);
        }
        if (explained || unexplained) {
            lost(advice != null ? advice : redis() + ": " + RedisErrors.brief(failure));
        }
        unexplained = !explained;
    }

    /** Observes until the connection is of no more use; the reason has been told then. */
    private void watch(RedisLink link) {
        if (told != null) {
            // It was lost: silence before its first answer is still the same loss.
            heard = System.nanoTime();
        }
        while (!closed) {
            long mark = bulletin.mark();
            CompletableFuture<Snapshot> observation = observer.observe(link);
            wakeOn(observation);
            if (!answered(link, observation)) {
                return;
            }
            if (observation.isCompletedExceptionally()) {
                if (!carriesOn(link, observation.exceptionNow())) {
                    return;
                }
                park(settings.pollInterval().toNanos());
                continue;
            }
            Snapshot seen = observation.resultNow();
            reported(link, seen, mark);
            park(interval(seen.report()));
        }
    }

    /** Waits for an answer, and tells of silence meanwhile; false if the connection is given up. */
    private boolean answered(RedisLink link, CompletableFuture<?> observation) {
        long asked = System.nanoTime();
        long next = asked + SILENT_NANOS;
        while (!observation.isDone()) {
            if (closed) {
                return false;
            }
            if (!link.isOpen()) {
                lost(redis() + " closed the connection");
                return false;
            }
            long now = System.nanoTime();
            if (now - next >= 0) {
                if (!silent(now)) {
                    return false;
                }
                next = now + SILENT_NANOS;
            }
            LockSupport.parkNanos(Math.max(1, next - now));
        }
        return true;
    }

    /** Tells of silence; false if it has lasted too long. */
    private boolean silent(long now) {
        long millis = (now - heard) / MILLI;
        if (now - heard >= settings.silenceLimit().toNanos()) {
            lost(redis() + " has not answered for " + settings.silenceLimit().toMillis() + " ms");
            return false;
        }
        if (told == null) {
            bulletin.silent(millis);
        }
        return true;
    }

    /** Takes an observation that failed; false if the connection is of no more use. */
    private boolean carriesOn(RedisLink link, Throwable failure) {
        String brief = RedisErrors.brief(failure);
        if (failure instanceof IllegalArgumentException) {
            lost(redis() + " is not understood: " + brief);
            return false;
        }
        if (!link.isOpen() || !RedisErrors.isReply(failure)) {
            lost(redis() + " closed the connection");
            return false;
        }
        if (RedisErrors.isPassing(failure)) {
            // It runs a script and says so: busy, not dead, until the limit.
            return silent(System.nanoTime());
        }
        String advice = connection.advice(failure);
        lost(advice != null ? advice : redis() + " answers INFO with an error: " + brief);
        return false;
    }

    private void reported(RedisLink link, Snapshot seen, long mark) {
        RedisReport report = seen.report();
        heard = System.nanoTime();
        if (told != null || !run.equals(report.runId())) {
            LOG.info(
                    "{} answers: version {}, run_id {}, {}, {} keys",
                    redis(),
                    report.version(),
                    report.runId(),
                    report.isMaster() ? "a master" : "a replica",
                    report.keys());
        }
        told = null;
        run = report.runId();
        bulletin.reported(link, new Observation.Reported(report), mark);
        tune(link, seen);
    }

    private void lost(String reason) {
        if (closed) {
            return;
        }
        long now = System.nanoTime();
        boolean news = !reason.equals(told);
        if (news) {
            LOG.warn("Redis is lost: {}", reason);
        }
        if (news || now - toldAt >= REPEAT_NANOS) {
            told = reason;
            toldAt = now;
            bulletin.lost(reason);
        }
    }

    /** Lets the backlog grow with the traffic; before 7.0 that would empty it. */
    private void tune(RedisLink link, Snapshot seen) {
        RedisReport report = seen.report();
        sizing.saw(heard, report.replicationId(), report.appliedOffset());
        if (heard - tunedAt < TUNE_NANOS) {
            return;
        }
        tunedAt = heard;
        long target = sizing.target(seen.backlogSize());
        if (report.backlogActive()
                && report.version().major() >= 7
                && target > seen.backlogSize()
                && !link.configRefused()) {
            LOG.info("repl-backlog-size {} -> {} for the traffic", seen.backlogSize(), target);
            var _ =
                    link.text("CONFIG", "SET", "repl-backlog-size", Long.toString(target))
                            .exceptionally(failure -> {
                                link.refuseConfig();
                                return "";
                            });
        }
    }

    private long interval(RedisReport report) {
        MasterLink link = report.link();
        boolean settled = link == null || link.up() || report.follows(RedisEndpoint.DEAD);
        if (settled) {
            upAt = heard;
        }
        boolean quick = operating.getAsBoolean() || (!settled && heard - upAt < QUICK_FOR_NANOS);
        long usual = settings.pollInterval().toNanos();
        return quick ? Math.min(QUICK_NANOS, usual) : usual;
    }

    private void park(long nanos) {
        long until = System.nanoTime() + nanos;
        RedisLink live = bulletin.live();
        while (!closed && !hurried && (live == null || live.isOpen())) {
            long rest = until - System.nanoTime();
            if (rest <= 0) {
                break;
            }
            LockSupport.parkNanos(rest);
        }
        hurried = false;
    }

    private void wakeOn(CompletableFuture<?> future) {
        var _ = future.whenComplete((value, failure) -> LockSupport.unpark(thread));
    }

    private String redis() {
        return "Redis at " + settings.where();
    }
}

package io.hive.proxy.redis;

import io.hive.election.Effect.Authorise;
import io.hive.election.Effect.CatchUp;
import io.hive.election.Effect.Detach;
import io.hive.election.Effect.Fetch;
import io.hive.election.Effect.Follow;
import io.hive.election.Effect.Operation;
import io.hive.election.Effect.Pause;
import io.hive.election.Effect.Prepare;
import io.hive.election.Effect.Promote;
import io.hive.election.Effect.Require;
import io.hive.election.Effect.Salvage;
import io.hive.election.Effect.StepDown;
import io.hive.election.Effect.TakeOffDuty;
import io.hive.election.Effect.TakeOver;
import io.hive.election.Effect.Unpause;
import io.hive.election.Outcome;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Carries out operations one at a time, in the order they were given; one that is not the newest
 * when its turn comes does nothing. Each ends in exactly one outcome.
 */
final class OperationRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperationRunner.class);

    /** More than an election has in flight; all but the newest of them do nothing. */
    private static final int WAITING = 64;

    private final Bulletin bulletin;
    private final RoleControl roles;
    private final OffDuty offDuty;
    private final Runnable ended;
    private final BlockingQueue<Turn> turns = new LinkedBlockingQueue<>(WAITING);
    private final AtomicLong newest = new AtomicLong(Long.MIN_VALUE);
    private final Thread worker;
    private volatile boolean closed;
    private volatile boolean busy;

    /** Why the last operation that failed did. */
    private String lastFailure = "";

    /** The connection whose end wakes the worker. */
    private @Nullable RedisLink watched;

    /**
     * Waits to be started.
     *
     * @param ended told after each outcome, on the worker's thread
     */
    OperationRunner(Bulletin bulletin, RoleControl roles, OffDuty offDuty, Runnable ended) {
        this.bulletin = bulletin;
        this.roles = roles;
        this.offDuty = offDuty;
        this.ended = ended;
        this.worker = Thread.ofVirtual().name("hive-redis-operations").unstarted(this::run);
    }

    void start() {
        worker.start();
    }

    /** Whether an operation is under way, or waits. Any thread. */
    boolean isBusy() {
        return busy || !turns.isEmpty();
    }

    /** Takes an operation; never blocks. Any thread. */
    void execute(Operation operation) {
        newest.accumulateAndGet(operation.number(), Math::max);
        Turn turn = new Turn(operation, System.nanoTime() + operation.boundNanos());
        if (closed) {
            fail(turn, "this sidecar is stopping");
        } else {
            while (!turns.offer(turn)) {
                leaveOut(turns.poll());
            }
        }
        LockSupport.unpark(worker);
    }

    /** Ends the operation under way, and fails those that wait. */
    @Override
    public void close() {
        closed = true;
        if (worker.getState() == Thread.State.NEW) {
            return;
        }
        worker.interrupt();
        try {
            worker.join(Duration.ofSeconds(1));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                Turn turn = turns.take();
                busy = true;
                run(turn);
            } catch (InterruptedException _) {
                // Only by close().
            } finally {
                busy = false;
            }
        }
        for (Turn turn = turns.poll(); turn != null; turn = turns.poll()) {
            fail(turn, "this sidecar is stopping");
        }
    }

    private void run(Turn turn) {
        Operation operation = turn.operation();
        RedisLink link = bulletin.live();
        Outcome outcome;
        long started = System.nanoTime();
        try {
            outcome =
                    carryOut(operation, link, new Patience(turn.deadline(), () -> obsolete(turn)));
            LOG.info("{} done in {} us: {}", operation, micros(started), brief(outcome));
        } catch (OperationFailure.Unwanted e) {
            LOG.debug("{} ended after {} us: {}", operation, micros(started), e.reason());
            outcome = new Outcome.Failed(e.reason());
        } catch (OperationFailure e) {
            // a leader tries for long to reach a former master
            boolean again = operation instanceof TakeOffDuty && e.reason().equals(lastFailure);
            LOG.atLevel(again ? Level.DEBUG : Level.WARN)
                    .log("{} failed after {} us: {}", operation, micros(started), e.reason());
            lastFailure = e.reason();
            outcome = new Outcome.Failed(e.reason());
        } catch (RuntimeException e) {
            LOG.error("{} failed unexpectedly", operation, e);
            outcome = new Outcome.Failed("unexpected: " + e.getClass().getSimpleName());
        }
        bulletin.ended(operation.number(), outcome, link);
        ended.run();
    }

    private Outcome carryOut(Operation operation, @Nullable RedisLink link, Patience patience)
            throws OperationFailure {
        patience.check();
        if (patience.left() <= 0) {
            throw new OperationFailure("its time was up before its turn came");
        }
        if (operation instanceof TakeOffDuty take) {
            return offDuty.take(take, patience);
        }
        if (link == null) {
            throw new OperationFailure("Redis is lost");
        }
        wakeOnEnd(link);
        Attempt attempt = new Attempt(link, patience);
        return switch (operation) {
            case Detach detach -> roles.detach(attempt, detach);
            case Promote promote -> roles.promote(attempt, promote);
            case Follow follow -> roles.follow(attempt, follow);
            case Fetch fetch -> roles.fetch(attempt, fetch);
            case TakeOffDuty take -> offDuty.take(take, patience);
            case Authorise authorise -> roles.authorise(attempt, authorise);
            case Prepare prepare -> roles.prepare(attempt, prepare);
            case CatchUp catchUp -> roles.catchUp(attempt, catchUp);
            case Pause pause -> roles.pause(attempt, pause);
            case Require require -> roles.require(attempt, require);
            case Unpause _ -> roles.unpause(attempt);
            case StepDown _ -> roles.stepDown(attempt);
            case TakeOver takeOver -> roles.takeOver(attempt, takeOver);
            case Salvage salvage -> roles.salvage(attempt, salvage);
        };
    }

    private void wakeOnEnd(RedisLink link) {
        if (watched != link) {
            watched = link;
            var _ = link.ended().thenRun(() -> LockSupport.unpark(worker));
        }
    }

    private @Nullable String obsolete(Turn turn) {
        if (closed) {
            return "this sidecar is stopping";
        }
        long latest = newest.get();
        return latest > turn.operation().number()
                ? "operation " + latest + " has superseded it"
                : null;
    }

    /** Not the newest, since there is one that waits for its place: it would do nothing. */
    private void leaveOut(@Nullable Turn oldest) {
        if (oldest != null) {
            Thread.ofVirtual().start(() -> fail(oldest, "newer operations have superseded it"));
        }
    }

    private void fail(Turn turn, String reason) {
        bulletin.ended(turn.operation().number(), new Outcome.Failed(reason), null);
    }

    private static long micros(long since) {
        return (System.nanoTime() - since) / 1000;
    }

    private static String brief(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Confirmed confirmed ->
                    (confirmed.report().isMaster() ? "a master at " : "a replica at ")
                            + confirmed.report().position();
            case Outcome.OffDuty off -> "off duty at " + off.position();
            case Outcome.LeftAlone alone -> alone.reason();
            case Outcome.Salvaged salvaged ->
                    "set aside in " + salvaged.file() + ", " + salvaged.size() + " bytes";
            case Outcome.Failed failed -> failed.reason();
        };
    }

    /** An operation, and until when it may take. */
    private record Turn(Operation operation, long deadline) {}
}

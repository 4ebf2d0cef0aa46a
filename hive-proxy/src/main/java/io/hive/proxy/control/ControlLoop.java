package io.hive.proxy.control;

import io.hive.election.Effect;
import io.hive.election.Election;
import io.hive.election.ElectionView;
import io.hive.election.Input;
import io.hive.election.Step;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds an election and carries out its effects, on a thread of its own.
 *
 * <p>Between inputs it ticks. An exception in the election or in an effect ends the loop with the
 * route closed: a sidecar that decides wrongly is worse than one that restarts.
 */
public final class ControlLoop implements AutoCloseable {
    /**
     * Far more than ever waits: a hive of 128 sends 640 heartbeats a second, and one is decided in
     * microseconds. Past it the election is told nothing more until it has caught up; what is lost
     * is repeated by the next heartbeat, observation or look-up.
     */
    static final int QUEUE_LIMIT = 8192;

    private static final Logger log = LoggerFactory.getLogger(ControlLoop.class);

    private final BlockingQueue<Input> queue = new ArrayBlockingQueue<>(QUEUE_LIMIT);
    private final AtomicLong refused = new AtomicLong();
    private final Election election;
    private final long tickNanos;
    private final Consumer<Effect> effects;
    private final Consumer<ElectionView> views;
    private final Consumer<Throwable> fatal;
    private final Thread thread;
    private volatile ElectionView view;
    private volatile boolean closed;

    /**
     * A loop that has not started.
     *
     * @param tickNanos how often it ticks
     * @param effects carries one effect out; called on the control thread, must not block
     * @param views told each view, before the effects of its step; must not block
     * @param fatal called once, on the control thread, with what ended the loop
     */
    public ControlLoop(
            Election election,
            long tickNanos,
            Consumer<Effect> effects,
            Consumer<ElectionView> views,
            Consumer<Throwable> fatal) {
        this.election = election;
        this.view = election.view();
        this.tickNanos = tickNanos;
        this.effects = effects;
        this.views = views;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name("hive-control").daemon().unstarted(this::run);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Gives the election something to decide on. Never blocks; any thread. */
    public void offer(Input input) {
        if (!queue.offer(input) && refused.getAndIncrement() % QUEUE_LIMIT == 0) {
            log.warn("control queue is full at {} inputs; newer ones are dropped", QUEUE_LIMIT);
        }
    }

    /** The election after its last step. */
    public ElectionView view() {
        return view;
    }

    /** Inputs that wait. */
    public int depth() {
        return queue.size();
    }

    /** Inputs that found the queue full. */
    public long refused() {
        return refused.get();
    }

    private void run() {
        try {
            long nextTick = System.nanoTime();
            while (!closed) {
                long wait = nextTick - System.nanoTime();
                if (wait <= 0) {
                    step(new Input.Tick());
                    nextTick = System.nanoTime() + tickNanos;
                    continue;
                }
                Input input = queue.poll(wait, TimeUnit.NANOSECONDS);
                if (input != null) {
                    step(input);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            if (!closed) {
                log.error("the control loop ends, and with it this sidecar", e);
                fatal.accept(e);
            }
        }
    }

    private void step(Input input) {
        Step step = election.step(input, System.nanoTime());
        // what is shown must not be behind what is done
        view = step.view();
        views.accept(view);
        step.effects().forEach(effects);
    }

    /** Stops the thread, and waits a second for it at most. */
    @Override
    public void close() {
        closed = true;
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        thread.interrupt();
        try {
            if (!thread.join(Duration.ofSeconds(1))) {
                log.warn("the control thread did not end within 1 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

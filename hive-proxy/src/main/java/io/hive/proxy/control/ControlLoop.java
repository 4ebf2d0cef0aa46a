package io.hive.proxy.control;

import io.hive.election.Control;
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
    private static final Logger log = LoggerFactory.getLogger(ControlLoop.class);

    private final BlockingQueue<Input> queue =
            new ArrayBlockingQueue<>(Control.QUEUE_LIMIT + Control.RESERVE);
    private final AtomicLong refused = new AtomicLong();
    private final Control control;
    private final Consumer<ElectionView> views;
    private final Consumer<Throwable> fatal;
    private final Thread thread;
    private volatile ElectionView view;
    private volatile boolean overflowed;
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
        this.control = new Control(election, tickNanos, System.nanoTime(), this::show, effects);
        this.view = election.view();
        this.views = views;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name("hive-control").daemon().unstarted(this::run);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /**
     * Gives the election something to decide on. Never blocks; any thread. A full queue drops what
     * is repeated anyway; one that cannot take what is told only once ends the loop.
     */
    public void offer(Input input) {
        if (Control.admits(input, queue.size()) && queue.offer(input)) {
            return;
        }
        if (refused.getAndIncrement() % Control.QUEUE_LIMIT == 0) {
            log.warn(
                    "control queue is full at {} inputs; newer ones are dropped",
                    Control.QUEUE_LIMIT);
        }
        if (Control.isToldOnce(input)) {
            overflowed = true;
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
            while (!closed) {
                long wait = control.turn(System.nanoTime());
                Input input = queue.poll(wait, TimeUnit.NANOSECONDS);
                if (input != null) {
                    control.take(input, System.nanoTime());
                }
                if (overflowed) {
                    throw new IllegalStateException(
                            "the control queue had no room for what is told only once; the sidecar"
                                    + " must start anew to know its peers");
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

    private void show(Step step) {
        view = step.view();
        views.accept(view);
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

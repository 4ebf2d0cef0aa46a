package io.hive.election;

import java.util.function.Consumer;

/**
 * The control loop without its thread and its clock: when it ticks, which inputs may wait, and in
 * what order a step is shown and carried out. The sidecar's control thread drives it, and so does
 * the simulator; one thread at a time may enter.
 */
public final class Control {
    /**
     * Far more than ever waits: a hive of 128 sends 640 heartbeats a second, and one is decided in
     * microseconds. Past it the election is told nothing that is repeated until it has caught up.
     */
    public static final int QUEUE_LIMIT = 8192;

    /** Room beyond the limit for what nobody repeats; more than all peers coming and going. */
    public static final int RESERVE = 1024;

    private final Election election;
    private final long tickNanos;
    private final Consumer<Step> shown;
    private final Consumer<Effect> effects;
    private long nextTickNanos;

    /**
     * A loop that has not turned yet; its first turn ticks.
     *
     * @param tickNanos how often it ticks
     * @param nowNanos the monotonic clock of the steps, now
     * @param shown told each step before its effects are carried out: what is shown must not be
     *     behind what is done
     * @param effects carries one effect out; called in the order of the step, must not block
     */
    public Control(
            Election election,
            long tickNanos,
            long nowNanos,
            Consumer<Step> shown,
            Consumer<Effect> effects) {
        this.election = election;
        this.tickNanos = tickNanos;
        this.nextTickNanos = nowNanos;
        this.shown = shown;
        this.effects = effects;
    }

    /**
     * Whether an input may still wait behind so many others. What is repeated by the next
     * heartbeat, look-up or observation gives way first; so does every message, since whoever waits
     * for one does so for a bounded time. That a peer came or went, or that an operation ended, is
     * told only once.
     *
     * @param waiting how many inputs wait already
     */
    public static boolean admits(Input input, int waiting) {
        return waiting < (isToldOnce(input) ? QUEUE_LIMIT + RESERVE : QUEUE_LIMIT);
    }

    /** Whether an election that is not told this would not learn of it in another way. */
    public static boolean isToldOnce(Input input) {
        return switch (input) {
            case Input.Tick _,
                    Input.Discovered _,
                    Input.DiscoveryFailed _,
                    Input.Observed _,
                    Input.Received _ ->
                    false;
            case Input.PeerConnected _,
                    Input.PeerDisconnected _,
                    Input.OperationEnded _,
                    Input.Drain _,
                    Input.Handoff _,
                    Input.RouteHeld _ ->
                    true;
        };
    }

    /**
     * Ticks if that is due. Called before each wait for an input, so that a flood of inputs does
     * not keep it from ticking.
     *
     * @return how long an input may be waited for before the next turn, in nanoseconds; positive
     */
    public long turn(long nowNanos) {
        if (nowNanos - nextTickNanos >= 0) {
            step(new Input.Tick(), nowNanos);
            nextTickNanos = nowNanos + tickNanos;
        }
        return nextTickNanos - nowNanos;
    }

    /** Takes one input. */
    public void take(Input input, long nowNanos) {
        step(input, nowNanos);
    }

    private void step(Input input, long nowNanos) {
        Step step = election.step(input, nowNanos);
        shown.accept(step);
        step.effects().forEach(effects);
    }
}

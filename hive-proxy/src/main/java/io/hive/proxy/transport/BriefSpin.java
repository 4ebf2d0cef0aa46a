package io.hive.proxy.transport;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

/**
 * Lets an event loop look again a few times before it sleeps, while that pays: a lone client's
 * command, its reply and the next command are microseconds apart, and waking a thread takes as
 * long.
 *
 * <p>It sleeps at once after looking in vain a few times in a row, and while several commands are
 * under way: then Redis and its clients have more use for the processor, and the scheduler finds a
 * better place for them where this thread does not hold one. One for each event loop.
 */
final class BriefSpin implements SelectStrategy, Load {
    /** How long to look: a little more than a command takes to Redis and back. */
    private static final long SPIN_NANOS = 40_000;

    /** Times in a row that looking may be in vain before it is given up for a while. */
    private static final int MAX_VAIN = 4;

    /** Rounds after which it is tried again. */
    private static final int PAUSE = 64;

    /** One batch of several commands counts like so many of a single one. */
    private static final int FULL = 1024;

    private static final int MEMORY_SHIFT = 5;

    private long since;
    private int vain;
    private int paused;

    /** Which part of {@link #FULL} of the last batches had several commands. */
    private int several;

    @Override
    public void batch(int commands) {
        several += ((commands > 1 ? FULL : 0) - several) >> MEMORY_SHIFT;
    }

    @Override
    public int calculateStrategy(IntSupplier look, boolean hasTasks) throws Exception {
        int ready = look.get();
        if (ready > 0 || hasTasks) {
            if (since != 0) {
                vain = 0;
            }
            since = 0;
            return ready;
        }
        if (several > FULL / 4) {
            since = 0;
            return SELECT;
        }
        if (paused > 0) {
            paused--;
            return SELECT;
        }
        long now = System.nanoTime();
        if (since == 0) {
            since = now;
        } else if (now - since > SPIN_NANOS) {
            since = 0;
            if (++vain >= MAX_VAIN) {
                vain = 0;
                paused = PAUSE;
            }
            return SELECT;
        }
        Thread.onSpinWait();
        return 0;
    }
}

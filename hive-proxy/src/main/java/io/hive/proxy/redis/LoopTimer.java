package io.hive.proxy.redis;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lettuce's timer on the event loops: it sets one per connection attempt, which is not worth the
 * thread that ticks ten times a second in the usual implementation. Any thread.
 */
final class LoopTimer implements Timer {
    private static final Logger LOG = LoggerFactory.getLogger(LoopTimer.class);

    private final EventExecutorGroup loops;

    LoopTimer(EventExecutorGroup loops) {
        this.loops = loops;
    }

    @Override
    public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
        Scheduled timeout = new Scheduled(this, task);
        timeout.future = loops.next().schedule(timeout, delay, unit);
        return timeout;
    }

    /** Stops nothing: the loops, and what is scheduled on them, end with their owner. */
    @Override
    public Set<Timeout> stop() {
        return Set.of();
    }

    private static final class Scheduled implements Timeout, Runnable {
        private final Timer timer;
        private final TimerTask task;
        private volatile @Nullable Future<?> future;

        Scheduled(Timer timer, TimerTask task) {
            this.timer = timer;
            this.task = task;
        }

        @Override
        public void run() {
            try {
                task.run(this);
            } catch (Exception e) {
                LOG.warn("a timer task of the Redis client failed", e);
            }
        }

        @Override
        public Timer timer() {
            return timer;
        }

        @Override
        public TimerTask task() {
            return task;
        }

        @Override
        public boolean isExpired() {
            Future<?> current = future;
            return current != null && current.isDone() && !current.isCancelled();
        }

        @Override
        public boolean isCancelled() {
            Future<?> current = future;
            return current != null && current.isCancelled();
        }

        @Override
        public boolean cancel() {
            Future<?> current = future;
            return current != null && current.cancel(false);
        }
    }
}

package io.hive.proxy.relay;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Does one thing later, on its event loop, unless it is called off. Event loop only. */
final class Alarm {
    private final EventLoop loop;
    private final Runnable action;
    private @Nullable Future<?> set;

    Alarm(EventLoop loop, Runnable action) {
        this.loop = loop;
        this.action = action;
    }

    boolean isSet() {
        return set != null;
    }

    /** Sets it, unless it is set already. */
    void set(long millis) {
        if (set == null) {
            set = loop.schedule(this::ring, millis, TimeUnit.MILLISECONDS);
        }
    }

    void cancel() {
        if (set != null) {
            set.cancel(false);
            set = null;
        }
    }

    private void ring() {
        set = null;
        action.run();
    }
}

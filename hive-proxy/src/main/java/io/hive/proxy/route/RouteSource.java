package io.hive.proxy.route;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What tells a relay where its commands go. Any thread. */
public interface RouteSource {
    /** The route now. Whoever gets an open one checks its lease, too. */
    Route current();

    /**
     * Calls back on each opening, moving and closing (not on renewals in time): the listener must
     * hand over to its own thread and return at once.
     *
     * @return what ends that; a call that is under way may still reach the listener afterwards
     */
    Runnable listen(Consumer<Route> listener);

    /** Who looks at each new connection before it serves; null where none has to be looked at. */
    default @Nullable Doorkeeper doorkeeper() {
        return null;
    }
}

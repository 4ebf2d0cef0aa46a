package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;

/**
 * A way to the master, as a session sees it. Event loop only.
 *
 * <p>Today it is a connection of the session's own; nothing a session does with it depends on that.
 */
interface Upstream {
    /** Queues bytes, and takes care of releasing them; {@link #flush()} sends them. */
    void write(ByteBuf bytes);

    /** Sends what was queued. */
    void flush();

    /** Whether less waits to be sent than the high water mark. */
    boolean writable();

    /** Lets replies come, or holds them back in the sockets. */
    void reading(boolean wanted);

    /** Says that nothing more will be sent, once all that was queued is sent. */
    void finish();

    /** Gives it up. Nothing is told to the listener from here on. */
    void close();

    /** Whom an upstream tells what happens to it, on its event loop. */
    interface Listener {
        /** It stands; told at most once, and neither before nor together with a failure. */
        void connected(Upstream upstream);

        /** It could not be set up. */
        void failed(String reason);

        /** Replies came. The listener has to release them. */
        void replies(ByteBuf bytes);

        /** All is told for now that came in one go. */
        void repliesPaused();

        /** {@link Upstream#writable()} has changed. */
        void writableChanged();

        /** It is gone. Nothing more will be told. */
        void lost(String reason);
    }
}

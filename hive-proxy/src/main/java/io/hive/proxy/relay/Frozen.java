package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What came over a connection while the route was not open to its master: nothing of it is passed
 * on before it is known whether that is still the master. Event loop only.
 */
final class Frozen {
    private final ArrayDeque<ByteBuf> bytes = new ArrayDeque<>(1);

    /** Why the connection is over, while what came before that is not looked at yet. */
    private @Nullable String endReason;

    boolean isEmpty() {
        return bytes.isEmpty();
    }

    /** Keeps what came; takes the buffer. */
    void add(ByteBuf in) {
        bytes.add(in);
    }

    /** What came first of what is left, which the caller has to release; null if nothing is. */
    @Nullable ByteBuf poll() {
        return bytes.poll();
    }

    /** Notes that nothing more will come. */
    void ended(String reason) {
        endReason = reason;
    }

    /** Why nothing more will come; null while it may. */
    @Nullable String endReason() {
        return endReason;
    }

    void drop() {
        for (ByteBuf in = bytes.poll(); in != null; in = bytes.poll()) {
            in.release();
        }
    }
}

package io.hive.core.message;

import io.hive.core.node.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * How a planned change of master ended (rule 20).
 *
 * @param outcome what became of it
 * @param from who led, or null where nobody did
 * @param to who leads now, or was to; null where nobody was found
 * @param epoch of the leadership that followed, or would have; 0 where there was none
 * @param pausedMicros for how long no write was acknowledged, as the leader before saw it: from
 *     when the relays were held until commands went on, in microseconds; 0 if they never were
 * @param reason one line, why not; empty where it is done
 */
public record HandoffResult(
        Outcome outcome,
        @Nullable NodeId from,
        @Nullable NodeId to,
        long epoch,
        long pausedMicros,
        String reason) {
    /** What became of it. The codes are on the wire. */
    public enum Outcome {
        /** Another one leads. */
        DONE(0),
        /** It was not begun; nothing has changed. */
        REFUSED(1),
        /** It was begun and taken back; nothing has changed. */
        UNDONE(2),
        /** It broke off, or nobody can tell: an election decides who leads. */
        FAILED(3);

        private final int code;

        Outcome(int code) {
            this.code = code;
        }

        /** The stable number of this value. */
        public int code() {
            return code;
        }
    }

    /** It was not begun. */
    public static HandoffResult refused(@Nullable NodeId from, @Nullable NodeId to, String reason) {
        return new HandoffResult(Outcome.REFUSED, from, to, 0, 0, reason);
    }

    /** Whether another one leads now, as it was asked for. */
    public boolean done() {
        return outcome == Outcome.DONE;
    }
}

package io.hive.core.message.codec;

import io.hive.core.message.Eligibility;
import io.hive.core.message.HandoffResult;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.HandoffStep;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.node.NodeState;
import java.util.function.ToIntFunction;

/**
 * Enums by their stable codes. A code that a newer version added is read as the value that does the
 * least harm, since a message dropped for its sake would look like silence, and silence expires.
 */
final class Codes {
    private Codes() {}

    /** Unknown: {@link NodeState#NOT_READY}, which neither leads nor serves. */
    static NodeState state(int code) {
        return byCode(NodeState.values(), NodeState::code, code, NodeState.NOT_READY);
    }

    /** Unknown: {@link Eligibility#NOT_READY}, which does not lead. */
    static Eligibility eligibility(int code) {
        return byCode(Eligibility.values(), Eligibility::code, code, Eligibility.NOT_READY);
    }

    /**
     * Unknown: {@link Cause#LEADER_LOST}, the ordinary election: the data of the one who is asked
     * is weighed, and epochs fence as always.
     */
    static Cause cause(int code) {
        return byCode(Cause.values(), Cause::code, code, Cause.LEADER_LOST);
    }

    /** Unknown: {@link Refusal.Reason#NOT_FROZEN}, the one who refuses may hold data. */
    static Refusal.Reason reason(int code) {
        return byCode(
                Refusal.Reason.values(), Refusal.Reason::code, code, Refusal.Reason.NOT_FROZEN);
    }

    /** Unknown: {@link HandoffStep.Step#REFUSED}, on which the leader takes a handover back. */
    static HandoffStep.Step step(int code) {
        return byCode(
                HandoffStep.Step.values(), HandoffStep.Step::code, code, HandoffStep.Step.REFUSED);
    }

    /** Unknown: {@link HandoffResult.Outcome#FAILED}, nobody can tell. */
    static HandoffResult.Outcome outcome(int code) {
        return byCode(
                HandoffResult.Outcome.values(),
                HandoffResult.Outcome::code,
                code,
                HandoffResult.Outcome.FAILED);
    }

    private static <E> E byCode(E[] values, ToIntFunction<E> codeOf, int code, E unknown) {
        for (E value : values) {
            if (codeOf.applyAsInt(value) == code) {
                return value;
            }
        }
        return unknown;
    }
}

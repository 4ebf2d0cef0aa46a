package io.hive.election;

import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an election decided, as it is logged and shown.
 *
 * @param from the state before
 * @param to the state after
 * @param leader who leads after it, or null
 * @param previousLeader who led before it, or null
 * @param epoch the epoch it was decided in
 * @param reason one line for a person, with the numbers that decided
 * @param rule the rule of the design that decided, for counting; 0 where none in particular did
 * @param lostBytes bytes of the replication stream that are known to be lost by it
 * @param dropped data that was given up by it, or null
 */
public record Decision(
        NodeState from,
        NodeState to,
        @Nullable NodeId leader,
        @Nullable NodeId previousLeader,
        long epoch,
        String reason,
        int rule,
        long lostBytes,
        @Nullable Dropped dropped) {
    /** One that gives up nobody's data. */
    public Decision(
            NodeState from,
            NodeState to,
            @Nullable NodeId leader,
            @Nullable NodeId previousLeader,
            long epoch,
            String reason,
            int rule,
            long lostBytes) {
        this(from, to, leader, previousLeader, epoch, reason, rule, lostBytes, null);
    }
}

package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.message.PeerMessage;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.Observation;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything that can happen to an election. Nothing else changes its state. */
public sealed interface Input {
    /**
     * Time passed. The control loop sends one per {@link ElectionSettings#tickNanos()}; one that
     * comes later than the peer timeout tells the election that this process was frozen (rule 14).
     */
    record Tick() implements Input {}

    /** Discovery answered: these addresses, itself perhaps among them. */
    record Discovered(Set<NodeId> nodes) implements Input {
        public Discovered {
            nodes = Set.copyOf(nodes);
        }
    }

    /** Discovery was asked and did not answer, or the name does not exist. */
    record DiscoveryFailed(String reason) implements Input {}

    /** A peer has proved who it is; its messages follow. */
    record PeerConnected(Member peer) implements Input {}

    /** The connection to a peer is gone: judged at once by those who were connected. */
    record PeerDisconnected(Member peer, String reason) implements Input {}

    /** A peer said something. */
    record Received(Member peer, PeerMessage message) implements Input {}

    /** The watcher of the local Redis saw something. */
    record Observed(Observation observation) implements Input {}

    /** An operation on Redis ended; one that is no longer waited for changes nothing. */
    record OperationEnded(long operation, Outcome outcome) implements Input {}

    /** This sidecar is to stop: it hands over if it leads, and leads no more. */
    record Drain(String reason) implements Input {}

    /**
     * Somebody wants the master to change (rule 20); ends in exactly one {@link
     * Effect.HandoffEnded}.
     *
     * @param request a number of the caller's own, used once
     * @param to who is to lead, or null for the best of the others
     */
    record Handoff(long request, @Nullable NodeId to) implements Input {}

    /** After {@link Effect.HoldRoute}: nothing is under way to the master any more. */
    record RouteHeld(Leadership next) implements Input {}
}

package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.message.HandoffResult;
import io.hive.core.message.PeerMessage;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * What the election wants done. The control loop carries effects out in the order of the list, and
 * starts none before the one ahead of it has been started: a route is closed before a role changes,
 * and a role is confirmed before a route opens, because the election asks for the one and emits the
 * other only on its outcome.
 */
public sealed interface Effect {
    /** No client's command may reach a master from here until a route opens. Never fails. */
    record CloseRoute(String reason) implements Effect {}

    /**
     * Commands go to this master. Only ever emitted for a master that was confirmed in that
     * leadership.
     *
     * @param leaseNanos until when, on the clock of the step: past it the relay must park, whatever
     *     the control loop does (rule 14)
     */
    record OpenRoute(Leadership leadership, RedisEndpoint master, long leaseNanos)
            implements Effect {}

    /** The open route stays open until then. */
    record RenewRoute(Leadership leadership, long leaseNanos) implements Effect {}

    /**
     * Nothing new goes to the master that the route leads to; what is under way is answered, and
     * once it is, {@link Input.RouteHeld} says so. Ends when the route is opened or closed (rule
     * 20).
     *
     * @param next which handover it is for
     */
    record HoldRoute(Leadership next) implements Effect {}

    /** What became of an {@link Input.Handoff}. */
    record HandoffEnded(long request, HandoffResult result) implements Effect {}

    /** Send to one connected peer; lost without a word if it is not connected any more. */
    record Send(NodeId to, PeerMessage message) implements Effect {}

    /** A decision to log and to keep in the history; one line, with the reason and the numbers. */
    record Report(Decision decision) implements Effect {}

    /**
     * Something to do with a Redis. One runs at a time, in the order they were emitted; each ends
     * in exactly one {@link Input.OperationEnded}, within its bound. One whose number is not the
     * newest when its turn comes does nothing and fails: a late effect of an older epoch must not
     * change a role. One that waits for something to happen fails when a newer one comes: who
     * fetches from a node that is gone must be able to answer the next election.
     */
    sealed interface Operation extends Effect {
        /** Its number; grows with every operation of this election. */
        long number();

        /** How long it may take. */
        long boundNanos();
    }

    /**
     * Take the local Redis off whatever it follows, or off mastership: {@code REPLICAOF} the dead
     * address, then wait until everything received is applied; data, ID and offset stay (rule 7).
     * The replication users on it are deleted, which cuts whoever still replicates from it.
     *
     * @param tail a position that, while the link to the old master still streams on that lineage,
     *     is waited for first, for at most half of the bound (rule 8); null to detach at once
     */
    record Detach(long number, long boundNanos, @Nullable Position tail) implements Operation {}

    /**
     * Make the local Redis a master: create the replication user (and no other of ours), {@code
     * REPLICAOF NO ONE}, confirm the role and the run id, leave a backlog behind where there is
     * none (rule 2), and require replicas for writes where asked.
     *
     * @param runId the only process that may be promoted (rule 4)
     * @param minReplicas {@code min-replicas-to-write} while it leads, 0 for none (rule 19)
     */
    record Promote(
            long number,
            long boundNanos,
            Leadership leadership,
            String runId,
            ReplicationUser user,
            int minReplicas)
            implements Operation {}

    /**
     * Make the local Redis follow this master: {@code masteruser} and {@code masterauth} first,
     * then {@code REPLICAOF}; confirmed when Redis names that master, not when the link is up.
     * Where it already follows it with this user, nothing is interrupted.
     */
    record Follow(
            long number,
            long boundNanos,
            Leadership leadership,
            RedisEndpoint master,
            ReplicationUser user)
            implements Operation {}

    /**
     * Take another pod's Redis off duty, over its Redis port with the sidecar's own login: {@code
     * REPLICAOF} the dead address, then read its position (rule 8). {@link Outcome.Failed} at once
     * when the connection is refused; {@link Outcome.LeftAlone} where the dataset there is of
     * another lineage: addresses are used again, and somebody else's Redis is not to be touched
     * (pains, 20).
     *
     * @param lineage what the lost leader served
     */
    record TakeOffDuty(long number, long boundNanos, RedisEndpoint master, ReplicationId lineage)
            implements Operation {}

    /**
     * Fetch what a fresher node holds that will not lead: follow it until the local Redis has
     * applied {@code target.offset()} with the link up, then detach as {@link Detach} does (rule
     * 10).
     */
    record Fetch(
            long number,
            long boundNanos,
            RedisEndpoint feeder,
            ReplicationUser user,
            Position target)
            implements Operation {}

    /**
     * Make the local Redis ready to be promoted at once, while it goes on following: the
     * replication user and the settings of a master; confirmed when it has also applied what its
     * master had (rule 20).
     *
     * @param runId the only process that may be touched
     * @param upTo where its master was
     */
    record Prepare(
            long number,
            long boundNanos,
            String runId,
            ReplicationUser user,
            int minReplicas,
            Position upTo)
            implements Operation {}

    /**
     * Require replicas for writes on the local master, which was promoted without: a successor has
     * none in its first moments, and all that wait for it to begin would be refused (rule 19).
     *
     * @param runId the only process that may be touched
     */
    record Require(long number, long boundNanos, String runId, int minReplicas)
            implements Operation {}

    /** Wait until the local replica has applied this much, and look often (rule 20). */
    record CatchUp(long number, long boundNanos, String runId, Position position)
            implements Operation {}

    /**
     * Let the local master take no more writes for so long, and tell where it stands then: {@code
     * CLIENT PAUSE} with a lease, so that it goes on by itself if this sidecar dies (rule 20).
     */
    record Pause(long number, long boundNanos, String runId, long leaseNanos)
            implements Operation {}

    /** End a pause; confirmed whatever the role. */
    record Unpause(long number, long boundNanos) implements Operation {}

    /**
     * Take the local master off duty and end its pause, in one write, in this order: what was
     * paused is refused then, and has not run (rule 20). Replication users stay until it follows.
     */
    record StepDown(long number, long boundNanos) implements Operation {}

    /**
     * Promote the local Redis, which was made ready by {@link Prepare}, once it has applied this
     * much; it fails, still a replica, if that does not come at once.
     *
     * @param atLeast where the master before it ended
     */
    record TakeOver(
            long number,
            long boundNanos,
            Leadership leadership,
            String runId,
            ReplicationUser user,
            int minReplicas,
            Position atLeast)
            implements Operation {}

    /**
     * Create the leadership's replication user again where it has vanished from the local Redis, as
     * {@code ACL LOAD} makes it (rule 17). The role is not touched: a repair may demote, never
     * promote (rule 4).
     *
     * @param runId the only process that may be touched
     */
    record Authorise(long number, long boundNanos, String runId, ReplicationUser user)
            implements Operation {}

    /**
     * Set the local Redis's dataset aside as a snapshot, before it is replaced (rule 23). Redis
     * gives a snapshot of itself to replicas alone, and not while it waits for a master: it is made
     * a master that nobody is routed to and that takes no writes, and is detached again whatever
     * came of it. Ends in {@link Outcome.Salvaged}.
     *
     * @param runId the only process that may be touched
     * @param epoch of the leadership that is followed, for the name
     * @param position what is set aside, for the name
     * @param password of the replication user that fetches it, used once; empty without ACL
     */
    record Salvage(
            long number,
            long boundNanos,
            String runId,
            long epoch,
            Position position,
            String password)
            implements Operation {
        @Override
        public String toString() {
            return "Salvage[number=" + number + ", epoch=" + epoch + ", position=" + position + "]";
        }
    }
}

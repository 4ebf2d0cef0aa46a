package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a node is between knowing no leader and having one. */
sealed interface Phase {
    /** It knows no leader, and no election is under way here. */
    record Idle() implements Phase {}

    /**
     * It takes the lost leader's Redis off duty before it asks anyone, so that those who still
     * stream from it get its last writes (rule 8).
     */
    record Removing(Cause cause, List<Leadership> superseded, long operation) implements Phase {}

    /** It is a candidate, and waits for answers and for its own Redis to freeze. */
    record Asking(Ballot ballot) implements Phase {}

    /**
     * It takes part in another's election: first its Redis freezes, then it has answered and waits
     * for a leader.
     *
     * @param to the candidate
     * @param operation what its Redis is doing
     * @param frozen what it answered, or null before
     * @param untilNanos when it gives up waiting
     */
    record Answering(
            long epoch, Member to, long operation, @Nullable Standing frozen, long untilNanos)
            implements Phase {}

    /** It has won, and fetches what a fresher node has that will not lead (rule 10). */
    record Fetching(Victory victory, Standing feeder, ReplicationUser user, long untilNanos)
            implements Phase {}

    /** It has won, and its Redis is being promoted. */
    record Promoting(Victory victory, Leadership leadership, ReplicationUser user, long operation)
            implements Phase {}

    /** It leads. */
    record Leading() implements Phase {}

    /** It follows a leader that is heard, by itself or by a peer. */
    record Following() implements Phase {}

    /**
     * An election that this node has won.
     *
     * @param epoch its epoch
     * @param answers the frozen standings that decided, the winner's among them
     * @param choice what they decided
     * @param note what else the log should say
     */
    record Victory(long epoch, List<Standing> answers, Ranking.Choice choice, String note) {}
}

package io.hive.core.message;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Position;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.RedisEndpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one sidecar says to another once both have proved who they are. */
public sealed interface PeerMessage {
    /** No list in a message is longer: a hive has at most this many members. */
    int MAX_MEMBERS = 128;

    /**
     * "I live": sent every heartbeat interval, and at once when anything in it but the offsets
     * changed.
     *
     * @param state what the sender does now
     * @param seenEpoch the highest epoch it has seen
     * @param leadership the leadership it leads or follows, or null
     * @param hears whom it hears now, itself left out (rule 11)
     * @param standing what it would bring to an election, not frozen
     */
    record Heartbeat(
            NodeState state,
            long seenEpoch,
            @Nullable Leadership leadership,
            List<NodeId> hears,
            Standing standing)
            implements PeerMessage {
        public Heartbeat {
            hears = List.copyOf(hears);
        }
    }

    /**
     * "Freeze, and tell me what you hold": the candidate's question (rule 6).
     *
     * @param epoch the epoch that the candidate takes
     * @param cause why there is an election
     * @param superseded the leaderships that this election ends; a leader or a follower of another
     *     refuses
     * @param tail the old master's final position, where the candidate took it off duty: who still
     *     streams from it waits for this before it freezes (rule 8), or null
     */
    record Solicit(long epoch, Cause cause, List<Leadership> superseded, @Nullable Position tail)
            implements PeerMessage {
        public Solicit {
            superseded = List.copyOf(superseded);
        }
    }

    /** Why an election starts. The codes are on the wire. */
    enum Cause {
        /** Nobody leads, and nobody is known to have led. */
        COLD_START(0),
        /** The leader was lost, or resigned. */
        LEADER_LOST(1),
        /** Datasets that neither contains the other met (rules 21 and 22). */
        MERGE(2);

        private final int code;

        Cause(int code) {
            this.code = code;
        }

        /** The stable number of this value. */
        public int code() {
            return code;
        }
    }

    /** A frozen answer to {@link Solicit}, given once per epoch. */
    record Answer(long epoch, Standing standing) implements PeerMessage {}

    /**
     * "Not for you": the other answer to {@link Solicit}.
     *
     * @param epoch the epoch that was asked for
     * @param reason why it is refused
     * @param seenEpoch the highest epoch the sender has seen; the candidate goes above it
     * @param better the candidate that was answered instead, or the leader, or null
     */
    record Refusal(long epoch, Reason reason, long seenEpoch, @Nullable NodeId better)
            implements PeerMessage {
        /** Why. The codes are on the wire. */
        public enum Reason {
            /** Another candidate has this node's answer for this epoch. */
            ANSWERED_ANOTHER(0),
            /** The sender has seen a higher epoch. */
            EPOCH_PASSED(1),
            /** The sender leads, or hears the leader. */
            LEADER_HEARD(2),
            /** The sender's Redis could not be frozen in time; it may hold data. */
            NOT_FROZEN(3);

            private final int code;

            Reason(int code) {
                this.code = code;
            }

            /** The stable number of this value. */
            public int code() {
                return code;
            }
        }
    }

    /**
     * "You are the best of those who answered": from the candidate to the winner.
     *
     * @param epoch the epoch of the answers
     * @param cause as it was asked
     * @param superseded as it was asked
     * @param answers the frozen standings, the winner's among them
     */
    record Nomination(long epoch, Cause cause, List<Leadership> superseded, List<Standing> answers)
            implements PeerMessage {
        public Nomination {
            superseded = List.copyOf(superseded);
            answers = List.copyOf(answers);
        }
    }

    /**
     * "This one leads": sent once Redis has confirmed the promotion, and passed on by anyone to a
     * peer that knows only an older leadership, so that it also reaches those who do not hear the
     * leader.
     *
     * @param leadership the leadership
     * @param master where its Redis is
     * @param runId the process that it was won with (rule 4)
     * @param user what authorises replication
     * @param lineages the lineages known to the leader, its own last
     * @param heard the members whose frozen answers decided: their data was weighed, and they
     *     follow without asking again
     * @param acknowledge K, the replicas that must hold a write
     */
    record LeaderNotice(
            Leadership leadership,
            RedisEndpoint master,
            String runId,
            ReplicationUser user,
            List<LineageMark> lineages,
            List<NodeId> heard,
            int acknowledge)
            implements PeerMessage {
        public LeaderNotice {
            lineages = List.copyOf(lineages);
            heard = List.copyOf(heard);
        }
    }

    /** "Your data is the freshest and you will not lead: let me have it first" (rule 10). */
    record FeedRequest(long epoch, ReplicationUser user) implements PeerMessage {}

    /**
     * "Follow me up to here": the answer to {@link FeedRequest}.
     *
     * @param position null where the sender cannot feed
     */
    record FeedOffer(long epoch, @Nullable Position position) implements PeerMessage {}

    /** "I stop": spares the others the detection of a loss. */
    record Farewell(String reason) implements PeerMessage {}
}

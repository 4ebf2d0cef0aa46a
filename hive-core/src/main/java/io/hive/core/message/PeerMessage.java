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

    /**
     * "Hand over, please": from any sidecar that was asked to, to the leader (rule 20).
     *
     * @param request the sender's own number for it, given back in the {@link HandoffReply}
     * @param to who is to lead, or null for the best of the others
     */
    record HandoffRequest(long request, @Nullable NodeId to) implements PeerMessage {}

    /** What became of a {@link HandoffRequest}. */
    record HandoffReply(long request, HandoffResult result) implements PeerMessage {}

    /**
     * "Make ready to lead in my place": from the leader to its successor, while everything goes on
     * as before. Answered by a {@link HandoffStep}.
     *
     * @param next the leadership that would follow, of the successor; names this handover
     * @param upTo where the leader was when it asked: who does not even get here lags
     */
    record Prepare(Leadership next, Position upTo) implements PeerMessage {}

    /**
     * "Send the master nothing new": from the leader to everyone, answered by a {@link HandoffStep}
     * once nothing is under way there any more.
     *
     * @param next the leadership that would follow
     * @param leaseMillis after which the receiver goes on by itself if it hears nothing more
     */
    record Hold(Leadership next, int leaseMillis) implements PeerMessage {}

    /** "This is all there is: tell me when you have it": from the leader to its successor. */
    record CatchUp(Leadership next, Position position) implements PeerMessage {}

    /**
     * How far another node has come in a handover, told to its leader; {@code REFUSED} after the
     * point of no return goes to everyone.
     *
     * @param position where the sender's Redis was then, or null
     * @param reason why it refuses; else empty
     */
    record HandoffStep(Leadership next, Step step, @Nullable Position position, String reason)
            implements PeerMessage {
        /** How far. The codes are on the wire. */
        public enum Step {
            /** Its Redis could be promoted at once. */
            PREPARED(0),
            /** Nothing goes to the master from here, and nothing is under way. */
            HELD(1),
            /** It has applied what it was to. */
            CAUGHT_UP(2),
            /** It will not lead, or cannot. */
            REFUSED(3);

            private final int code;

            Step(int code) {
                this.code = code;
            }

            /** The stable number of this value. */
            public int code() {
                return code;
            }
        }
    }

    /** "Go on as before": the handover was given up, and nothing has changed. */
    record Release(Leadership next, String reason) implements PeerMessage {}

    /**
     * "I lead no more, and this one does": from the leader to everyone, once its Redis takes no
     * more writes. The point of no return.
     *
     * @param next the leadership that follows
     * @param last what the sender holds, frozen: the successor has all of that, or does not lead
     */
    record Cede(Leadership next, Standing last) implements PeerMessage {}

    /**
     * "So it goes here": sent once a second to be shown by the others; nothing is decided by it.
     *
     * @param clients connected to the sender's relay
     * @param parked sessions of it that wait for a master
     * @param commandsPerSecond that clients sent to it in the last second
     * @param medianMicros half of the commands of that second took no longer, in microseconds; 0
     *     where none was answered
     * @param p99Micros 99 of 100 of them took no longer
     * @param adminPort the sender's HTTP port, 0 where it has none
     */
    record Vitals(
            int clients,
            int parked,
            int commandsPerSecond,
            int medianMicros,
            int p99Micros,
            int adminPort)
            implements PeerMessage {
        public Vitals {
            if (adminPort < 0 || adminPort > 65535) {
                throw new IllegalArgumentException(
                        "expected 0 to 65535 for the admin port, got " + adminPort);
            }
        }
    }
}

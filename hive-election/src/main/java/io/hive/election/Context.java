package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What the parts of an election share: who this is, what it knows, and what it has decided. */
final class Context {
    /** An operation on a healthy Redis takes milliseconds; past this something is wrong with it. */
    static final long PROMOTE_BOUND_NANOS = 3_000_000_000L;

    static final long FOLLOW_BOUND_NANOS = 3_000_000_000L;

    final ElectionSettings settings;
    final Member self;
    final RedisEndpoint redis;
    final long sinceMillis;
    final Passwords passwords;
    final Lineages lineages = new Lineages();
    final Dataset dataset = new Dataset(lineages);
    final Peers peers;

    long now;
    Phase phase = new Phase.Idle();

    /** The highest epoch seen; never goes back. */
    long seenEpoch;

    /** The last epoch answered, and to whom: once per epoch (rule 6). */
    long promisedEpoch;

    @Nullable Member promisedTo;

    /** In which epoch, and with which process, the last frozen answer was given. */
    long frozenEpoch;

    String frozenRunId = "";

    /** Whom this node leads or follows as. */
    @Nullable LeaderNotice leader;

    /** The last one that was. */
    @Nullable LeaderNotice lastLeader;

    /** Members that were served together last, this one included (rule 19). */
    final SortedSet<NodeId> served = new TreeSet<>();

    /** Whether this life has led or followed in sync: no cold start any more. */
    boolean settled;

    boolean draining;
    boolean fenced;
    boolean routed;

    /** Whether what goes to the master waits, for a handover (rule 20). */
    boolean held;

    /** Where the master ended that ceded last, or null. */
    @Nullable Ending ending;

    /** Whether the local Redis is being taken off duty by this leader itself. */
    boolean steppingDown;

    /** Since when silent addresses are waited for (rule 12). */
    long coldStartFrom;

    /** Nothing is started before. */
    long quietUntil;

    /** After it stood still, a node is not ready before it has heard the others (rule 14). */
    long wakingUntil;

    long pendingOperation;
    private long operations;
    private String waitingFor = "starting";
    private String standsOut = "";
    private NodeState reported = NodeState.NOT_READY;
    private @Nullable NodeId reportedLeader;
    private List<Effect> effects = new ArrayList<>();

    Context(
            ElectionSettings settings,
            Member self,
            RedisEndpoint redis,
            long sinceMillis,
            Passwords passwords,
            long now) {
        this.settings = settings;
        this.self = self;
        this.redis = redis;
        this.sinceMillis = sinceMillis;
        this.passwords = passwords;
        this.peers = new Peers(self, settings.peerTimeoutNanos());
        this.now = now;
        this.coldStartFrom = now;
        this.quietUntil = now;
        this.wakingUntil = now;
    }

    /**
     * A master that went off duty in a handover: who follows it has no more than that.
     *
     * @param next who leads instead
     */
    record Ending(Leadership next, RedisEndpoint master, Position end) {}

    NodeState state() {
        if (fenced) {
            return NodeState.FENCED;
        }
        return switch (phase) {
            case Phase.Leading _ -> NodeState.LEADING;
            case Phase.Following _ -> draining ? NodeState.LEAVING : NodeState.FOLLOWING;
            case Phase.Idle _ -> {
                if (draining) {
                    yield NodeState.LEAVING;
                }
                yield redisEligibility() == Eligibility.ELIGIBLE && now - wakingUntil >= 0
                        ? NodeState.ALONE
                        : NodeState.NOT_READY;
            }
            case Phase.Removing _,
                    Phase.Asking _,
                    Phase.Answering _,
                    Phase.Fetching _,
                    Phase.Promoting _ ->
                    NodeState.PROPOSING;
        };
    }

    /** What this node brings, as of now. */
    Standing standing() {
        return new Standing(
                self,
                redis,
                eligibility(),
                dataset.holding(),
                dataset.keys(),
                dataset.priority(),
                dataset.version(),
                sinceMillis,
                hearers(),
                dataset.served(),
                dataset.record(),
                lineages.list());
    }

    private Eligibility eligibility() {
        Eligibility redisSays = redisEligibility();
        if (redisSays != Eligibility.ELIGIBLE) {
            return redisSays;
        }
        if (fenced || (!standsOut.isEmpty() && othersGoOn())) {
            return Eligibility.NOT_READY;
        }
        return draining ? Eligibility.DRAINING : Eligibility.ELIGIBLE;
    }

    /**
     * Whether somebody has the history that went on without this node's. What has lost a merge, and
     * could not be set aside since, is kept; it is not weighed again against what was served since.
     */
    private boolean othersGoOn() {
        return peers.live(now).stream()
                .map(Peers.Peer::standing)
                .anyMatch(s ->
                        s != null && s.eligibility() == Eligibility.ELIGIBLE && Ranking.hasData(s));
    }

    /**
     * As the dataset says; but where nobody leads, a proof of being in sync cannot come any more.
     * The link may stay up for as long as the Redis of a dead sidecar lives, and is no reason to
     * stand back from taking it off duty.
     */
    private Eligibility redisEligibility() {
        return leader == null && dataset.unproved() ? Eligibility.ELIGIBLE : dataset.eligibility();
    }

    private int hearers() {
        int hearers = 1;
        for (Peers.Peer peer : peers.live(now)) {
            if (peer.hearsMe()) {
                hearers++;
            }
        }
        return hearers;
    }

    /**
     * How many nodes are of this leadership: the live ones that say so, this one, and its leader,
     * who is of it whether or not it is heard here.
     */
    int supporters(Leadership leadership) {
        int count = leader != null && leader.leadership().equals(leadership) ? 1 : 0;
        NodeId leads = leadership.leader().node();
        if (!leads.equals(self.node()) && peers.live(leads, now) == null) {
            count++;
        }
        for (Peers.Peer peer : peers.live(now)) {
            if (leadership.equals(peer.leadership())) {
                count++;
            }
        }
        return count;
    }

    /** The local Redis has been frozen for an epoch: what it holds is final in it (rule 7). */
    void froze(long epoch, RedisReport report) {
        dataset.observe(report);
        frozenEpoch = epoch;
        frozenRunId = report.runId();
    }

    void saw(long epoch) {
        seenEpoch = Math.max(seenEpoch, epoch);
    }

    void emit(Effect effect) {
        effects.add(effect);
    }

    void send(NodeId to, PeerMessage message) {
        emit(new Effect.Send(to, message));
    }

    void sendAll(PeerMessage message) {
        for (Peers.Peer peer : peers.live(now)) {
            send(peer.node(), message);
        }
    }

    /** Starts an operation; whatever was under way is not waited for any more. */
    long operate(LongFunction<Effect.Operation> operation) {
        long number = ++operations;
        pendingOperation = number;
        emit(operation.apply(number));
        return number;
    }

    long leaseEnd() {
        return now + settings.peerTimeoutNanos();
    }

    void closeRoute(String reason) {
        held = false;
        if (routed) {
            routed = false;
            emit(new Effect.CloseRoute(reason));
        }
    }

    void openRoute(LeaderNotice to) {
        routed = true;
        held = false;
        emit(new Effect.OpenRoute(to.leadership(), to.master(), leaseEnd()));
    }

    /** Nothing new goes to the master; what is under way is answered, and then that is told. */
    void holdRoute(Leadership next) {
        if (routed) {
            held = true;
            emit(new Effect.HoldRoute(next));
        }
    }

    /** What was held goes on, to the same master. */
    void release(LeaderNotice to) {
        if (routed && held) {
            openRoute(to);
        }
    }

    /**
     * Nobody is led or followed any more. The last leader is the one whose master may still be one:
     * an older one that came back, and went before this node's Redis followed it, is not.
     */
    void endLeader() {
        LeaderNotice ended = leader;
        LeaderNotice last = lastLeader;
        if (ended == null) {
            return;
        }
        leader = null;
        RedisReport report = dataset.current();
        boolean past = last != null && ended.leadership().compareTo(last.leadership()) < 0;
        if (!past || (report != null && report.follows(ended.master()))) {
            lastLeader = ended;
        }
    }

    /** The leadership that was followed or held has ended in good order. */
    void endFollowing() {
        endLeader();
        coldStartFrom = now;
        pendingOperation = 0;
        dataset.probe(null);
    }

    /**
     * The leader has ceded to a successor, which is waited for; what was held stays held meanwhile.
     *
     * @param frozen what this node holds, where that cannot change any more
     */
    void ceded(Leadership next, @Nullable Standing frozen) {
        endFollowing();
        waitFor(next + " to begin, to whom the leader has ceded");
        phase =
                new Phase.Answering(
                        next.epoch(), next.leader(), 0, frozen, now + 2 * settings.deadlineNanos());
    }

    /** Whom these would choose, with what this node knows of lineages and was told of K. */
    Ranking ranking(Collection<Standing> standings) {
        return new Ranking(lineages, standings, settings.acknowledge());
    }

    /** Why nobody leads yet; the same again says nothing. */
    void waitFor(String what) {
        waitingFor = what;
    }

    String waitingFor() {
        return leader != null ? standsOut : waitingFor;
    }

    /** Why the local Redis does not follow the leader yet, or nothing where it does. */
    void standsOut(String why) {
        standsOut = why;
    }

    /** Gives up whatever was under way; not before {@code pauseNanos} does it start again. */
    void idle(long pauseNanos) {
        phase = new Phase.Idle();
        quietUntil = now + pauseNanos;
    }

    /** One line for the log and the history. */
    void report(String reason, int rule, long lostBytes) {
        report(reason, rule, lostBytes, null);
    }

    /** One line, with the data that was given up. */
    void report(String reason, int rule, long lostBytes, @Nullable Dropped dropped) {
        NodeState to = state();
        @Nullable NodeId leads = leader == null ? null : leader.leadership().leader().node();
        emit(
                new Effect.Report(
                        new Decision(
                                reported,
                                to,
                                leads,
                                reportedLeader,
                                seenEpoch,
                                reason,
                                rule,
                                lostBytes,
                                dropped)));
        reported = to;
        reportedLeader = leads;
    }

    List<Effect> takeEffects() {
        if (effects.isEmpty()) {
            return List.of();
        }
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }
}

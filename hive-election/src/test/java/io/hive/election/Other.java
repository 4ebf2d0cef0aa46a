package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.lineage.Tally;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.Heartbeat;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.Standing;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another node, as far as its messages show it. What it says is set by hand. */
final class Other {
    final Member member;
    final RedisEndpoint redis;
    private NodeState state = NodeState.ALONE;
    private long epoch;
    private @Nullable Leadership leadership;
    private List<NodeId> hears = List.of();
    private Eligibility eligibility = Eligibility.ELIGIBLE;
    private Holding holding = new Holding.Empty();
    private long keys;
    private int priority = 100;
    private RedisVersion version = new RedisVersion(7, 0, 15);
    private long since = 1_000;
    private int hearers = 1;
    private @Nullable Leadership served;
    private long acknowledged;
    private long writes;
    private @Nullable WriteRecord record;
    private final List<LineageMark> lineages = new ArrayList<>();

    private Other(Member member) {
        this.member = member;
        this.redis = new RedisEndpoint(member.node().address(), 6379);
    }

    /** The node 10.0.0.{@code host}, in its first life. */
    static Other node(int host) {
        return new Other(new Member(nodeId(host), new BootId(host)));
    }

    /** The same node after a restart of its sidecar. */
    Other reborn() {
        return new Other(new Member(node(), new BootId(member.boot().value() + 1000)));
    }

    static NodeId nodeId(int host) {
        return new NodeId(IpAddress.parse("10.0.0." + host), 3000);
    }

    NodeId node() {
        return member.node();
    }

    Other empty() {
        holding = new Holding.Empty();
        keys = 0;
        return this;
    }

    Other holds(char id, long offset, long keys) {
        return holds(Report.id(id), offset, keys);
    }

    Other holds(ReplicationId id, long offset, long keys) {
        holding = new Holding.Lineage(new Position(id, offset));
        this.keys = keys;
        return this;
    }

    Other unknown(long keys) {
        holding = new Holding.Unknown();
        this.keys = keys;
        return this;
    }

    Other untold(Eligibility why) {
        holding = new Holding.Untold();
        eligibility = why;
        return this;
    }

    Other eligibility(Eligibility eligibility) {
        this.eligibility = eligibility;
        return this;
    }

    Other priority(int priority) {
        this.priority = priority;
        return this;
    }

    Other version(int major, int minor, int patch) {
        version = new RedisVersion(major, minor, patch);
        return this;
    }

    Other since(long millis) {
        since = millis;
        return this;
    }

    Other hearers(int hearers) {
        this.hearers = hearers;
        return this;
    }

    Other served(@Nullable Leadership served) {
        this.served = served;
        return this;
    }

    Other wrote(long writes) {
        this.writes = writes;
        return this;
    }

    Other acknowledged(long writes) {
        acknowledged = writes;
        return this;
    }

    Other records(long acknowledged, Tally... tallies) {
        record = new WriteRecord(acknowledged, List.of(tallies));
        return this;
    }

    Other remembers(LineageMark... marks) {
        lineages.addAll(List.of(marks));
        return this;
    }

    Other hears(NodeId... nodes) {
        hears = List.of(nodes);
        return this;
    }

    Other saw(long epoch) {
        this.epoch = epoch;
        return this;
    }

    /** It leads in this epoch. */
    Other leads(long epoch) {
        return in(NodeState.LEADING, new Leadership(epoch, member)).served(leadership(epoch));
    }

    Other follows(Leadership leadership) {
        return in(NodeState.FOLLOWING, leadership);
    }

    Other leaderless() {
        state = NodeState.ALONE;
        leadership = null;
        return this;
    }

    private Other in(NodeState state, Leadership leadership) {
        this.state = state;
        this.leadership = leadership;
        this.epoch = Math.max(epoch, leadership.epoch());
        return this;
    }

    Leadership leadership(long epoch) {
        return new Leadership(epoch, member);
    }

    Standing standing() {
        return new Standing(
                member,
                redis,
                eligibility,
                holding,
                keys,
                priority,
                version,
                since,
                hearers,
                served,
                record(),
                lineages);
    }

    /** What it counted lies beyond the fork of the lineage that it holds. */
    private WriteRecord record() {
        if (record != null) {
            return record;
        }
        if ((writes == 0 && acknowledged == 0)
                || !(holding instanceof Holding.Lineage(Position position))) {
            return WriteRecord.NONE;
        }
        long fork = lineages.stream().mapToLong(LineageMark::firstOffset).max().orElse(1) - 1;
        long end = position.offset();
        if (acknowledged == 0 || acknowledged >= writes) {
            return new WriteRecord(
                    acknowledged == 0 ? 0 : end,
                    List.of(new Tally(fork, 0), new Tally(end, Math.max(acknowledged, writes))));
        }
        long middle = (fork + end) / 2;
        return new WriteRecord(
                middle,
                List.of(
                        new Tally(fork, 0),
                        new Tally(middle, acknowledged),
                        new Tally(end, writes)));
    }

    Heartbeat heartbeat() {
        return new Heartbeat(state, epoch, leadership, hears, standing());
    }

    Answer answer(long epoch) {
        return new Answer(epoch, standing());
    }

    /** "I lead, on this lineage": with what it remembers, and the members whose data it weighed. */
    LeaderNotice notice(long epoch, LineageMark lineage, NodeId... weighed) {
        return new LeaderNotice(
                leadership(epoch),
                redis,
                "run-of-" + node(),
                ReplicationUser.of(epoch, "secret"),
                List.of(lineage),
                List.of(weighed),
                0);
    }

    /** A lineage that continues none. */
    static LineageMark mark(long epoch, char id) {
        return new LineageMark(epoch, Report.id(id), null, 0);
    }

    /** A lineage that left its parent: what the parent has from {@code first} on is not in it. */
    static LineageMark mark(long epoch, char id, char parent, long first) {
        return new LineageMark(epoch, Report.id(id), Report.id(parent), first);
    }
}

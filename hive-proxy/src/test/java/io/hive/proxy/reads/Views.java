package io.hive.proxy.reads;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.Standing;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.core.redis.RedisVersion;
import io.hive.election.ElectionView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an election shows, of a hive of three: this node 1, the leader 3, another follower 2. */
final class Views {
    static final ReplicationId ID = new ReplicationId("a".repeat(40));
    private static final RedisVersion VERSION = new RedisVersion(7, 0, 15);

    /** The states of this node, the other follower and the leader, and their offsets. */
    NodeState state = NodeState.FOLLOWING;

    NodeState otherState = NodeState.FOLLOWING;
    NodeState leaderState = NodeState.LEADING;
    ReplicationId id = ID;
    RedisEndpoint ownRedis = redis(1);
    long own = 100;
    long other = 100;
    long master = 100;
    boolean routed = true;
    boolean leading;
    boolean answers = true;
    boolean loading;
    boolean synchronising;
    boolean linkUp = true;
    boolean whole = true;
    Eligibility otherEligibility = Eligibility.ELIGIBLE;

    static Member member(int number) {
        return new Member(
                new NodeId(IpAddress.parse("10.0.0." + number), 3000), new BootId(number));
    }

    static RedisEndpoint redis(int number) {
        return new RedisEndpoint(IpAddress.parse("10.0.0." + number), 6379);
    }

    static Leadership leadership(int leader) {
        return new Leadership(5, member(leader));
    }

    private Standing standing(int number, Eligibility eligibility, boolean whole, long offset) {
        return new Standing(
                member(number),
                number == 1 ? ownRedis : redis(number),
                eligibility,
                whole ? new Holding.Lineage(new Position(id, offset)) : new Holding.Untold(),
                1,
                100,
                VERSION,
                0,
                3,
                null,
                WriteRecord.NONE,
                List.of());
    }

    private @Nullable RedisReport report() {
        MasterLink link =
                leading
                        ? null
                        : new MasterLink("10.0.0.3", 6379, linkUp, synchronising, 0, own, own);
        return answers
                ? new RedisReport(
                        "run", VERSION, link, id, null, -1, own, true, loading, 1, 0, 100, 0, null)
                : null;
    }

    /** A view in which everyone was heard just now. */
    ElectionView at(long now) {
        LeaderNotice notice =
                leaderState == NodeState.LEADING || leading
                        ? new LeaderNotice(
                                leadership(leading ? 1 : 3),
                                redis(leading ? 1 : 3),
                                "run",
                                new ReplicationUser("hive-replication-5", ""),
                                List.of(new LineageMark(5, id, null, 0)),
                                List.of(),
                                0)
                        : null;
        return new ElectionView(
                member(1),
                state,
                5,
                notice,
                routed,
                true,
                standing(1, Eligibility.ELIGIBLE, whole, own),
                report(),
                List.of(
                        peer(2, otherState, otherEligibility, other, now),
                        peer(3, leaderState, Eligibility.ELIGIBLE, master, now)),
                "");
    }

    private ElectionView.PeerView peer(
            int number, NodeState state, Eligibility eligibility, long offset, long now) {
        return new ElectionView.PeerView(
                member(number).node(),
                true,
                true,
                state,
                now,
                leadership(3),
                standing(number, eligibility, eligibility == Eligibility.ELIGIBLE, offset));
    }
}

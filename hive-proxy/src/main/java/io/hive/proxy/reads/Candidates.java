package io.hive.proxy.reads;

import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.Standing;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisReport;
import io.hive.election.ElectionView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who could serve reads, by what the election knows. Pure. */
final class Candidates {
    private Candidates() {}

    /** All replicas, the local one first; those that cannot serve say why. */
    static List<Candidate> of(ElectionView view) {
        List<Candidate> all = new ArrayList<>();
        all.add(local(view));
        for (ElectionView.PeerView peer : view.peers()) {
            Standing standing = peer.standing();
            if (standing != null) {
                all.add(remote(view.leader(), peer, standing));
            }
        }
        return all;
    }

    private static Candidate local(ElectionView view) {
        RedisReport report = view.redis();
        Standing standing = view.standing();
        Position position =
                report != null && standing.holding() instanceof Holding.Lineage
                        ? report.position()
                        : null;
        return new Candidate(
                view.self().node(),
                standing.redis(),
                true,
                position,
                objection(report, position, view.leader()));
    }

    private static String objection(
            @Nullable RedisReport report,
            @Nullable Position position,
            @Nullable LeaderNotice leader) {
        if (report == null) {
            return "the local Redis does not answer";
        }
        MasterLink link = report.link();
        if (report.loading()) {
            return "the local Redis is loading its dataset";
        }
        if (link == null) {
            return "the local Redis is no replica";
        }
        if (link.syncInProgress()) {
            return "the local Redis is synchronising";
        }
        return objection(position, leader, "the local Redis");
    }

    private static Candidate remote(
            @Nullable LeaderNotice leader, ElectionView.PeerView peer, Standing standing) {
        Position position =
                standing.holding() instanceof Holding.Lineage(Position held) ? held : null;
        return new Candidate(
                peer.node(),
                standing.redis(),
                false,
                position,
                objection(leader, peer, standing, position));
    }

    private static String objection(
            @Nullable LeaderNotice leader,
            ElectionView.PeerView peer,
            Standing standing,
            @Nullable Position position) {
        boolean serves =
                switch (peer.state()) {
                    case FOLLOWING, ALONE, PROPOSING -> true;
                    case NOT_READY, LEADING, LEAVING, FENCED -> false;
                };
        boolean whole =
                standing.eligibility() == Eligibility.ELIGIBLE
                        || standing.eligibility() == Eligibility.DRAINING;
        if (!peer.live()) {
            return peer.node() + " is not heard";
        }
        if (!serves || leads(leader, peer)) {
            return peer.node() + " is " + peer.state();
        }
        if (!whole) {
            return "the Redis of " + peer.node() + " is " + standing.eligibility();
        }
        return objection(position, leader, "the Redis of " + peer.node());
    }

    private static boolean leads(@Nullable LeaderNotice leader, ElectionView.PeerView peer) {
        return peer.state() == NodeState.LEADING
                || (leader != null && leader.leadership().leader().node().equals(peer.node()));
    }

    private static String objection(
            @Nullable Position position, @Nullable LeaderNotice leader, String who) {
        if (position == null) {
            return who + " is not known to hold all of its master's data";
        }
        if (leader != null && !contains(leader.lineages(), position)) {
            return who + " holds what the master does not";
        }
        return "";
    }

    /** Whether the newest of these lineages contains the position. */
    static boolean contains(List<LineageMark> lineages, Position position) {
        long limit = Long.MAX_VALUE;
        @Nullable ReplicationId at = lineages.isEmpty() ? null : lineages.getLast().id();
        for (int i = lineages.size() - 1; i >= 0 && at != null; i--) {
            LineageMark mark = lineages.get(i);
            if (!mark.id().equals(at)) {
                continue;
            }
            if (at.equals(position.id())) {
                return position.offset() < limit;
            }
            limit = Math.min(limit, mark.firstOffset());
            at = mark.parent();
        }
        return position.id().equals(at) && position.offset() < limit;
    }
}

package io.hive.proxy;

import io.hive.core.lineage.Position;
import io.hive.core.message.Standing;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisReport;
import io.hive.election.ElectionView;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far each Redis is behind the master, as far as one node knows. */
final class Lags {
    private Lags() {}

    /** Bytes by node, this one too; null where it is not known. */
    static Map<NodeId, @Nullable Long> of(ElectionView view) {
        Position master = SidecarStatus.masterPosition(view);
        Map<NodeId, @Nullable Long> lags = new LinkedHashMap<>();
        RedisReport own = view.redis();
        lags.put(
                view.self().node(), own == null ? null : SidecarStatus.lag(master, own.position()));
        for (ElectionView.PeerView peer : view.peers()) {
            Standing standing = peer.standing();
            lags.put(
                    peer.node(),
                    standing == null || !peer.live()
                            ? null
                            : SidecarStatus.lag(master, SidecarStatus.position(standing)));
        }
        return lags;
    }
}

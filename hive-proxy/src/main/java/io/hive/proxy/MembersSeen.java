package io.hive.proxy;

import io.hive.core.node.NodeId;
import io.hive.election.ElectionView;
import io.hive.proxy.metrics.MemberFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The members, in the words of the metrics. Any thread. */
record MembersSeen(Supplier<ElectionView> view) implements MemberFacts {
    @Override
    public List<Fact> all() {
        ElectionView now = view.get();
        long nanos = System.nanoTime();
        Map<NodeId, @Nullable Long> lags = Lags.of(now);
        List<Fact> all = new ArrayList<>();
        NodeId self = now.self().node();
        all.add(new Fact(self.toString(), now.state(), true, 0, known(lags.get(self))));
        for (ElectionView.PeerView peer : now.peers()) {
            Long heard = peer.heardNanos();
            all.add(
                    new Fact(
                            peer.node().toString(),
                            peer.state(),
                            peer.live(),
                            heard == null ? Double.NaN : Math.max(0, nanos - heard) / 1e9,
                            known(lags.get(peer.node()))));
        }
        return all;
    }

    private static double known(@Nullable Long value) {
        return value == null ? Double.NaN : value;
    }
}

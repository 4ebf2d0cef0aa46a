package io.hive.proxy;

import io.hive.core.message.HandoffResult;
import io.hive.core.node.NodeId;
import io.hive.election.ElectionView;
import io.hive.proxy.admin.Handovers;
import io.hive.proxy.control.ControlLoop;
import io.hive.proxy.control.Handoffs;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the HTTP port can have done to the hive. Any thread that may block. */
final class SidecarHandovers implements Handovers {
    private final ControlLoop control;
    private final Handoffs handoffs;
    private final Departure departure;
    private final LeftAlone leftAlone;

    SidecarHandovers(
            ControlLoop control, Handoffs handoffs, Departure departure, LeftAlone leftAlone) {
        this.control = control;
        this.handoffs = handoffs;
        this.departure = departure;
        this.leftAlone = leftAlone;
    }

    @Override
    public HandoffResult handOver(@Nullable String to) {
        return handoffs.ask(to == null ? null : member(to)).join();
    }

    @Override
    public void leave() {
        departure.leave("asked to by /prestop");
        leftAlone.watch();
    }

    /** The member of this address; a port is only needed where several share one. */
    private NodeId member(String text) {
        ElectionView view = control.view();
        NodeId asked = NodeId.parse(text, view.self().node().port());
        List<NodeId> there =
                Stream.concat(
                                Stream.of(view.self().node()),
                                view.peers().stream().map(ElectionView.PeerView::node))
                        .filter(node -> node.address().equals(asked.address()))
                        .toList();
        return there.contains(asked) || there.size() != 1 ? asked : there.getFirst();
    }
}

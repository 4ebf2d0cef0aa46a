package io.hive.proxy;

import io.hive.core.message.PeerMessage.Vitals;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.election.Decision;
import io.hive.election.ElectionView;
import io.hive.proxy.admin.AdminMeter;
import io.hive.proxy.control.ControlLoop;
import io.hive.proxy.control.Journal;
import io.hive.proxy.control.Reigns;
import io.hive.proxy.metrics.Durations;
import io.hive.proxy.metrics.HiveMetrics;
import io.hive.proxy.peer.PeerMesh;
import io.hive.proxy.pulse.Pulse;
import io.hive.proxy.relay.Relay;
import io.hive.proxy.relay.RelayMetrics;
import io.hive.proxy.route.RouteTable;
import io.hive.proxy.route.RouteTimes;
import io.hive.proxy.transport.LoopLag;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Those who look on: they are told what happens, and decide nothing. */
final class Observation {
    private final Journal journal;
    private final Reigns reigns = new Reigns(Clock.systemUTC());
    private final RouteTimes routes = new RouteTimes(System::nanoTime);
    private final LoopLag loops = new LoopLag();
    private final AdminMeter admin = new AdminMeter();
    private volatile @Nullable Pulse pulse;

    Observation(Journal journal, RouteTable table) {
        this.journal = journal;
        var _ = table.listen(routes);
    }

    Reigns reigns() {
        return reigns;
    }

    RouteTimes routes() {
        return routes;
    }

    LoopLag loops() {
        return loops;
    }

    AdminMeter admin() {
        return admin;
    }

    @Nullable Pulse pulse() {
        return pulse;
    }

    /** Each decision, on the control thread. */
    void decided(Decision decision) {
        journal.record(decision);
        reigns.decided(decision);
    }

    /** Each view, on the control thread. */
    void viewed(ElectionView view) {
        reigns.viewed(view, System.nanoTime());
    }

    /** What another node says of itself. */
    void heard(Member peer, Vitals vitals) {
        Pulse now = pulse;
        if (now != null) {
            now.heard(peer.node(), vitals);
        }
    }

    void watch(String name, Iterable<EventExecutor> eventLoops) {
        loops.watch(name, eventLoops);
    }

    /** Shows what was counted. */
    void bind(HiveMetrics metrics, ControlLoop control, RelayMetrics relay) {
        metrics.bind(new LeadershipFacts(reigns, routes));
        metrics.bind(new MembersSeen(control::view));
        metrics.bind(admin);
        metrics.bind(new Timings(relay, loops));
    }

    /** Takes the pulse from now on. */
    Pulse start(
            ControlLoop control, PeerMesh mesh, Relay relay, RelayMetrics metrics, int adminPort) {
        Pulse begun =
                new Pulse(
                        new Heart(control, relay, metrics),
                        vitals ->
                                control.view().peers().stream()
                                        .filter(ElectionView.PeerView::connected)
                                        .forEach(peer -> mesh.send(peer.node(), vitals)),
                        adminPort);
        pulse = begun;
        begun.start();
        return begun;
    }

    /** Where the pulse is taken. */
    private record Heart(ControlLoop control, Relay relay, RelayMetrics metrics)
            implements Pulse.Source {
        @Override
        public NodeId self() {
            return control.view().self().node();
        }

        @Override
        public int clients() {
            return relay.counts().clients();
        }

        @Override
        public int parked() {
            return relay.counts().parkedSessions();
        }

        @Override
        public long commands() {
            return relay.counts().commands();
        }

        @Override
        public Durations latencies() {
            return metrics.latencies().values().stream().reduce(Durations.NONE, Durations::plus);
        }

        @Override
        public Map<NodeId, @Nullable Long> lags() {
            Map<NodeId, @Nullable Long> lags = new LinkedHashMap<>();
            Lags.of(control.view()).forEach(lags::put);
            return lags;
        }
    }
}

package io.hive.proxy;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Vitals;
import io.hive.core.message.Standing;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Decision;
import io.hive.election.Dropped;
import io.hive.election.ElectionView;
import io.hive.proxy.admin.Graph;
import io.hive.proxy.admin.Liveness;
import io.hive.proxy.admin.Readiness;
import io.hive.proxy.admin.Status;
import io.hive.proxy.admin.StatusSource;
import io.hive.proxy.control.ControlLoop;
import io.hive.proxy.control.Journal;
import io.hive.proxy.control.Reigns;
import io.hive.proxy.metrics.LeaderChange;
import io.hive.proxy.pulse.Pulse;
import io.hive.proxy.relay.Relay;
import io.hive.proxy.relay.RelayCounts;
import io.hive.proxy.salvage.SalvageStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The election's view in the words of the status page. Any thread. */
final class SidecarStatus implements StatusSource {
    private final String cluster;
    private final ControlLoop control;
    private final Journal journal;
    private final Relay relay;
    private final @Nullable ReadPort reads;
    private final ReadinessWatch readiness;
    private final BooleanSupplier broken;
    private final @Nullable SalvageStore salvage;
    private final Observation observation;

    SidecarStatus(
            String cluster,
            ControlLoop control,
            Journal journal,
            Relay relay,
            @Nullable ReadPort reads,
            ReadinessWatch readiness,
            BooleanSupplier broken,
            @Nullable SalvageStore salvage,
            Observation observation) {
        this.cluster = cluster;
        this.control = control;
        this.journal = journal;
        this.relay = relay;
        this.reads = reads;
        this.readiness = readiness;
        this.broken = broken;
        this.salvage = salvage;
        this.observation = observation;
    }

    @Override
    public Readiness readiness() {
        return readiness.readiness(control.view(), System.nanoTime());
    }

    @Override
    public Liveness liveness() {
        return broken.getAsBoolean()
                ? new Liveness(false, "the control loop has ended")
                : new Liveness(true, "the control loop runs");
    }

    @Override
    public Graph graph() {
        Pulse pulse = observation.pulse();
        return pulse == null ? new Graph(0, 1000, List.of()) : pulse.graph();
    }

    @Override
    public Status status() {
        ElectionView view = control.view();
        long now = System.nanoTime();
        Leadership leadership = view.leadership();
        LeaderNotice notice = view.leader();
        @Nullable Position master = masterPosition(view);
        List<Status.Node> members = new ArrayList<>();
        members.add(
                new Status.Node(
                        view.self().node(),
                        view.state(),
                        Instant.ofEpochMilli(view.standing().sinceMillis()),
                        0L,
                        own(view, master),
                        vitals(view.self().node())));
        for (ElectionView.PeerView peer : view.peers()) {
            Standing standing = peer.standing();
            Long heard = peer.heardNanos();
            members.add(
                    new Status.Node(
                            peer.node(),
                            peer.state(),
                            standing == null ? null : Instant.ofEpochMilli(standing.sinceMillis()),
                            heard == null ? null : (now - heard) / 1_000_000,
                            standing == null ? null : other(peer, standing, master),
                            vitals(peer.node())));
        }
        members.sort((one, two) -> one.address().compareTo(two.address()));
        RedisEndpoint to = notice == null ? null : notice.master();
        return new Status(
                view.self().node(),
                cluster,
                view.state(),
                leadership == null ? null : leadership.leader().node(),
                view.epoch(),
                to == null ? null : new Status.Master(to.host().toString(), to.port()),
                members,
                relayed(),
                history(),
                view.waitingFor(),
                salvaged(),
                reads == null ? null : reads.status(),
                reign(leadership));
    }

    private Status.@Nullable Reign reign(@Nullable Leadership leadership) {
        Reigns.Reign now = observation.reigns().now();
        return now == null || leadership == null || !now.leader().equals(leadership.leader().node())
                ? null
                : new Status.Reign(now.since(), now.why().word());
    }

    private Status.@Nullable Vitals vitals(NodeId node) {
        Pulse pulse = observation.pulse();
        Vitals said = pulse == null ? null : pulse.of(node);
        return said == null
                ? null
                : new Status.Vitals(
                        said.clients(),
                        said.parked(),
                        said.commandsPerSecond(),
                        said.medianMicros(),
                        said.p99Micros(),
                        said.adminPort());
    }

    private Status.@Nullable Salvage salvaged() {
        SalvageStore store = salvage;
        if (store == null) {
            return null;
        }
        SalvageStore.Counts counts = store.counts();
        return new Status.Salvage(
                store.directory().toString(),
                counts.files(),
                counts.failures(),
                counts.lastFile(),
                counts.lastFailure());
    }

    private static Status.@Nullable Dropped dropped(@Nullable Dropped dropped) {
        return dropped == null
                ? null
                : new Status.Dropped(
                        dropped.by().toString(),
                        dropped.keys(),
                        known(dropped.writes()),
                        known(dropped.bytes()),
                        dropped.file());
    }

    private static @Nullable Long known(long number) {
        return number == Dropped.UNKNOWN ? null : number;
    }

    private Status.Relay relayed() {
        RelayCounts counts = relay.counts();
        return new Status.Relay(
                counts.clients(), counts.lanes(), counts.pinned(), counts.parkedSessions());
    }

    private List<Status.Change> history() {
        List<Status.Change> changes = new ArrayList<>();
        for (Journal.Entry entry : journal.entries().reversed()) {
            Decision decision = entry.decision();
            changes.add(
                    new Status.Change(
                            entry.at(),
                            text(decision.previousLeader()),
                            text(decision.leader()),
                            decision.reason(),
                            decision.epoch(),
                            decision.lostBytes(),
                            dropped(decision.dropped()),
                            LeaderChange.of(decision.rule()).word()));
        }
        return changes;
    }

    private static @Nullable String text(@Nullable NodeId node) {
        return node == null ? null : node.toString();
    }

    /** Where the master is, by what it last said. */
    static @Nullable Position masterPosition(ElectionView view) {
        if (view.state() == NodeState.LEADING) {
            return position(view.standing());
        }
        Leadership leadership = view.leadership();
        for (ElectionView.PeerView peer : view.peers()) {
            if (leadership != null
                    && peer.node().equals(leadership.leader().node())
                    && peer.standing() != null) {
                return position(peer.standing());
            }
        }
        return null;
    }

    static @Nullable Position position(Standing standing) {
        return standing.holding() instanceof Holding.Lineage(Position position) ? position : null;
    }

    /** How far behind, where both are on one lineage. */
    static @Nullable Long lag(@Nullable Position master, @Nullable Position replica) {
        return master == null || replica == null || !master.id().equals(replica.id())
                ? null
                : Math.max(0, master.offset() - replica.offset());
    }

    private static Status.@Nullable Redis own(ElectionView view, @Nullable Position master) {
        RedisReport report = view.redis();
        if (report == null) {
            return null;
        }
        MasterLink link = report.link();
        Position position = report.position();
        return new Status.Redis(
                view.standing().redis().host().toString(),
                view.standing().redis().port(),
                link == null ? Status.Role.MASTER : Status.Role.REPLICA,
                link == null || link.up()
                        ? Status.Link.UP
                        : link.syncInProgress() ? Status.Link.SYNC : Status.Link.DOWN,
                position.offset(),
                lag(master, position),
                report.loading(),
                report.replicationId().value(),
                report.keys());
    }

    private static Status.Redis other(
            ElectionView.PeerView peer, Standing standing, @Nullable Position master) {
        boolean leads = peer.state() == NodeState.LEADING;
        Position position = position(standing);
        Long lag = lag(master, position);
        return new Status.Redis(
                standing.redis().host().toString(),
                standing.redis().port(),
                leads ? Status.Role.MASTER : Status.Role.REPLICA,
                leads || lag != null
                        ? Status.Link.UP
                        : standing.eligibility() == Eligibility.SYNC_UNFINISHED
                                ? Status.Link.SYNC
                                : Status.Link.DOWN,
                position == null ? 0 : position.offset(),
                lag,
                standing.eligibility() == Eligibility.LOADING,
                position == null ? null : position.id().value(),
                standing.keys());
    }
}

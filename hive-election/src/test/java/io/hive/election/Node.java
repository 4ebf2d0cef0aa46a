package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.message.PeerMessage;
import io.hive.core.message.PeerMessage.Heartbeat;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.message.Standing;
import io.hive.core.node.BootId;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One election, fed by hand on a clock of its own. Nothing happens but what a test says: the others
 * speak when told to ({@link #hears}, {@link #pass}), operations end when told to ({@link
 * #confirm}, {@link #fails}). Effects are collected until {@link #forget}.
 */
final class Node {
    static final long MILLI = 1_000_000;

    final Member self;
    final RedisEndpoint redis;

    /** The local Redis; {@link #confirm} changes it as the operation would. */
    Report server = Report.fresh();

    private final ElectionSettings settings;
    private final Election election;
    private final List<Effect> effects = new ArrayList<>();
    private Step last;
    private Effect.@Nullable Operation newest;
    private long now = 1_000_000 * MILLI;
    private int passwords;
    private int ids;
    private long handoffs;

    private Node(int host, ElectionSettings settings) {
        self = new Member(Other.nodeId(host), new BootId(host));
        redis = new RedisEndpoint(self.node().address(), 6379);
        this.settings = settings;
        election = new Election(settings, self, redis, 1_000, () -> "secret" + ++passwords, now);
        last = step(new Input.Tick());
    }

    /** The node 10.0.0.{@code host}. */
    static Node at(int host) {
        return at(host, ElectionSettings.defaults());
    }

    static Node at(int host, ElectionSettings settings) {
        return new Node(host, settings);
    }

    /** The defaults, with K. */
    static ElectionSettings acknowledging(int replicas) {
        ElectionSettings d = ElectionSettings.defaults();
        return new ElectionSettings(
                d.heartbeatNanos(),
                d.peerTimeoutNanos(),
                d.deadlineNanos(),
                d.startGraceNanos(),
                d.coldStartNanos(),
                d.fence(),
                d.discoveryProvesIsolation(),
                d.isolationNanos(),
                replicas);
    }

    // what happens

    Step step(Input input) {
        last = election.step(input, now);
        effects.addAll(last.effects());
        for (Effect effect : last.effects()) {
            if (effect instanceof Effect.Operation operation) {
                newest = operation;
            }
        }
        return last;
    }

    Node tick() {
        step(new Input.Tick());
        return this;
    }

    /** Time passes tick by tick; who is alive sends its heartbeats. */
    Node pass(long millis, Other... alive) {
        long end = now + millis * MILLI;
        long beat = now;
        while (now < end) {
            now = Math.min(end, now + settings.tickNanos());
            if (now - beat >= settings.heartbeatNanos()) {
                beat = now;
                for (Other other : alive) {
                    hears(other);
                }
            }
            tick();
        }
        return this;
    }

    /** This process stands still for that long, and then gets a tick. */
    Node freeze(long millis) {
        now += millis * MILLI;
        return tick();
    }

    /** Discovery names itself and these. */
    Node finds(Other... others) {
        TreeSet<NodeId> nodes = new TreeSet<>(Arrays.stream(others).map(Other::node).toList());
        nodes.add(self.node());
        step(new Input.Discovered(nodes));
        return this;
    }

    Node findsNothing() {
        step(new Input.DiscoveryFailed("no answer"));
        return this;
    }

    /** These connect and say their first word. */
    Node meets(Other... others) {
        for (Other other : others) {
            step(new Input.PeerConnected(other.member));
            hears(other);
        }
        return this;
    }

    Node loses(Other other) {
        step(new Input.PeerDisconnected(other.member, "reset"));
        return this;
    }

    /** Its heartbeat. */
    Node hears(Other other) {
        return hears(other, other.heartbeat());
    }

    Node hears(Other other, PeerMessage message) {
        step(new Input.Received(other.member, message));
        return this;
    }

    Node observes(Report report) {
        server = report;
        return observes(report.seen());
    }

    Node observes(Observation observation) {
        step(new Input.Observed(observation));
        return this;
    }

    /** Its own ports are asked for a planned change of master. */
    Node handsOff(@Nullable Other to) {
        step(new Input.Handoff(++handoffs, to == null ? null : to.node()));
        return this;
    }

    /** Its relay has nothing under way any more. */
    Node isHeld(Leadership next) {
        step(new Input.RouteHeld(next));
        return this;
    }

    Node drains() {
        step(new Input.Drain("SIGTERM"));
        return this;
    }

    /** The newest operation ends well, and the local Redis is as it leaves it. */
    Node confirm() {
        Effect.Operation operation = operation();
        switch (operation) {
            case Effect.Detach _ -> server.detached();
            case Effect.Promote promote -> server.promoted(nextId(), promote.user().name());
            case Effect.Follow follow -> server.detached().following(follow.master());
            case Effect.Fetch fetch ->
                    server.at(fetch.target().id(), fetch.target().offset()).detached();
            case Effect.Authorise authorise -> server.user(authorise.user().name());
            case Effect.Prepare prepare -> server.user(prepare.user().name());
            case Effect.CatchUp catchUp ->
                    server.at(catchUp.position().id(), catchUp.position().offset());
            case Effect.Pause _, Effect.Unpause _, Effect.Require _ -> {}
            case Effect.StepDown _ -> server.following(RedisEndpoint.DEAD);
            case Effect.TakeOver take -> server.promoted(nextId(), take.user().name());
            case Effect.Salvage salvage -> {
                server.after(salvage.position().id(), salvage.position().offset() + 1);
                server.at(nextId(), salvage.position().offset()).detached();
                return ends(new Outcome.Salvaged(server.build(), "kept.rdb", 1000));
            }
            case Effect.TakeOffDuty _ ->
                    throw new IllegalArgumentException("another pod's Redis: use ends(OffDuty)");
        }
        return ends(new Outcome.Confirmed(server.build()));
    }

    Node fails() {
        return ends(new Outcome.Failed("as the test wants it"));
    }

    /** The newest operation ends so. */
    Node ends(Outcome outcome) {
        return ends(operation(), outcome);
    }

    Node ends(Effect.Operation operation, Outcome outcome) {
        step(new Input.OperationEnded(operation.number(), outcome));
        return this;
    }

    private ReplicationId nextId() {
        return new ReplicationId(
                String.format("%02d", self.node().address().low() & 0xff)
                        + String.format("%02d", ++ids).repeat(19));
    }

    // where it stands

    ElectionView view() {
        return last.view();
    }

    NodeState state() {
        return view().state();
    }

    Standing standing() {
        return view().standing();
    }

    Leadership leadership() {
        Leadership leadership = view().leadership();
        assertThat(leadership).as("leadership of %s, which waits: %s", self, waits()).isNotNull();
        return leadership;
    }

    LeaderNotice notice() {
        LeaderNotice notice = view().leader();
        assertThat(notice).as("leader of %s", self).isNotNull();
        return notice;
    }

    String waits() {
        return view().waitingFor();
    }

    long now() {
        return now;
    }

    Member member() {
        return self;
    }

    NodeId node() {
        return self.node();
    }

    // what it did

    /** Forgets the effects so far. */
    Node forget() {
        effects.clear();
        return this;
    }

    List<Effect> effects() {
        return List.copyOf(effects);
    }

    <E extends Effect> List<E> all(Class<E> type) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The last effect of this type. */
    <E extends Effect> E the(Class<E> type) {
        List<E> found = all(type);
        assertThat(found).as("%s among %s", type.getSimpleName(), effects).isNotEmpty();
        return found.getLast();
    }

    /** The newest operation, remembered beyond {@link #forget}. */
    Effect.Operation operation() {
        assertThat(newest).as("an operation of %s, which waits: %s", self, waits()).isNotNull();
        return newest;
    }

    /** Messages of this type, whoever they went to. */
    <M extends PeerMessage> List<M> said(Class<M> type) {
        return all(Effect.Send.class).stream()
                .map(Effect.Send::message)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    <M extends PeerMessage> List<M> said(Class<M> type, Other to) {
        return all(Effect.Send.class).stream()
                .filter(send -> send.to().equals(to.node()))
                .map(Effect.Send::message)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    List<Decision> decisions(int rule) {
        return all(Effect.Report.class).stream()
                .map(Effect.Report::decision)
                .filter(decision -> decision.rule() == rule)
                .toList();
    }

    Solicit solicit() {
        List<Solicit> said = said(Solicit.class);
        assertThat(said).as("solicits of %s, which waits: %s", self, waits()).isNotEmpty();
        return said.getLast();
    }

    Refusal refusal(Other to) {
        List<Refusal> said = said(Refusal.class, to);
        assertThat(said).as("refusals to %s among %s", to.member, effects).isNotEmpty();
        return said.getLast();
    }

    Heartbeat heartbeat() {
        return said(Heartbeat.class).getLast();
    }

    boolean promotes() {
        return !all(Effect.Promote.class).isEmpty();
    }

    /** Asserts that one thing was asked for before the other, and both were. */
    Node inOrder(Predicate<Effect> first, Predicate<Effect> second) {
        int one = index(first);
        int two = index(second);
        assertThat(one).as("the first of the two, among %s", effects).isNotNegative();
        assertThat(two).as("the second of the two, among %s", effects).isGreaterThan(one);
        return this;
    }

    private int index(Predicate<Effect> wanted) {
        for (int i = 0; i < effects.size(); i++) {
            if (wanted.test(effects.get(i))) {
                return i;
            }
        }
        return -1;
    }

    // whole scenes

    /** These answer the election that this node has asked for. */
    Node answered(Other... others) {
        return answered(List.of(others));
    }

    Node answered(Collection<Other> others) {
        long epoch = solicit().epoch();
        others.forEach(other -> hears(other, other.answer(epoch)));
        return this;
    }

    /**
     * It has come to lead these, who are empty or behind it, from a cold start with what its server
     * holds.
     */
    Node leading(Other... others) {
        finds(others).meets(others).observes(server);
        pass(40, others);
        until(() -> !said(Solicit.class).isEmpty() || others.length == 0, others);
        if (others.length == 0) {
            until(() -> !all(Effect.Detach.class).isEmpty());
        }
        confirm();
        if (others.length > 0) {
            answered(others);
        }
        confirm();
        assertThat(state()).as(waits()).isEqualTo(NodeState.LEADING);
        for (Other other : others) {
            other.follows(leadership());
            hears(other);
        }
        observes(server);
        return forget();
    }

    /** It follows this leader, in sync, with the others that also follow. */
    Node following(Other leader, LeaderNotice notice, Other... others) {
        finds(all(leader, others)).meets(all(leader, others)).observes(server);
        hears(leader, notice);
        for (Other other : others) {
            hears(other.follows(notice.leadership()));
        }
        confirm();
        if (leader.standing().holding() instanceof Holding.Lineage(Position position)) {
            server.at(position.id(), position.offset()).keys(leader.standing().keys());
        }
        observes(server.following(leader.redis).up());
        hears(leader);
        observes(server);
        assertThat(state()).isEqualTo(NodeState.FOLLOWING);
        return forget();
    }

    private static Other[] all(Other leader, Other... others) {
        List<Other> all = new ArrayList<>(List.of(others));
        all.addFirst(leader);
        return all.toArray(Other[]::new);
    }

    /** Time passes until this holds; bounded. */
    Node until(BooleanSupplier holds, Other... alive) {
        for (int i = 0; i < 1000 && !holds.getAsBoolean(); i++) {
            pass(25);
            for (Other other : alive) {
                hears(other);
            }
        }
        assertThat(holds.getAsBoolean()).as("%s waits: %s", self, waits()).isTrue();
        return this;
    }

    RedisReport report() {
        return server.build();
    }
}

package io.hive.proxy.metrics;

import io.hive.core.node.NodeState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/**
 * The metrics of one sidecar. Each part is bound once; what is bound is held for as long as this
 * is.
 */
public final class HiveMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Micrometer refers to what it reads weakly, and would lose it. */
    private final List<Object> sources = new CopyOnWriteArrayList<>();

    private final Families families = new Families();

    private final JvmGcMetrics collections = new JvmGcMetrics();

    /**
     * Starts with what needs no other part: the version and the JVM.
     *
     * @param version of Hive
     */
    public HiveMetrics(String version) {
        Gauge.builder(Metric.HIVE_BUILD_INFO.meterName(), () -> 1)
                .description(Metric.HIVE_BUILD_INFO.help())
                .tag(Metric.HIVE_BUILD_INFO.label(), version)
                .register(registry);
        registry.getPrometheusRegistry().register(families);
        families.numbers(Metric.HIVE_MEMORY_BYTES, ProcessMemory::areas);
        collections.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** Where a part may register more of its own. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Everything in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    /** Binds what the journal counts; every rule shows from the start, at zero. */
    public void bind(DecisionCounts journal) {
        sources.add(journal);
        for (int rule = 0; rule <= DecisionCounts.LAST_RULE; rule++) {
            int number = rule;
            labelled(
                    Metric.HIVE_DECISIONS_TOTAL,
                    Integer.toString(rule),
                    journal,
                    counts -> (double) counts.decisions(number));
        }
        value(Metric.HIVE_LOST_BYTES_TOTAL, journal, DecisionCounts::lostBytes);
        for (DecisionCounts.Whose whose : DecisionCounts.Whose.values()) {
            String label = whose.name().toLowerCase(Locale.ROOT);
            labelled(
                    Metric.HIVE_DROPPED_KEYS_TOTAL,
                    label,
                    journal,
                    counts -> (double) counts.droppedKeys(whose));
            labelled(
                    Metric.HIVE_DROPPED_WRITES_TOTAL,
                    label,
                    journal,
                    counts -> (double) counts.droppedWrites(whose));
            labelled(
                    Metric.HIVE_DROPPED_BYTES_TOTAL,
                    label,
                    journal,
                    counts -> (double) counts.droppedBytes(whose));
        }
        value(Metric.HIVE_SALVAGED_FILES_TOTAL, journal, DecisionCounts::salvagedFiles);
        value(Metric.HIVE_SALVAGED_BYTES_TOTAL, journal, DecisionCounts::salvagedBytes);
        value(Metric.HIVE_SALVAGE_FAILURES_TOTAL, journal, DecisionCounts::salvageFailures);
    }

    /** Binds what the election says. */
    public void bind(NodeFacts node) {
        sources.add(node);
        value(Metric.HIVE_STATE, node, facts -> facts.state().code());
        value(Metric.HIVE_LEADER, node, facts -> flag(facts.state() == NodeState.LEADING));
        value(Metric.HIVE_READY, node, facts -> flag(facts.ready()));
        value(Metric.HIVE_EPOCH, node, NodeFacts::epoch);
        value(Metric.HIVE_MEMBERS, node, NodeFacts::members);
        value(Metric.HIVE_MEMBERS_LIVE, node, NodeFacts::membersLive);
    }

    /** Binds what the local Redis says. */
    public void bind(RedisFacts redis) {
        sources.add(redis);
        value(Metric.HIVE_REDIS_UP, redis, facts -> flag(facts.up()));
        value(Metric.HIVE_REDIS_MASTER, redis, facts -> flag(facts.master()));
        value(Metric.HIVE_REDIS_LOADING, redis, facts -> flag(facts.loading()));
        value(Metric.HIVE_REDIS_OFFSET_BYTES, redis, RedisFacts::offsetBytes);
        value(
                Metric.HIVE_REDIS_LAG_BYTES,
                redis,
                facts -> facts.lagBytes().isPresent() ? facts.lagBytes().getAsLong() : Double.NaN);
        value(Metric.HIVE_REDIS_KEYS, redis, RedisFacts::keys);
        value(Metric.HIVE_REDIS_REPLICAS, redis, RedisFacts::replicas);
    }

    /** Binds what the mesh counts. */
    public void bind(PeerCounts peers) {
        sources.add(peers);
        value(Metric.HIVE_PEERS_CONNECTED, peers, PeerCounts::connected);
        value(Metric.HIVE_PEER_CONNECTIONS_TOTAL, peers, PeerCounts::connections);
        value(Metric.HIVE_PEER_DISCONNECTIONS_TOTAL, peers, PeerCounts::disconnections);
        value(Metric.HIVE_PEER_REFUSED_TOTAL, peers, PeerCounts::refused);
        value(Metric.HIVE_PEER_MALFORMED_TOTAL, peers, PeerCounts::malformed);
        value(Metric.HIVE_PEER_MESSAGES_SENT_TOTAL, peers, PeerCounts::messagesSent);
        value(Metric.HIVE_PEER_MESSAGES_RECEIVED_TOTAL, peers, PeerCounts::messagesReceived);
    }

    /** Binds what the relay counts. */
    public void bind(RelayCounts relay) {
        sources.add(relay);
        value(Metric.HIVE_RELAY_CLIENTS, relay, RelayCounts::clients);
        value(Metric.HIVE_RELAY_LANES, relay, RelayCounts::lanes);
        value(Metric.HIVE_RELAY_PINNED, relay, RelayCounts::pinned);
        value(Metric.HIVE_RELAY_IDLE, relay, RelayCounts::idle);
        value(Metric.HIVE_RELAY_PARKED, relay, RelayCounts::parked);
        value(Metric.HIVE_RELAY_PARKED_BYTES, relay, RelayCounts::parkedBytes);
        value(Metric.HIVE_RELAY_KEPT_BYTES, relay, RelayCounts::keptBytes);
        value(Metric.HIVE_RELAY_HELD, relay, RelayCounts::held);
        value(Metric.HIVE_RELAY_HELD_BYTES, relay, RelayCounts::heldBytes);
        value(Metric.HIVE_RELAY_CLIENTS_ACCEPTED_TOTAL, relay, RelayCounts::accepted);
        value(Metric.HIVE_RELAY_CLIENTS_REFUSED_TOTAL, relay, RelayCounts::refused);
        value(Metric.HIVE_RELAY_COMMANDS_TOTAL, relay, RelayCounts::commands);
        value(Metric.HIVE_RELAY_RECEIVED_BYTES_TOTAL, relay, RelayCounts::receivedBytes);
        value(Metric.HIVE_RELAY_SENT_BYTES_TOTAL, relay, RelayCounts::sentBytes);
        value(Metric.HIVE_RELAY_PARKS_TOTAL, relay, RelayCounts::parks);
        value(Metric.HIVE_RELAY_PARKED_SECONDS_TOTAL, relay, RelayCounts::parkedSeconds);
        value(Metric.HIVE_RELAY_RETRIED_TOTAL, relay, RelayCounts::retried);
        value(Metric.HIVE_RELAY_CLIENTS_CUT_TOTAL, relay, RelayCounts::clientsCut);
        value(Metric.HIVE_RELAY_PROTOCOL_ERRORS_TOTAL, relay, RelayCounts::protocolErrors);
        for (CommandClass kind : CommandClass.values()) {
            labelled(
                    Metric.HIVE_RELAY_SENT_COMMANDS_TOTAL,
                    kind.name().toLowerCase(Locale.ROOT),
                    relay,
                    counts -> (double) counts.sent(kind));
        }
        for (ClientError code : ClientError.values()) {
            labelled(
                    Metric.HIVE_RELAY_ERRORS_TOTAL,
                    code.name(),
                    relay,
                    counts -> (double) counts.errors(code));
        }
    }

    /** Binds what the port for reads does. */
    public void bind(ReadFacts reads) {
        sources.add(reads);
        value(Metric.HIVE_READS_SOURCE, reads, ReadFacts::source);
        value(Metric.HIVE_READS_LAG_SECONDS, reads, facts -> facts.lagSeconds().orElse(Double.NaN));
        value(Metric.HIVE_READS_MOVES_TOTAL, reads, ReadFacts::moves);
        value(Metric.HIVE_READS_CLIENTS, reads, ReadFacts::clients);
        value(Metric.HIVE_READS_CLIENTS_ACCEPTED_TOTAL, reads, ReadFacts::accepted);
        value(Metric.HIVE_READS_PARKED, reads, ReadFacts::parked);
        value(Metric.HIVE_READS_COMMANDS_TOTAL, reads, ReadFacts::commands);
        value(Metric.HIVE_READS_RECEIVED_BYTES_TOTAL, reads, ReadFacts::receivedBytes);
        value(Metric.HIVE_READS_SENT_BYTES_TOTAL, reads, ReadFacts::sentBytes);
        value(Metric.HIVE_READS_WRITES_REFUSED_TOTAL, reads, ReadFacts::writesRefused);
    }

    /** Binds what the control loop counts. */
    public void bind(ControlCounts control) {
        sources.add(control);
        value(Metric.HIVE_CONTROL_QUEUE, control, ControlCounts::queued);
        value(Metric.HIVE_CONTROL_DROPPED_TOTAL, control, ControlCounts::dropped);
    }

    /** Binds who leads. */
    public void bind(LeaderFacts leader) {
        sources.add(leader);
        families.numbers(
                Metric.HIVE_LEADER_INFO,
                () -> {
                    String name = leader.leader();
                    return name == null ? Map.of() : Map.of(name, 1.0);
                });
        value(Metric.HIVE_LEADER_SINCE_TIMESTAMP_SECONDS, leader, LeaderFacts::leaderSince);
        families.numbers(
                Metric.HIVE_LEADER_CHANGES_TOTAL,
                () ->
                        Families.each(
                                LeaderChange.values(),
                                LeaderChange::word,
                                reason -> (double) leader.changes(reason)));
        families.numbers(
                Metric.HIVE_LEADER_CHANGE_REASON,
                () ->
                        Families.each(
                                LeaderChange.values(),
                                LeaderChange::word,
                                reason -> flag(leader.lastChange() == reason)));
        value(Metric.HIVE_NO_MASTER_SECONDS_TOTAL, leader, LeaderFacts::noMasterSeconds);
        families.durations(
                Metric.HIVE_INTERRUPTION_SECONDS, () -> Map.of("", leader.interruptions()));
        families.durations(
                Metric.HIVE_HANDOVER_PAUSE_SECONDS,
                () -> Families.each(HoldEnd.values(), HoldEnd::word, leader::holds));
        families.durations(
                Metric.HIVE_ELECTION_SECONDS,
                () -> Families.each(ElectionEnd.values(), ElectionEnd::word, leader::elections));
    }

    /** Binds what is known of the members. */
    public void bind(MemberFacts members) {
        sources.add(members);
        member(Metric.HIVE_MEMBER_STATE, members, fact -> fact.state().code());
        member(Metric.HIVE_MEMBER_LIVE, members, fact -> flag(fact.live()));
        member(Metric.HIVE_MEMBER_HEARD_SECONDS, members, MemberFacts.Fact::heardSeconds);
        member(Metric.HIVE_MEMBER_LAG_BYTES, members, MemberFacts.Fact::lagBytes);
    }

    private void member(
            Metric metric, MemberFacts members, ToDoubleFunction<MemberFacts.Fact> reader) {
        families.numbers(
                metric,
                () -> {
                    Map<String, Double> values = new LinkedHashMap<>();
                    members.all()
                            .forEach(fact -> values.put(fact.member(), reader.applyAsDouble(fact)));
                    return values;
                });
    }

    /** Binds what was timed. */
    public void bind(TimingFacts timing) {
        sources.add(timing);
        families.durations(Metric.HIVE_RELAY_LATENCY_SECONDS, timing::latencies);
        families.durations(Metric.HIVE_EVENT_LOOP_LAG_SECONDS, timing::loopLags);
    }

    /** Binds what the HTTP port counts. */
    public void bind(AdminCounts admin) {
        sources.add(admin);
        value(Metric.HIVE_ADMIN_STREAMS, admin, AdminCounts::streams);
        for (AdminCounts.Reason reason : AdminCounts.Reason.values()) {
            labelled(
                    Metric.HIVE_ADMIN_REJECTED_TOTAL,
                    reason.word(),
                    admin,
                    counts -> (double) counts.rejected(reason));
        }
    }

    /** Ends the listening to the JVM's collections. */
    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private <T> void value(Metric metric, T source, ToDoubleFunction<T> reader) {
        switch (metric.kind()) {
            case GAUGE ->
                    Gauge.builder(metric.meterName(), source, reader)
                            .description(metric.help())
                            .register(registry);
            case COUNTER ->
                    FunctionCounter.builder(metric.meterName(), source, reader)
                            .description(metric.help())
                            .register(registry);
            case HISTOGRAM -> throw new IllegalArgumentException(metric + " is no number");
        }
    }

    private <T> void labelled(Metric metric, String value, T source, ToDoubleFunction<T> reader) {
        FunctionCounter.builder(metric.meterName(), source, reader)
                .description(metric.help())
                .tag(metric.label(), value)
                .register(registry);
    }

    private static double flag(boolean value) {
        return value ? 1 : 0;
    }
}

package io.hive.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HiveMetricsTest {
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-z0-9_]+)(\\{[a-z_]+=\"[^\"]*\"(?:,[a-z_]+=\"[^\"]*\")*\\})? (\\S+)");
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ([a-z0-9_]+) (.*)");

    private final HiveMetrics metrics = new HiveMetrics("1.2.3");

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void everyMetricOfTheTableAndNoOther() {
        bindAll();
        Scrape scrape = scrape();
        assertThat(scrape.types().keySet().stream().filter(name -> name.startsWith("hive_")))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Metric.values()).map(Metric::prometheusName).toList());
        for (Metric metric : Metric.values()) {
            String name = metric.prometheusName();
            assertThat(scrape.types()).containsEntry(name, word(metric.kind()));
            assertThat(scrape.helps()).containsEntry(name, metric.help());
            String sampled = metric.kind() == Metric.Kind.HISTOGRAM ? name + "_count" : name;
            assertThat(scrape.samples().keySet())
                    .as(name)
                    .anyMatch(sample -> sample.equals(sampled) || sample.startsWith(sampled + "{"));
            assertThat(scrape.samples().keySet().stream().filter(s -> s.startsWith(sampled + "{")))
                    .as(name + " has the label of the table and no other")
                    .allMatch(s -> s.matches("[a-z0-9_]+\\{" + metric.label() + "=\"[^\"]*\"\\}"));
        }
    }

    @Test
    void values() {
        bindAll();
        assertThat(scrape().samples())
                .containsEntry("hive_build_info{version=\"1.2.3\"}", 1.0)
                .containsEntry("hive_state", 4.0)
                .containsEntry("hive_leader", 1.0)
                .containsEntry("hive_ready", 1.0)
                .containsEntry("hive_epoch", 7.0)
                .containsEntry("hive_members", 3.0)
                .containsEntry("hive_members_live", 2.0)
                .containsEntry("hive_decisions_total{rule=\"9\"}", 9.0)
                .containsEntry("hive_decisions_total{rule=\"0\"}", 0.0)
                .containsEntry("hive_lost_bytes_total", 55.0)
                .containsEntry("hive_dropped_keys_total{whose=\"own\"}", 56.0)
                .containsEntry("hive_dropped_keys_total{whose=\"others\"}", 57.0)
                .containsEntry("hive_dropped_writes_total{whose=\"own\"}", 58.0)
                .containsEntry("hive_dropped_bytes_total{whose=\"others\"}", 61.0)
                .containsEntry("hive_salvaged_files_total", 62.0)
                .containsEntry("hive_salvaged_bytes_total", 63.0)
                .containsEntry("hive_salvage_failures_total", 64.0)
                .containsEntry("hive_redis_up", 1.0)
                .containsEntry("hive_redis_master", 0.0)
                .containsEntry("hive_redis_loading", 1.0)
                .containsEntry("hive_redis_offset_bytes", 12345678901.0)
                .containsEntry("hive_redis_lag_bytes", Double.NaN)
                .containsEntry("hive_redis_keys", 10.0)
                .containsEntry("hive_redis_replicas", 2.0)
                .containsEntry("hive_peers_connected", 2.0)
                .containsEntry("hive_peer_connections_total", 11.0)
                .containsEntry("hive_peer_disconnections_total", 12.0)
                .containsEntry("hive_peer_refused_total", 13.0)
                .containsEntry("hive_peer_malformed_total", 14.0)
                .containsEntry("hive_peer_messages_sent_total", 15.0)
                .containsEntry("hive_peer_messages_received_total", 16.0)
                .containsEntry("hive_relay_clients", 21.0)
                .containsEntry("hive_relay_lanes", 22.0)
                .containsEntry("hive_relay_pinned", 23.0)
                .containsEntry("hive_relay_parked", 24.0)
                .containsEntry("hive_relay_parked_bytes", 25.0)
                .containsEntry("hive_relay_idle", 33.0)
                .containsEntry("hive_relay_kept_bytes", 34.0)
                .containsEntry("hive_relay_held", 35.0)
                .containsEntry("hive_relay_held_bytes", 36.0)
                .containsEntry("hive_relay_clients_accepted_total", 26.0)
                .containsEntry("hive_relay_clients_refused_total", 27.0)
                .containsEntry("hive_relay_commands_total", 28.0)
                .containsEntry("hive_relay_received_bytes_total", 29.0)
                .containsEntry("hive_relay_sent_bytes_total", 30.0)
                .containsEntry("hive_relay_errors_total{code=\"NOMASTER\"}", 108.0)
                .containsEntry("hive_relay_errors_total{code=\"NOACK\"}", 105.0)
                .containsEntry("hive_reads_source", 2.0)
                .containsEntry("hive_reads_lag_seconds", 0.5)
                .containsEntry("hive_reads_moves_total", 41.0)
                .containsEntry("hive_reads_clients", 42.0)
                .containsEntry("hive_reads_clients_accepted_total", 43.0)
                .containsEntry("hive_reads_parked", 44.0)
                .containsEntry("hive_reads_commands_total", 45.0)
                .containsEntry("hive_reads_received_bytes_total", 46.0)
                .containsEntry("hive_reads_sent_bytes_total", 47.0)
                .containsEntry("hive_reads_writes_refused_total", 48.0)
                .containsEntry("hive_relay_sent_commands_total{kind=\"read\"}", 34.0)
                .containsEntry("hive_relay_sent_commands_total{kind=\"write\"}", 35.0)
                .containsEntry("hive_relay_parks_total", 70.0)
                .containsEntry("hive_relay_parked_seconds_total", 7.25)
                .containsEntry("hive_relay_retried_total", 71.0)
                .containsEntry("hive_relay_clients_cut_total", 72.0)
                .containsEntry("hive_relay_protocol_errors_total", 73.0)
                .containsEntry("hive_leader_info{leader=\"10.0.0.1:3000\"}", 1.0)
                .containsEntry("hive_leader_since_timestamp_seconds", 1000.5)
                .containsEntry("hive_leader_changes_total{reason=\"lost\"}", 4.0)
                .containsEntry("hive_leader_change_reason{reason=\"handover\"}", 1.0)
                .containsEntry("hive_leader_change_reason{reason=\"lost\"}", 0.0)
                .containsEntry("hive_no_master_seconds_total", 2.5)
                .containsEntry("hive_interruption_seconds_count", 2.0)
                .containsEntry("hive_interruption_seconds_sum", 0.75)
                .containsEntry("hive_interruption_seconds_bucket{le=\"0.262144\"}", 1.0)
                .containsEntry("hive_interruption_seconds_bucket{le=\"0.524288\"}", 2.0)
                .containsEntry("hive_interruption_seconds_bucket{le=\"+Inf\"}", 2.0)
                .containsEntry("hive_handover_pause_seconds_count{outcome=\"done\"}", 2.0)
                .containsEntry("hive_handover_pause_seconds_count{outcome=\"lost\"}", 0.0)
                .containsEntry("hive_election_seconds_count{outcome=\"follows\"}", 2.0)
                .containsEntry("hive_member_state{member=\"10.0.0.2:3000\"}", 3.0)
                .containsEntry("hive_member_live{member=\"10.0.0.2:3000\"}", 0.0)
                .containsEntry("hive_member_heard_seconds{member=\"10.0.0.2:3000\"}", 1.5)
                .containsEntry("hive_member_lag_bytes{member=\"10.0.0.2:3000\"}", Double.NaN)
                .containsEntry("hive_relay_latency_seconds_count{lane=\"db0\"}", 2.0)
                .containsEntry("hive_event_loop_lag_seconds_count{loop=\"relay-0\"}", 2.0)
                .containsEntry("hive_admin_streams", 4.0)
                .containsEntry("hive_admin_rejected_total{reason=\"cross_site\"}", 10.0)
                .hasEntrySatisfying(
                        "hive_memory_bytes{area=\"rss_anon\"}",
                        bytes -> assertThat(bytes).isGreaterThan(1e6))
                .containsEntry("hive_control_queue", 31.0)
                .containsEntry("hive_control_dropped_total", 32.0);
    }

    @Test
    void theJvmIsThere() {
        assertThat(scrape().samples().keySet())
                .anyMatch(name -> name.startsWith("jvm_memory_used_bytes{"))
                .anyMatch(name -> name.startsWith("jvm_threads_live_threads"))
                .anyMatch(name -> name.startsWith("jvm_gc_"))
                .contains("process_uptime_seconds");
    }

    /** What is bound is read by reference alone, and must not be collected as garbage. */
    @Test
    void valuesStay() {
        bindAll();
        System.gc();
        assertThat(scrape().samples())
                .containsEntry("hive_epoch", 7.0)
                .containsEntry("hive_peer_refused_total", 13.0);
    }

    @Test
    void documentListsThemAll() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "metrics.md")))
                .as("replace the table in docs/metrics.md by this one")
                .contains(table());
    }

    private static String table() {
        return Arrays.stream(Metric.values())
                .map(metric ->
                        "| `"
                                + metric.prometheusName()
                                + "` | "
                                + word(metric.kind())
                                + " | "
                                + (metric.label().isEmpty() ? "" : "`" + metric.label() + "`")
                                + " | "
                                + metric.help()
                                + " |\n")
                .collect(
                        Collectors.joining(
                                "", "| name | type | label | meaning |\n|---|---|---|---|\n", ""));
    }

    private static String word(Metric.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private record Scrape(
            Map<String, String> helps, Map<String, String> types, Map<String, Double> samples) {}

    private Scrape scrape() {
        Scrape scrape = new Scrape(new HashMap<>(), new HashMap<>(), new HashMap<>());
        metrics.scrape()
                .lines()
                .forEach(line -> {
                    Matcher comment = COMMENT.matcher(line);
                    Matcher sample = SAMPLE.matcher(line);
                    if (comment.matches()) {
                        (comment.group(1).equals("HELP") ? scrape.helps() : scrape.types())
                                .put(comment.group(2), comment.group(3).strip());
                    } else {
                        assertThat(sample.matches()).as(line).isTrue();
                        String labels = sample.group(2) == null ? "" : sample.group(2);
                        scrape.samples()
                                .put(sample.group(1) + labels, Double.valueOf(sample.group(3)));
                    }
                });
        return scrape;
    }

    private void bindAll() {
        metrics.bind(
                new NodeFacts() {
                    @Override
                    public NodeState state() {
                        return NodeState.LEADING;
                    }

                    @Override
                    public boolean ready() {
                        return true;
                    }

                    @Override
                    public long epoch() {
                        return 7;
                    }

                    @Override
                    public int members() {
                        return 3;
                    }

                    @Override
                    public int membersLive() {
                        return 2;
                    }
                });
        metrics.bind(
                new DecisionCounts() {
                    @Override
                    public long decisions(int rule) {
                        return rule;
                    }

                    @Override
                    public long lostBytes() {
                        return 55;
                    }

                    @Override
                    public long droppedKeys(Whose whose) {
                        return whose == Whose.OWN ? 56 : 57;
                    }

                    @Override
                    public long droppedWrites(Whose whose) {
                        return whose == Whose.OWN ? 58 : 59;
                    }

                    @Override
                    public long droppedBytes(Whose whose) {
                        return whose == Whose.OWN ? 60 : 61;
                    }

                    @Override
                    public long salvagedFiles() {
                        return 62;
                    }

                    @Override
                    public long salvagedBytes() {
                        return 63;
                    }

                    @Override
                    public long salvageFailures() {
                        return 64;
                    }
                });
        metrics.bind(
                new RedisFacts() {
                    @Override
                    public boolean up() {
                        return true;
                    }

                    @Override
                    public boolean master() {
                        return false;
                    }

                    @Override
                    public boolean loading() {
                        return true;
                    }

                    @Override
                    public long offsetBytes() {
                        return 12345678901L;
                    }

                    @Override
                    public OptionalLong lagBytes() {
                        return OptionalLong.empty();
                    }

                    @Override
                    public long keys() {
                        return 10;
                    }

                    @Override
                    public int replicas() {
                        return 2;
                    }
                });
        metrics.bind(
                new PeerCounts() {
                    @Override
                    public int connected() {
                        return 2;
                    }

                    @Override
                    public long connections() {
                        return 11;
                    }

                    @Override
                    public long disconnections() {
                        return 12;
                    }

                    @Override
                    public long refused() {
                        return 13;
                    }

                    @Override
                    public long malformed() {
                        return 14;
                    }

                    @Override
                    public long messagesSent() {
                        return 15;
                    }

                    @Override
                    public long messagesReceived() {
                        return 16;
                    }
                });
        metrics.bind(
                new RelayCounts() {
                    @Override
                    public int clients() {
                        return 21;
                    }

                    @Override
                    public int lanes() {
                        return 22;
                    }

                    @Override
                    public int pinned() {
                        return 23;
                    }

                    @Override
                    public int idle() {
                        return 33;
                    }

                    @Override
                    public long parked() {
                        return 24;
                    }

                    @Override
                    public long parkedBytes() {
                        return 25;
                    }

                    @Override
                    public long keptBytes() {
                        return 34;
                    }

                    @Override
                    public long held() {
                        return 35;
                    }

                    @Override
                    public long heldBytes() {
                        return 36;
                    }

                    @Override
                    public long accepted() {
                        return 26;
                    }

                    @Override
                    public long refused() {
                        return 27;
                    }

                    @Override
                    public long commands() {
                        return 28;
                    }

                    @Override
                    public long receivedBytes() {
                        return 29;
                    }

                    @Override
                    public long sentBytes() {
                        return 30;
                    }

                    @Override
                    public long sent(CommandClass kind) {
                        return 30L + kind.name().length();
                    }

                    @Override
                    public long parks() {
                        return 70;
                    }

                    @Override
                    public double parkedSeconds() {
                        return 7.25;
                    }

                    @Override
                    public long retried() {
                        return 71;
                    }

                    @Override
                    public long clientsCut() {
                        return 72;
                    }

                    @Override
                    public long protocolErrors() {
                        return 73;
                    }

                    @Override
                    public long errors(ClientError code) {
                        return 100L + code.name().length();
                    }
                });
        bindLookersOn();
        metrics.bind(
                new ReadFacts() {
                    @Override
                    public int source() {
                        return 2;
                    }

                    @Override
                    public OptionalDouble lagSeconds() {
                        return OptionalDouble.of(0.5);
                    }

                    @Override
                    public long moves() {
                        return 41;
                    }

                    @Override
                    public int clients() {
                        return 42;
                    }

                    @Override
                    public long accepted() {
                        return 43;
                    }

                    @Override
                    public long parked() {
                        return 44;
                    }

                    @Override
                    public long commands() {
                        return 45;
                    }

                    @Override
                    public long receivedBytes() {
                        return 46;
                    }

                    @Override
                    public long sentBytes() {
                        return 47;
                    }

                    @Override
                    public long writesRefused() {
                        return 48;
                    }
                });
        metrics.bind(
                new ControlCounts() {
                    @Override
                    public int queued() {
                        return 31;
                    }

                    @Override
                    public long dropped() {
                        return 32;
                    }
                });
    }

    /** A quarter of a second and a half. */
    private static Durations twoTimes() {
        Histogram histogram = new Histogram();
        histogram.record(250_000_000, 1);
        histogram.record(500_000_000, 1);
        return histogram.read();
    }

    private void bindLookersOn() {
        metrics.bind(
                new LeaderFacts() {
                    @Override
                    public String leader() {
                        return "10.0.0.1:3000";
                    }

                    @Override
                    public double leaderSince() {
                        return 1000.5;
                    }

                    @Override
                    public long changes(LeaderChange reason) {
                        return reason.name().length();
                    }

                    @Override
                    public LeaderChange lastChange() {
                        return LeaderChange.HANDOVER;
                    }

                    @Override
                    public double noMasterSeconds() {
                        return 2.5;
                    }

                    @Override
                    public Durations interruptions() {
                        return twoTimes();
                    }

                    @Override
                    public Durations holds(HoldEnd end) {
                        return end == HoldEnd.DONE ? twoTimes() : Durations.NONE;
                    }

                    @Override
                    public Durations elections(ElectionEnd end) {
                        return end == ElectionEnd.FOLLOWS ? twoTimes() : Durations.NONE;
                    }
                });
        metrics.bind(
                (MemberFacts)
                        () ->
                                List.of(
                                        new MemberFacts.Fact(
                                                "10.0.0.1:3000", NodeState.LEADING, true, 0, 0),
                                        new MemberFacts.Fact(
                                                "10.0.0.2:3000",
                                                NodeState.FOLLOWING,
                                                false,
                                                1.5,
                                                Double.NaN)));
        metrics.bind(
                new TimingFacts() {
                    @Override
                    public Map<String, Durations> latencies() {
                        return Map.of("db0", twoTimes());
                    }

                    @Override
                    public Map<String, Durations> loopLags() {
                        return Map.of("relay-0", twoTimes());
                    }
                });
        metrics.bind(
                new AdminCounts() {
                    @Override
                    public int streams() {
                        return 4;
                    }

                    @Override
                    public long rejected(Reason reason) {
                        return reason.name().length();
                    }
                });
    }
}

package io.hive.election.sim;

import io.hive.core.node.NodeState;
import io.hive.election.Effect;
import io.hive.election.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What was injected and what was decided, over one simulation or many. */
final class SimStatistics implements SimWatcher {
    private final Map<SimFault, long[]> faults = new EnumMap<>(SimFault.class);
    private final Map<Integer, Long> decisions = new TreeMap<>();
    long simulations;
    long events;
    long virtualNanos;
    long promotions;
    long failedOperations;
    long written;
    long acknowledged;
    long lost;
    long slowestRecoveryNanos;

    void fault(SimFault kind, boolean duringElection) {
        long[] counts = faults.computeIfAbsent(kind, k -> new long[2]);
        counts[0]++;
        if (duringElection) {
            counts[1]++;
        }
    }

    @Override
    public void emitted(SimNode node, Effect effect) {
        if (effect instanceof Effect.Report report) {
            decisions.merge(report.decision().rule(), 1L, Long::sum);
        }
    }

    @Override
    public void ended(SimNode node, Effect.Operation operation, Outcome outcome) {
        if (outcome instanceof Outcome.Failed) {
            failedOperations++;
        } else if (operation instanceof Effect.Promote) {
            promotions++;
        }
    }

    void add(SimStatistics other) {
        other.faults.forEach((kind, counts) -> {
            long[] sum = faults.computeIfAbsent(kind, k -> new long[2]);
            sum[0] += counts[0];
            sum[1] += counts[1];
        });
        other.decisions.forEach((rule, count) -> decisions.merge(rule, count, Long::sum));
        simulations += other.simulations;
        events += other.events;
        virtualNanos += other.virtualNanos;
        promotions += other.promotions;
        failedOperations += other.failedOperations;
        written += other.written;
        acknowledged += other.acknowledged;
        lost += other.lost;
        slowestRecoveryNanos = Math.max(slowestRecoveryNanos, other.slowestRecoveryNanos);
    }

    /** Whether any node is in an election now. */
    static boolean electing(SimHive hive) {
        for (SimPod pod : hive.allPods()) {
            SimNode node = pod.sidecar;
            if (node != null && node.view() != null && node.view().state() == NodeState.PROPOSING) {
                return true;
            }
        }
        return false;
    }

    String table() {
        StringBuilder text = new StringBuilder();
        line(text, "simulations", simulations);
        line(text, "virtual hours", virtualNanos / (3600 * SimTime.SECOND));
        line(text, "events", events);
        line(text, "promotions confirmed", promotions);
        line(text, "operations that failed", failedOperations);
        line(text, "writes sent", written);
        line(text, "writes acknowledged", acknowledged);
        line(text, "of these lost with the Redises that held them", lost);
        text.append(
                String.format(
                        "%-48s %12s s%n",
                        "slowest recovery once faults stopped",
                        SimTime.seconds(slowestRecoveryNanos)));
        text.append(String.format("%n%-30s %12s %20s%n", "fault", "injected", "in an election"));
        faults.forEach((kind, counts) ->
                text.append(
                        String.format("%-30s %12d %20d%n", kind.label(), counts[0], counts[1])));
        text.append(String.format("%n%-30s %12s%n", "decided by rule", "times"));
        decisions.forEach((rule, count) ->
                text.append(
                        String.format(
                                "%-30s %12d%n",
                                rule == 0 ? "none in particular" : "rule " + rule, count)));
        return text.toString();
    }

    private static void line(StringBuilder text, String label, long value) {
        text.append(String.format("%-48s %12d%n", label, value));
    }
}

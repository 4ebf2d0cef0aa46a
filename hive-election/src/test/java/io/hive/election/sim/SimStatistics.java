package io.hive.election.sim;

import io.hive.core.node.NodeState;
import io.hive.election.Effect;
import io.hive.election.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was injected and what was decided, over one simulation or many: counters by name, so that
 * they can be added up and written down.
 */
final class SimStatistics implements SimWatcher {
    static final String SLOWEST = "slowest-recovery-nanos";
    private static final String FAULT = "fault.";
    private static final String DURING = "fault-in-election.";
    private static final String RULE = "rule.";
    private static final String VIOLATED = "violated.";

    private final Map<String, Long> counters = new TreeMap<>();

    private void count(String name, long by) {
        counters.merge(name, by, Long::sum);
    }

    long value(String name) {
        return counters.getOrDefault(name, 0L);
    }

    long promotions() {
        return value("promotions");
    }

    void fault(SimFault kind, boolean duringElection) {
        count(FAULT + kind, 1);
        if (duringElection) {
            count(DURING + kind, 1);
        }
    }

    void violated(SimInvariant invariant) {
        count(VIOLATED + invariant, 1);
    }

    /** The end of one simulation. */
    void ended(SimOptions options, SimScheduler scheduler, SimClients clients) {
        count("simulations", 1);
        count("nodes", options.nodes());
        count("events", scheduler.executed());
        count("virtual-millis", scheduler.now() / SimTime.MILLI);
        count("written", clients.written());
        count("acknowledged", clients.acknowledged().cardinality());
    }

    void lost(long writes) {
        count("lost", writes);
    }

    void recovered(long nanos) {
        counters.merge(SLOWEST, nanos, Math::max);
    }

    @Override
    public void emitted(SimNode node, Effect effect) {
        if (effect instanceof Effect.Report report) {
            count(RULE + report.decision().rule(), 1);
        }
    }

    @Override
    public void ended(SimNode node, Effect.Operation operation, Outcome outcome) {
        if (outcome instanceof Outcome.Failed) {
            count("failed-operations", 1);
        } else if (operation instanceof Effect.Promote) {
            count("promotions", 1);
        }
    }

    void add(SimStatistics other) {
        other.counters.forEach((name, value) ->
                counters.merge(name, value, name.equals(SLOWEST) ? Math::max : Long::sum));
    }

    /** One line for each counter, to be read back by {@link #read}. */
    List<String> lines() {
        return counters.entrySet().stream().map(e -> e.getKey() + ' ' + e.getValue()).toList();
    }

    static SimStatistics read(List<String> lines) {
        SimStatistics read = new SimStatistics();
        for (String line : lines) {
            int blank = line.indexOf(' ');
            read.counters.put(line.substring(0, blank), Long.parseLong(line.substring(blank + 1)));
        }
        return read;
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
        line(text, "simulations", value("simulations"));
        line(text, "nodes in them", value("nodes"));
        line(text, "virtual hours", value("virtual-millis") / 3_600_000);
        line(text, "events", value("events"));
        line(text, "promotions confirmed", promotions());
        line(text, "operations that failed", value("failed-operations"));
        line(text, "writes sent", value("written"));
        line(text, "writes acknowledged", value("acknowledged"));
        line(text, "of these lost with the Redises that held them", value("lost"));
        text.append(
                String.format(
                        "%-48s %12s s%n",
                        "slowest recovery once faults stopped", SimTime.seconds(value(SLOWEST))));
        long faults = 0;
        long during = 0;
        text.append(String.format("%n%-34s %12s %20s%n", "fault", "injected", "in an election"));
        for (SimFault fault : SimFault.values()) {
            long injected = value(FAULT + fault);
            long inElection = value(DURING + fault);
            faults += injected;
            during += inElection;
            text.append(String.format("%-34s %12d %20d%n", fault.label(), injected, inElection));
        }
        text.append(String.format("%-34s %12d %20d%n", "together", faults, during));
        text.append(String.format("%n%-34s %12s%n", "decided by rule", "times"));
        counters.forEach((name, count) -> {
            if (name.startsWith(RULE)) {
                int rule = Integer.parseInt(name.substring(RULE.length()));
                text.append(
                        String.format(
                                "%-34s %12d%n",
                                rule == 0 ? "none in particular" : "rule " + rule, count));
            }
        });
        counters.forEach((name, count) -> {
            if (name.startsWith(VIOLATED)) {
                text.append(String.format("%n%-34s %12d%n", name, count));
            }
        });
        return text.toString();
    }

    private static void line(StringBuilder text, String label, long value) {
        text.append(String.format("%-48s %12d%n", label, value));
    }
}

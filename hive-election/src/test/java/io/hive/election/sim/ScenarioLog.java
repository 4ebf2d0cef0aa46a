package io.hive.election.sim;

import io.hive.core.lineage.Position;
import io.hive.core.message.HandoffResult;
import io.hive.core.node.NodeState;
import io.hive.election.Decision;
import io.hive.election.Effect;
import io.hive.election.ElectionView;
import io.hive.election.Outcome;
import io.hive.election.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a scenario shows of what happens: short lines, without what is only on the way to it. */
final class ScenarioLog implements SimWatcher {
    private final SimHive hive;
    private final ScenarioNames names;
    private final Map<SimNode, NodeState> shown = new HashMap<>();
    private List<String> lines = new ArrayList<>();
    private long lastNanos;

    ScenarioLog(SimHive hive, ScenarioNames names) {
        this.hive = hive;
        this.names = names;
    }

    /** When something was shown last. */
    long lastNanos() {
        return lastNanos;
    }

    List<String> take() {
        List<String> taken = lines;
        lines = new ArrayList<>();
        return taken;
    }

    /** A line that is no event. */
    void say(String text) {
        lines.add(names.readable(text));
    }

    /** Takes a line of the trace; of a Redis's, what it did with a master's data is of interest. */
    void traced(SimTrace.Line line) {
        if (line.text().startsWith("full sync") || line.text().startsWith("partial sync")) {
            event(line.who(), "redis: " + line.text());
        }
    }

    @Override
    public void stepped(SimNode node, @Nullable ElectionView before, Step step) {
        boolean told = step.effects().stream().anyMatch(Effect.Report.class::isInstance);
        NodeState state = step.view().state();
        if (!told && state != shown.put(node, state)) {
            event(node.pod().name(), state + waiting(step.view()));
        }
    }

    private static String waiting(ElectionView view) {
        return view.waitingFor().isEmpty() ? "" : ", waits: " + view.waitingFor();
    }

    @Override
    public void emitted(SimNode node, Effect effect) {
        String pod = node.pod().name();
        switch (effect) {
            case Effect.Report report -> event(pod, decided(node, report.decision()));
            case Effect.OpenRoute open ->
                    event(pod, "route opens to " + open.master() + ", " + open.leadership());
            case Effect.CloseRoute close -> event(pod, "route closes: " + close.reason());
            case Effect.HoldRoute hold -> event(pod, "route is held for " + hold.next());
            case Effect.HandoffEnded ended -> event(pod, "handoff " + brief(ended.result()));
            case Effect.RenewRoute _, Effect.Send _, Effect.Operation _ -> {}
        }
    }

    private static String brief(HandoffResult result) {
        String reason = result.reason().isEmpty() ? "" : ": " + result.reason();
        return result.outcome() + (result.to() == null ? "" : " to " + result.to()) + reason;
    }

    private String decided(SimNode node, Decision decision) {
        NodeState before = shown.put(node, decision.to());
        StringBuilder text = new StringBuilder();
        if (before != null && before != decision.to()) {
            text.append(before).append(" -> ");
        }
        text.append(decision.to()).append(": ").append(decision.reason());
        text.append(" (epoch ").append(decision.epoch());
        if (decision.rule() != 0) {
            text.append(", rule ").append(decision.rule());
        }
        if (decision.lostBytes() != 0) {
            text.append(", lost ").append(decision.lostBytes()).append(" bytes");
        }
        return text.append(')').toString();
    }

    @Override
    public void ended(SimNode node, Effect.Operation operation, Outcome outcome) {
        if (operation instanceof Effect.TakeOffDuty
                && outcome instanceof Outcome.Failed
                && shown.get(node) == NodeState.LEADING) {
            // a leader tries for an hour
            return;
        }
        String what =
                switch (operation) {
                    case Effect.Detach _ -> "detach";
                    case Effect.Promote _ -> "promote";
                    case Effect.Follow follow -> "follow " + follow.master();
                    case Effect.TakeOffDuty take -> "take " + take.master() + " off duty";
                    case Effect.Fetch fetch -> "fetch from " + fetch.feeder();
                    case Effect.Authorise _ -> "make the replication user again";
                    case Effect.Prepare _ -> "make ready to lead";
                    case Effect.CatchUp catchUp -> "catch up with " + catchUp.position();
                    case Effect.Pause _ -> "pause";
                    case Effect.Require require -> "require replicas: " + require.minReplicas();
                    case Effect.Unpause _ -> "end the pause";
                    case Effect.StepDown _ -> "step down";
                    case Effect.TakeOver _ -> "take over";
                    case Effect.Salvage _ -> "set the dataset aside";
                };
        String how =
                switch (outcome) {
                    case Outcome.Confirmed _ -> node.pod().redis.brief();
                    case Outcome.OffDuty(Position position) -> "it ended at " + position;
                    case Outcome.LeftAlone(String reason) -> "left alone, " + reason;
                    case Outcome.Salvaged _ -> node.pod().redis.brief();
                    case Outcome.Failed(String reason) -> "failed, " + reason;
                };
        event(node.pod().name(), "redis: " + what + ": " + how);
    }

    private void event(String pod, String text) {
        lastNanos = hive.scheduler().now();
        lines.add(
                String.format("%7s %s  %s", SimTime.seconds(lastNanos), pod, names.readable(text)));
    }
}

package io.hive.proxy.admin;

import io.hive.core.message.HandoffResult;
import io.hive.core.node.NodeId;
import org.jspecify.annotations.Nullable;

/** Hands over to 10.0.0.2 and to nobody else. */
public final class FakeHandovers implements Handovers {
    private static final NodeId FROM = NodeId.parse("10.0.0.1:3000", 3000);
    private volatile boolean left;

    @Override
    public HandoffResult handOver(@Nullable String to) {
        NodeId target = NodeId.parse(to == null ? "10.0.0.2:3000" : to, 3000);
        return switch (target.toString()) {
            case "10.0.0.2:3000" ->
                    new HandoffResult(HandoffResult.Outcome.DONE, FROM, target, 8, 1234, "");
            case "10.0.0.3:3000" -> HandoffResult.refused(FROM, target, target + " drains");
            default ->
                    new HandoffResult(
                            HandoffResult.Outcome.UNDONE,
                            FROM,
                            target,
                            8,
                            500_000,
                            target + " did not catch up in time");
        };
    }

    @Override
    public void leave() {
        left = true;
    }

    /** Whether it was asked to leave. */
    public boolean left() {
        return left;
    }
}

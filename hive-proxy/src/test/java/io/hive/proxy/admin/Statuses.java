package io.hive.proxy.admin;

import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import java.time.Instant;
import java.util.List;

/** Statuses for tests. */
public final class Statuses {
    public static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private Statuses() {}

    /** Three nodes, of which the second follows and the third was never heard. */
    public static Status threeNodes() {
        return new Status(
                node(1),
                "default",
                NodeState.LEADING,
                node(1),
                7,
                new Status.Master("10.0.0.1", 6379),
                List.of(
                        new Status.Node(
                                node(1),
                                NodeState.LEADING,
                                BEGIN,
                                0L,
                                new Status.Redis(
                                        "10.0.0.1",
                                        6379,
                                        Status.Role.MASTER,
                                        Status.Link.UP,
                                        1234,
                                        0L,
                                        false,
                                        "abc",
                                        10)),
                        new Status.Node(
                                node(2),
                                NodeState.FOLLOWING,
                                BEGIN.plusSeconds(3),
                                120L,
                                new Status.Redis(
                                        "10.0.0.9",
                                        6380,
                                        Status.Role.REPLICA,
                                        Status.Link.SYNC,
                                        1200,
                                        null,
                                        true,
                                        null,
                                        9)),
                        new Status.Node(node(3), NodeState.NOT_READY, null, null, null)),
                new Status.Relay(3, 1, 2, 4),
                List.of(
                        new Status.Change(
                                BEGIN, null, "10.0.0.1:3000", "the only \"candidate\"", 7, 5),
                        new Status.Change(
                                BEGIN,
                                "10.0.0.1:3000",
                                "10.0.0.1:3000",
                                "set aside",
                                7,
                                60,
                                new Status.Dropped("10.0.0.2:3000", 30, null, 60L, "kept.rdb"))),
                "",
                new Status.Salvage("/salvage", 1, 2, "kept.rdb", null),
                new Status.Reads(7001, "local", "10.0.0.1:6379", 400L, "in sync", 5, 0));
    }

    /** One node that leads, and tells all there is. */
    public static Status told() {
        return new Status(
                node(1),
                "default",
                NodeState.LEADING,
                node(1),
                7,
                null,
                List.of(
                        new Status.Node(
                                node(1),
                                NodeState.LEADING,
                                BEGIN,
                                0L,
                                null,
                                new Status.Vitals(7, 1, 2000, 150, 900, 8080))),
                Status.Relay.IDLE,
                List.of(
                        new Status.Change(
                                BEGIN, "10.0.0.2:3000", null, "silent", 7, 0, null, "lost")),
                "",
                null,
                null,
                new Status.Reign(BEGIN, "handover"));
    }

    /** One node that waits, and says so at great length. */
    public static Status longWinded() {
        return waits("x".repeat(8_000_000));
    }

    /** One node that waits. */
    public static Status leaderless() {
        return waits("10.0.0.2:3000 is silent; 4 s left of the cold start");
    }

    private static Status waits(String reason) {
        return new Status(
                node(1),
                "default",
                NodeState.ALONE,
                null,
                0,
                null,
                List.of(),
                Status.Relay.IDLE,
                List.of(),
                reason);
    }

    private static NodeId node(int last) {
        return NodeId.parse("10.0.0." + last, 3000);
    }
}

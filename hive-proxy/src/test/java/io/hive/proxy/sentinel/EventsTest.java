package io.hive.proxy.sentinel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hive.core.node.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static final NodeId ONE = NodeId.parse("10.0.0.1", 3000);
    private static final NodeId TWO = NodeId.parse("10.0.0.2", 3000);

    private final Events events = new Events();

    @Test
    void aChangeOfMasterIsToldUnderEachName() {
        assertThat(events.since(hive(ONE, true, pod(TWO, true)), List.of("a"))).isEmpty();
        assertThat(events.since(hive(TWO, true, pod(ONE, false)), List.of("a", "b")))
                .extracting(Events.Event::channel, Events.Event::text)
                .contains(
                        tuple("+switch-master", "a 10.0.0.1 7000 10.0.0.2 7000"),
                        tuple("+switch-master", "b 10.0.0.1 7000 10.0.0.2 7000"));
    }

    @Test
    void nothingIsToldWhereNothingChanges() {
        events.since(hive(ONE, true, pod(TWO, true)), List.of("a"));
        assertThat(events.since(hive(ONE, true, pod(TWO, true)), List.of("a"))).isEmpty();
    }

    @Test
    void aMasterThatIsLostIsDownUntilItIsBack() {
        events.since(hive(ONE, true), List.of("a"));
        assertThat(events.since(hive(ONE, false), List.of("a")))
                .extracting(Events.Event::channel)
                .containsExactly("+sdown", "+odown");
        assertThat(events.since(hive(ONE, true), List.of("a")))
                .extracting(Events.Event::channel)
                .containsExactly("-sdown", "-odown");
    }

    @Test
    void replicasComeAndGo() {
        events.since(hive(ONE, true), List.of("a"));
        assertThat(events.since(hive(ONE, true, pod(TWO, true)), List.of("a")))
                .containsExactly(
                        new Events.Event(
                                "+slave", "slave 10.0.0.2:7000 10.0.0.2 7000 @ a 10.0.0.1 7000"));
        assertThat(events.since(hive(ONE, true, pod(TWO, false)), List.of("a")))
                .extracting(Events.Event::channel)
                .containsExactly("+sdown");
        assertThat(events.since(hive(ONE, true, pod(TWO, true)), List.of("a")))
                .extracting(Events.Event::channel)
                .containsExactly("-sdown");
    }

    private static Pod pod(NodeId node, boolean up) {
        return new Pod(node, 7000, up, up, 100, 100, 5);
    }

    private static Topology hive(NodeId master, boolean up, Pod... replicas) {
        return new Topology("hive", ONE, "7.0.15", 1, pod(master, up), up, List.of(replicas));
    }
}

package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.PeerMessage.Farewell;
import io.hive.core.node.BootId;
import io.hive.core.node.Member;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The loop around an election: when it ticks, what may wait, and what comes first. */
class ControlTest {
    private static final long TICK = 25;
    private static final Member SELF = new Member(Other.nodeId(1), new BootId(1));

    private final List<Object> order = new ArrayList<>();

    private Control control(long now) {
        Election election =
                new Election(
                        ElectionSettings.defaults(),
                        SELF,
                        RedisEndpoint.parse("10.0.0.1:6379", 6379),
                        0,
                        () -> "",
                        now);
        return new Control(election, TICK, now, order::add, order::add);
    }

    private long steps() {
        return order.stream().filter(Step.class::isInstance).count();
    }

    @Test
    void itTicksAtOnceAndThenWhenATickIsDue() {
        Control control = control(1000);

        assertThat(control.turn(1000)).isEqualTo(TICK);
        assertThat(steps()).isEqualTo(1);
        assertThat(control.turn(1010)).isEqualTo(15);
        assertThat(steps()).isEqualTo(1);
        assertThat(control.turn(1030)).isEqualTo(TICK);
        assertThat(steps()).isEqualTo(2);
    }

    @Test
    void aMissedTickIsNotMadeUpFor() {
        Control control = control(1000);
        control.turn(1000);

        assertThat(control.turn(1000 + 100 * TICK)).isEqualTo(TICK);
        assertThat(steps()).isEqualTo(2);
    }

    @Test
    void aStepIsShownBeforeItsEffectsAreCarriedOutInTheirOrder() {
        Control control = control(1000);
        control.turn(1000);
        order.clear();

        control.take(new Input.Drain("a test"), 1001);

        assertThat(order.getFirst()).isInstanceOf(Step.class);
        assertThat(order.subList(1, order.size()))
                .isNotEmpty()
                .isEqualTo(((Step) order.getFirst()).effects());
    }

    @Test
    void whatIsRepeatedGivesWayFirst() {
        Member peer = new Member(Other.nodeId(2), new BootId(2));
        List<Input> repeated =
                List.of(
                        new Input.Tick(),
                        new Input.Discovered(Set.of()),
                        new Input.DiscoveryFailed("a test"),
                        new Input.Observed(new Observation.Silent(1)),
                        new Input.Received(peer, new Farewell("a test")));
        List<Input> toldOnce =
                List.of(
                        new Input.PeerConnected(peer),
                        new Input.PeerDisconnected(peer, "a test"),
                        new Input.OperationEnded(1, new Outcome.Failed("a test")),
                        new Input.Drain("a test"));

        assertThat(repeated).allMatch(i -> Control.admits(i, Control.QUEUE_LIMIT - 1));
        assertThat(repeated).noneMatch(i -> Control.admits(i, Control.QUEUE_LIMIT));
        assertThat(toldOnce).allMatch(i -> Control.admits(i, Control.QUEUE_LIMIT));
        assertThat(toldOnce)
                .noneMatch(i -> Control.admits(i, Control.QUEUE_LIMIT + Control.RESERVE));
    }
}

package io.hive.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.BootId;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisEndpoint;
import io.hive.election.Control;
import io.hive.election.Effect;
import io.hive.election.Election;
import io.hive.election.ElectionSettings;
import io.hive.election.Input;
import io.hive.proxy.demo.Await;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ControlLoopTest {
    private static final NodeId NODE = NodeId.parse("127.0.0.1:3000", 3000);

    private final AtomicInteger views = new AtomicInteger();
    private final AtomicReference<Throwable> fatal = new AtomicReference<>();

    private ControlLoop loop(Consumer<Effect> effects) {
        Election election =
                new Election(
                        ElectionSettings.defaults(),
                        new Member(NODE, new BootId(1)),
                        RedisEndpoint.parse("127.0.0.1:6379", 6379),
                        0,
                        () -> "password",
                        System.nanoTime());
        return new ControlLoop(
                election, 1_000_000, effects, _ -> views.incrementAndGet(), fatal::set);
    }

    @Test
    void ticksWithoutInputs() {
        try (ControlLoop loop = loop(_ -> {})) {
            loop.start();
            Await.until("it has ticked a few times", () -> views.get() > 3);
            assertThat(loop.view().self().node()).isEqualTo(NODE);
            assertThat(loop.depth()).isZero();
        }
    }

    @Test
    void whatIsOfferedIsDecidedOn() {
        List<Effect> effects = new CopyOnWriteArrayList<>();
        try (ControlLoop loop = loop(effects::add)) {
            loop.start();
            loop.offer(new Input.Drain("a test"));
            Await.until(
                    "the decision comes out",
                    () ->
                            effects.stream()
                                    .anyMatch(e ->
                                            e instanceof Effect.Report(var decision)
                                                    && decision.reason().contains("a test")));
        }
    }

    @Test
    void anExceptionEndsItAndIsTold() {
        IllegalStateException broken = new IllegalStateException("planted");
        try (ControlLoop loop =
                loop(_ -> {
                    throw broken;
                })) {
            loop.start();
            loop.offer(new Input.Drain("a test"));
            Await.until("the exception is told", () -> broken.equals(fatal.get()));
        }
    }

    @Test
    void aFullQueueDropsAndCounts() {
        try (ControlLoop loop = loop(_ -> {})) {
            Input input = new Input.Observed(new Observation.Silent(1));
            for (int i = 0; i < Control.QUEUE_LIMIT + 3; i++) {
                loop.offer(input);
            }
            assertThat(loop.depth()).isEqualTo(Control.QUEUE_LIMIT);
            assertThat(loop.refused()).isEqualTo(3);
            loop.offer(new Input.Discovered(Set.of(NODE)));
            assertThat(loop.refused()).isEqualTo(4);
        }
    }

    @Test
    void aFullQueueHasRoomForWhatIsToldOnce() {
        try (ControlLoop loop = loop(_ -> {})) {
            Input repeated = new Input.Observed(new Observation.Silent(1));
            for (int i = 0; i < Control.QUEUE_LIMIT; i++) {
                loop.offer(repeated);
            }
            loop.offer(new Input.PeerConnected(new Member(NODE, new BootId(2))));
            assertThat(loop.refused()).isZero();
            assertThat(loop.depth()).isEqualTo(Control.QUEUE_LIMIT + 1);
        }
    }

    @Test
    void withoutRoomForWhatIsToldOnceTheLoopEnds() {
        try (ControlLoop loop = loop(_ -> {})) {
            Input once = new Input.PeerConnected(new Member(NODE, new BootId(2)));
            for (int i = 0; i <= Control.QUEUE_LIMIT + Control.RESERVE; i++) {
                loop.offer(once);
            }
            assertThat(loop.refused()).isEqualTo(1);
            loop.start();
            Await.until("the loop has ended", () -> fatal.get() != null);
        }
    }
}

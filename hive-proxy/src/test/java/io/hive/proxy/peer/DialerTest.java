package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.NodeId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When whom is dialled, on an event loop whose clock the test moves. */
class DialerTest {
    private static final NodeId ONE = NodeId.parse("10.0.0.1:3000", 3000);
    private static final NodeId TWO = NodeId.parse("10.0.0.2:3000", 3000);
    private static final Duration LONG = Duration.ofHours(1);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Set<NodeId> connected = new HashSet<>();
    private final List<NodeId> dials = new ArrayList<>();
    private final Dialer dialer =
            new Dialer(
                    channel.eventLoop(),
                    PeerSettings.of("test", List.of()),
                    connected::contains,
                    dials::add);

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void whatIsNewIsDialledAtOnceAndOnce() {
        dialer.targets(Set.of(ONE));
        assertThat(dials).containsExactly(ONE);
        dialer.targets(Set.of(ONE, TWO));
        pass(60_000);
        assertThat(dials).containsExactly(ONE, TWO);
    }

    @Test
    void whatDoesNotAnswerIsDialledLessAndLessOften() {
        dialer.targets(Set.of(ONE));
        long expectedMillis = 50;
        for (int failure = 1; failure < 12; failure++) {
            dialer.failed(ONE);
            pass(expectedMillis / 2 - 1);
            assertThat(dials).as("failure %d, too early", failure).hasSize(failure);
            pass(expectedMillis - expectedMillis / 2 + 2);
            assertThat(dials).as("failure %d, too late", failure).hasSize(failure + 1);
            expectedMillis = Math.min(1000, 2 * expectedMillis);
        }
    }

    @Test
    void whatWasLostAfterLongIsDialledSoon() {
        dialer.targets(Set.of(ONE));
        for (int failure = 0; failure < 6; failure++) {
            dialer.failed(ONE);
            pass(1001);
        }
        connected.add(ONE);
        dialer.succeeded(ONE);
        int before = dials.size();
        connected.remove(ONE);
        dialer.lost(ONE, LONG);
        pass(51);
        assertThat(dials).hasSize(before + 1);
    }

    @Test
    void connectionsThatDoNotLastAreFailures() {
        dialer.targets(Set.of(ONE));
        for (int round = 1; round < 8; round++) {
            dialer.succeeded(ONE);
            dialer.lost(ONE, Duration.ofMillis(1));
            pass(1001);
            assertThat(dials).hasSize(round + 1);
        }
        dialer.succeeded(ONE);
        dialer.lost(ONE, Duration.ofMillis(1));
        pass(499);
        assertThat(dials).hasSize(8);
    }

    @Test
    void whoIsConnectedIsNotDialled() {
        connected.add(ONE);
        dialer.targets(Set.of(ONE));
        pass(60_000);
        assertThat(dials).isEmpty();
    }

    @Test
    void whoAnswersAtTwoAddressesIsDialledAtOne() {
        dialer.targets(Set.of(ONE));
        dialer.met(ONE, TWO);
        connected.add(TWO);
        dialer.failed(ONE);
        pass(60_000);
        assertThat(dials).containsExactly(ONE);

        connected.remove(TWO);
        dialer.lost(TWO, LONG);
        pass(51);
        assertThat(dials).containsExactly(ONE, ONE);
    }

    @Test
    void oneselfIsNotDialledAgain() {
        dialer.targets(Set.of(ONE));
        dialer.self(ONE);
        dialer.failed(ONE);
        pass(60_000);
        assertThat(dials).containsExactly(ONE);
    }

    @Test
    void whatVanishesIsForgottenAndWhatReturnsIsNew() {
        dialer.targets(Set.of(ONE));
        dialer.failed(ONE);
        dialer.targets(Set.of());
        pass(60_000);
        assertThat(dials).containsExactly(ONE);
        dialer.targets(Set.of(ONE));
        assertThat(dials).containsExactly(ONE, ONE);
    }

    @Test
    void afterItStoppedNothingIsDialled() {
        dialer.targets(Set.of(ONE));
        dialer.failed(ONE);
        dialer.stop();
        dialer.targets(Set.of(TWO));
        dialer.lost(ONE, LONG);
        pass(60_000);
        assertThat(dials).containsExactly(ONE);
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }
}

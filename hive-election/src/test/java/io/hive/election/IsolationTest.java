package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class IsolationTest {
    private static final long SECOND = 1_000_000_000;

    private final Other self = Other.node(2);
    private final Other peer = Other.node(1);
    private final Context context =
            new Context(
                    ElectionSettings.defaults(), self.member, self.redis, 1_000, () -> "secret", 0);
    private final Isolation isolation = new Isolation(context);

    IsolationTest() {
        context.peers.discovered(Set.of(self.node(), peer.node()));
        isolation.discovered();
    }

    private boolean after(long seconds) {
        context.now += seconds * SECOND;
        return isolation.holds();
    }

    private void failed(int times) {
        for (int i = 0; i < times; i++) {
            isolation.discoveryFailed();
        }
    }

    @Test
    void threeFailuresOverTheTimeAndNoPeer() {
        failed(3);
        assertThat(after(2)).isFalse();
        assertThat(after(1)).isTrue();
    }

    @Test
    void twoFailuresAreNotEnoughHoweverLongAgo() {
        failed(2);
        assertThat(after(100)).isFalse();
    }

    @Test
    void theTimeCountsFromTheFirstFailureInARow() {
        failed(5);
        after(2);
        isolation.discovered();
        failed(5);
        assertThat(after(2)).isFalse();
        assertThat(after(1)).isTrue();
    }

    @Test
    void aPeerThatIsHeardStopsIt() {
        failed(9);
        context.now += 9 * SECOND;
        context.peers.connected(peer.member, context.now);
        assertThat(isolation.holds()).isFalse();

        assertThat(after(2)).as("two seconds after the last word").isFalse();
        assertThat(after(3)).isTrue();
    }

    @Test
    void nobodyElseToHearIsNoIsolation() {
        context.peers.discovered(Set.of(self.node()));
        failed(9);
        assertThat(after(100)).isFalse();
    }

    @Test
    void theLastGoodAnswerIsKeptWhenDiscoveryFails() {
        failed(9);
        assertThat(after(100)).isTrue();
        assertThat(context.peers.others()).containsExactly(peer.node());
    }
}

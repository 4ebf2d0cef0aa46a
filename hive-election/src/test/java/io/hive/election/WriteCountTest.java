package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteCountTest {
    private final NodeId one = Other.nodeId(1);
    private final NodeId two = Other.nodeId(2);
    private final WriteCount count = new WriteCount();

    private long all() {
        return count.writes(List.of());
    }

    @Test
    void nothingCountsBeforeAPromotion() {
        count.observe(50);
        count.observe(70);

        assertThat(all()).isZero();
    }

    @Test
    void whatThePromotedRedisHadChangedBeforeDoesNotCount() {
        count.reset(500);
        count.observe(503);

        assertThat(all()).isEqualTo(3);
    }

    @Test
    void aSaveThatTakesTheCounterBackToZeroLosesNothingThatWasSeen() {
        count.reset(0);
        count.observe(10);
        count.observe(4);
        count.observe(6);

        assertThat(all()).isEqualTo(16);
    }

    @Test
    void aMemberLacksWhatWasWrittenSinceItsLoss() {
        count.reset(0);
        count.observe(10);
        count.lost(one);
        count.observe(15);
        count.lost(two);
        count.observe(17);

        assertThat(count.writes(List.of(one))).isEqualTo(7);
        assertThat(count.writes(List.of(two))).isEqualTo(2);
        assertThat(count.writes(List.of(one, two))).isEqualTo(7);
    }

    @Test
    void aMemberIsLostOnceUntilItComesBack() {
        count.reset(0);
        count.lost(one);
        count.observe(10);
        count.lost(one);
        assertThat(count.writes(List.of(one))).isEqualTo(10);

        count.back(one);
        count.lost(one);
        count.observe(11);
        assertThat(count.writes(List.of(one))).isEqualTo(1);
    }

    @Test
    void whoWasNeverServedLacksAllOfIt() {
        count.reset(0);
        count.observe(10);
        count.lost(one);
        count.observe(12);

        assertThat(count.writes(List.of(two))).isEqualTo(12);
        assertThat(count.writes(List.of(one, two))).isEqualTo(12);
    }

    @Test
    void whatComesAfterTheEndIsAnothers() {
        count.reset(0);
        count.observe(10);
        count.stop();
        count.observe(90);

        assertThat(all()).isEqualTo(10);
    }

    @Test
    void aPromotionBeginsAnew() {
        count.reset(0);
        count.observe(10);
        count.lost(one);
        count.reset(20);
        count.observe(21);

        assertThat(all()).isEqualTo(1);
        assertThat(count.writes(List.of(one))).isEqualTo(1);
    }
}

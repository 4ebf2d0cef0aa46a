package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.ReplicationId;
import org.junit.jupiter.api.Test;

class BacklogSizingTest {
    private static final ReplicationId A = new ReplicationId("a".repeat(40));
    private static final ReplicationId B = new ReplicationId("b".repeat(40));
    private static final long SECOND = 1_000_000_000L;
    private static final long MEGABYTE = 1 << 20;

    private final BacklogSizing sizing = new BacklogSizing();

    @Test
    void aQuietServerGetsTheLeast() {
        assertThat(sizing.target(MEGABYTE)).isEqualTo(BacklogSizing.LEAST);
    }

    @Test
    void holdsAMinuteOfTheTraffic() {
        sizing.saw(0, A, 1000);
        sizing.saw(10 * SECOND, A, 1000 + 10 * MEGABYTE);
        assertThat(sizing.target(MEGABYTE)).isEqualTo(60 * MEGABYTE);
    }

    @Test
    void isBounded() {
        sizing.saw(0, A, 0);
        sizing.saw(10 * SECOND, A, 10_000 * MEGABYTE);
        assertThat(sizing.target(MEGABYTE)).isEqualTo(BacklogSizing.MOST);
    }

    @Test
    void isNeverLowered() {
        assertThat(sizing.target(1000 * MEGABYTE)).isEqualTo(1000 * MEGABYTE);
        sizing.saw(0, A, 0);
        sizing.saw(10 * SECOND, A, 10 * MEGABYTE);
        sizing.saw(20 * SECOND, A, 10 * MEGABYTE);
        sizing.saw(30 * SECOND, A, 10 * MEGABYTE);
        assertThat(sizing.target(MEGABYTE)).as("after a quiet stretch").isEqualTo(60 * MEGABYTE);
    }

    /** A full synchronisation makes the offset jump, which is no traffic. */
    @Test
    void anotherLineageIsNoTraffic() {
        sizing.saw(0, A, 0);
        sizing.saw(10 * SECOND, B, 10_000 * MEGABYTE);
        sizing.saw(20 * SECOND, B, 10_000 * MEGABYTE);
        sizing.saw(30 * SECOND, B, 50);
        assertThat(sizing.target(MEGABYTE)).isEqualTo(BacklogSizing.LEAST);
    }

    @Test
    void aBurstOfAMomentIsNoRate() {
        sizing.saw(0, A, 0);
        sizing.saw(SECOND / 10, A, 20 * MEGABYTE);
        assertThat(sizing.target(MEGABYTE)).isEqualTo(BacklogSizing.LEAST);
    }
}

package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import org.junit.jupiter.api.Test;

class LagTest {
    private static final long SECOND = 1_000_000_000L;

    private final Lag lag = new Lag();

    private static Position at(char id, long offset) {
        return new Position(Report.id(id), offset);
    }

    @Test
    void whatIsAppliedInTimeNeverLapses() {
        for (int second = 0; second < 60; second++) {
            lag.told(at('a', 100L * second), second * SECOND);
            assertThat(lag.lapsed(second * SECOND)).isFalse();
            lag.applied(at('a', 100L * second));
        }
    }

    @Test
    void whatIsStuckLapsesHoweverOftenTheLeaderTells() {
        for (int second = 0; second <= 11; second++) {
            lag.told(at('a', 100 + second), second * SECOND);
            lag.applied(at('a', 99));
        }
        assertThat(lag.lapsed(10 * SECOND)).isFalse();
        assertThat(lag.lapsed(11 * SECOND)).isTrue();

        lag.applied(at('a', 100));
        assertThat(lag.lapsed(11 * SECOND)).isFalse();
    }

    @Test
    void anotherLineageOrAnotherLeaderBeginsAnew() {
        lag.told(at('a', 100), 0);
        lag.applied(at('b', 500));
        assertThat(lag.lapsed(11 * SECOND)).isTrue();

        lag.told(at('b', 600), 11 * SECOND);
        assertThat(lag.lapsed(12 * SECOND)).isFalse();

        lag.reset();
        assertThat(lag.lapsed(60 * SECOND)).isFalse();
    }
}

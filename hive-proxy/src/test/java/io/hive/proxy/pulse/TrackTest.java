package io.hive.proxy.pulse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrackTest {
    @Test
    void theLastSecondsInOrder() {
        Track track = new Track(7);
        for (int tick = 7; tick < 1000; tick++) {
            track.add(tick, tick);
        }
        List<Long> values = track.upTo(999);
        assertThat(values).hasSize(Track.LENGTH).isSorted();
        assertThat(values.getFirst()).isEqualTo(1000 - Track.LENGTH);
        assertThat(values.getLast()).isEqualTo(999);
    }

    @Test
    void missedSecondsAreNotKnown() {
        Track track = new Track(1);
        track.add(1, 10);
        track.add(4, 40);
        List<Long> values = track.upTo(5);
        assertThat(values.subList(values.size() - 6, values.size()))
                .containsExactly(-1L, 10L, -1L, -1L, 40L, -1L);
        track.add(10_000, 7);
        assertThat(track.upTo(10_000)).containsOnlyOnce(7L).containsOnly(-1L, 7L);
        assertThat(track.upTo(20_000)).containsOnly(-1L);
    }
}

package io.hive.proxy.nemesis;

import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A short run of drawn faults. {@code -Dhive.nemesis.seed} replays one; {@code ./hive nemesis} goes
 * on for as long as it is told.
 */
@Tag("nemesis")
class ScheduleTest {
    private static final Duration TIME = Duration.ofSeconds(30);

    private static final long SEED =
            Long.getLong("hive.nemesis.seed", System.currentTimeMillis() / 1000);

    @Test
    void faultsOneAfterTheOtherLoseNothing() {
        Schedule schedule = new Schedule(SEED, false, EnumSet.allOf(Fault.class));
        schedule.run(TIME);
        System.out.println("nemesis: struck " + schedule.struck());
    }
}

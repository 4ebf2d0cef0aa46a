package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Tally;
import io.hive.core.lineage.WriteRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteCountTest {
    private static final long END = Long.MAX_VALUE;

    private final WriteCount count = new WriteCount();

    private void leads() {
        count.lead(WriteRecord.NONE, 100, 500);
    }

    private long beyond(long fork) {
        return count.record().between(fork, END);
    }

    @Test
    void nothingCountsBeforeAPromotion() {
        count.observe(50, 10);
        count.observe(70, 20);

        assertThat(count.record()).isEqualTo(WriteRecord.NONE);
    }

    @Test
    void whatThePromotedRedisHadChangedBeforeDoesNotCount() {
        leads();
        count.observe(503, 130);

        assertThat(beyond(100)).isEqualTo(3);
    }

    @Test
    void aSaveThatTakesTheCounterBackToZeroLosesNothingThatWasSeen() {
        leads();
        count.observe(510, 200);
        count.observe(4, 240);
        count.observe(6, 260);

        assertThat(beyond(100)).isEqualTo(16);
    }

    @Test
    void whatWasWrittenBeforeTheForkIsOnBothSides() {
        leads();
        count.observe(510, 200);
        count.observe(515, 300);
        count.observe(517, 350);

        assertThat(beyond(200)).isEqualTo(7);
        assertThat(beyond(300)).isEqualTo(2);
        assertThat(beyond(350)).isZero();
    }

    @Test
    void pingsAreNoWrites() {
        leads();
        count.observe(510, 200);
        count.observe(510, 214);
        count.observe(510, 228);
        count.observe(513, 300);

        assertThat(count.record().tallies())
                .containsExactly(
                        new Tally(100, 0),
                        new Tally(200, 10),
                        new Tally(228, 10),
                        new Tally(300, 13));
        assertThat(beyond(214)).isEqualTo(3);
    }

    @Test
    void whatReplicasHaveAppliedIsAcknowledgedFromWriteToWrite() {
        leads();
        count.observe(510, 200);
        count.observe(520, 300);
        count.observe(520, 314);

        count.acknowledgedUpTo(299);
        assertThat(count.record().acknowledged()).isEqualTo(200);
        count.acknowledgedUpTo(314);
        assertThat(count.record().acknowledged()).as("pings are nobody's write").isEqualTo(300);
    }

    @Test
    void aPromotionGoesOnWithWhatIsKnownOfTheHistory() {
        WriteRecord before = new WriteRecord(40, List.of(new Tally(10, 0), new Tally(60, 5)));
        count.lead(before, 80, 0);
        count.observe(2, 120);

        assertThat(count.record().acknowledged()).isEqualTo(40);
        assertThat(beyond(80)).isEqualTo(2);
        assertThat(beyond(10)).isEqualTo(7);
    }

    @Test
    void whatComesAfterTheEndIsAnothers() {
        leads();
        count.observe(510, 200);
        count.stop();
        count.observe(590, 900);

        assertThat(beyond(100)).isEqualTo(10);
    }

    @Test
    void anotherHistoryHasAnotherRecord() {
        leads();
        count.observe(510, 200);
        count.forget();
        count.observe(590, 900);

        assertThat(count.record()).isEqualTo(WriteRecord.NONE);
        assertThat(count.counts()).isFalse();
    }

    /** A fork is anywhere, and the points are few: where the rate changes they are kept. */
    @Test
    void fewPointsTellWhatLiesBeyondAnyFork() {
        leads();
        long changes = 500;
        long offset = 100;
        long[] at = new long[4000];
        long[] seen = new long[4000];
        for (int i = 0; i < at.length; i++) {
            // bursts of different length, pauses, and pings in them
            boolean burst = i % 700 < 300;
            changes += burst ? 20 + i / 700 : 0;
            offset += burst ? 40 * (20 + i / 700) : 14;
            count.observe(changes, offset);
            at[i] = offset;
            seen[i] = changes;
        }

        assertThat(count.record().tallies()).hasSize(WriteRecord.MAX_TALLIES);
        for (int i = 0; i < at.length; i++) {
            long truly = changes - seen[i];
            assertThat(beyond(at[i]))
                    .as("beyond " + at[i])
                    .isBetween(truly - truly / 4 - 50, truly + truly / 4 + 50);
        }
    }
}

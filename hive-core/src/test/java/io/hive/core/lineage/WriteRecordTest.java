package io.hive.core.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteRecordTest {
    private static final WriteRecord RECORD =
            new WriteRecord(
                    300, List.of(new Tally(100, 10), new Tally(200, 30), new Tally(400, 40)));

    @Test
    void whatLiesBeyondAForkIsCountedFromThere() {
        assertThat(RECORD.between(200, 400)).isEqualTo(10);
        assertThat(RECORD.between(100, 400)).isEqualTo(30);
        assertThat(RECORD.between(400, 400)).isZero();
    }

    @Test
    void betweenTwoPointsWritesAreSpreadEvenly() {
        assertThat(RECORD.between(300, 400)).isEqualTo(5);
        assertThat(RECORD.between(150, 200)).isEqualTo(10);
    }

    @Test
    void whatNobodyCountedIsNothing() {
        assertThat(RECORD.between(0, 400)).isEqualTo(30);
        assertThat(RECORD.between(500, 900)).isZero();
        assertThat(WriteRecord.NONE.between(0, 900)).isZero();
        assertThat(WriteRecord.NONE.acknowledgedBetween(0, 900)).isZero();
        assertThat(WriteRecord.NONE.acknowledgedBetween(-1, 0)).isZero();
    }

    @Test
    void whatWasAcknowledgedBeforeTheForkIsOnBothSides() {
        assertThat(RECORD.acknowledgedBetween(300, 400)).isZero();
        assertThat(RECORD.acknowledgedBetween(200, 400)).isEqualTo(5);
    }

    @Test
    void oneAcknowledgedWriteBeyondTheForkIsOneHoweverThePointsAreSpread() {
        assertThat(RECORD.acknowledgedBetween(299, 400)).isEqualTo(1);
    }

    @Test
    void whatTheHolderDoesNotHaveDoesNotCount() {
        assertThat(RECORD.acknowledgedBetween(200, 240)).isEqualTo(2);
        assertThat(RECORD.acknowledgedBetween(200, 200)).isZero();
    }

    @Test
    void itEndsWhereAnotherHistoryBegins() {
        assertThat(RECORD.upTo(300))
                .isEqualTo(
                        new WriteRecord(
                                300,
                                List.of(
                                        new Tally(100, 10),
                                        new Tally(200, 30),
                                        new Tally(300, 35))));
        assertThat(RECORD.upTo(200))
                .isEqualTo(new WriteRecord(200, List.of(new Tally(100, 10), new Tally(200, 30))));
        assertThat(RECORD.upTo(400)).isEqualTo(RECORD);
        assertThat(RECORD.upTo(99)).isEqualTo(WriteRecord.NONE);
        assertThat(WriteRecord.NONE.upTo(5)).isEqualTo(WriteRecord.NONE);
    }

    @Test
    void itIsBounded() {
        List<Tally> many = Collections.nCopies(WriteRecord.MAX_TALLIES + 1, new Tally(1, 1));

        assertThatThrownBy(() -> new WriteRecord(0, many))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 12 tallies, got 13");
    }
}

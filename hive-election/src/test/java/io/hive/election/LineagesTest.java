package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.message.Standing;
import org.junit.jupiter.api.Test;

class LineagesTest {
    private final Lineages lineages = new Lineages();

    private static Position at(char id, long offset) {
        return new Position(Report.id(id), offset);
    }

    private boolean contains(char tip, char id, long offset) {
        return lineages.contains(Report.id(tip), at(id, offset));
    }

    private static ReplicationId number(int number) {
        return new ReplicationId(String.format("%040x", number));
    }

    @Test
    void aLineageContainsItselfWhateverTheOffset() {
        assertThat(contains('a', 'a', Long.MAX_VALUE)).isTrue();
    }

    @Test
    void aLineageThatNobodyRemembersContainsNoOther() {
        assertThat(contains('b', 'a', 0)).isFalse();
    }

    @Test
    void aParentIsContainedUpToTheByteBeforeTheFork() {
        lineages.remember(Other.mark(2, 'b', 'a', 101));

        assertThat(contains('b', 'a', 100)).isTrue();
        assertThat(contains('b', 'a', 101)).isFalse();
    }

    @Test
    void aLineageInWhichNothingWasWrittenIsAsFarAsItsParentWas() {
        lineages.remember(Other.mark(2, 'b', 'a', 101));
        lineages.remember(Other.mark(3, 'c', 'a', 81));

        assertThat(contains('b', 'c', 80)).isTrue();
        assertThat(contains('b', 'c', 81)).isFalse();
        assertThat(contains('a', 'b', 100)).isTrue();
        assertThat(contains('a', 'b', 101)).isFalse();
    }

    @Test
    void onTheWayToAnAncestorTheEarliestForkCounts() {
        lineages.remember(Other.mark(2, 'b', 'a', 101));
        lineages.remember(Other.mark(3, 'c', 'b', 51));

        assertThat(contains('c', 'a', 50)).isTrue();
        assertThat(contains('c', 'a', 51)).isFalse();
    }

    @Test
    void twoChildrenOfOneParentAreRelated() {
        lineages.remember(Other.mark(2, 'b', 'a', 101));
        lineages.remember(Other.mark(2, 'c', 'a', 201));

        assertThat(lineages.related(Report.id('b'), Report.id('c'))).isTrue();
        assertThat(lineages.related(Report.id('a'), Report.id('c'))).isTrue();
        assertThat(lineages.related(Report.id('b'), Report.id('d'))).isFalse();
    }

    @Test
    void aMarkThatKnowsItsParentReplacesOneThatDoesNotAndIsNotReplaced() {
        lineages.remember(Other.mark(2, 'b'));
        lineages.remember(Other.mark(2, 'b', 'a', 101));
        lineages.remember(Other.mark(2, 'b'));
        lineages.remember(Other.mark(2, 'b', 'a', 500));

        assertThat(lineages.list()).containsExactly(Other.mark(2, 'b', 'a', 101));
    }

    @Test
    void marksAreToldOldestEpochFirstWhateverTheOrderTheyCameIn() {
        lineages.remember(Other.mark(3, 'c'));
        lineages.remember(Other.mark(1, 'a'));
        lineages.remember(Other.mark(2, 'b'));

        assertThat(lineages.list()).extracting(LineageMark::epoch).containsExactly(1L, 2L, 3L);
    }

    @Test
    void theOneThatIsServedIsToldLast() {
        lineages.remember(Other.mark(1, 'a'));
        lineages.remember(Other.mark(2, 'b'));

        assertThat(lineages.listEndingWith(Report.id('a')).getLast().id())
                .isEqualTo(Report.id('a'));
        assertThat(lineages.list()).hasSize(2);
    }

    @Test
    void pastTheLimitTheOldestEpochsAreForgottenAndOldOnesDoNotPushOutNewOnes() {
        for (int i = 1; i <= 40; i++) {
            lineages.remember(new LineageMark(i, number(i), null, 0));
        }
        lineages.remember(new LineageMark(1, number(1), null, 0));

        assertThat(lineages.list()).hasSize(Standing.MAX_LINEAGES);
        assertThat(lineages.list()).extracting(LineageMark::epoch).startsWith(25L).endsWith(40L);
    }

    @Test
    void marksThatGoInACircleEndTheSearch() {
        lineages.remember(Other.mark(1, 'a', 'b', 10));
        lineages.remember(Other.mark(2, 'b', 'a', 10));

        assertThat(contains('a', 'c', 1)).isFalse();
        assertThat(lineages.related(Report.id('a'), Report.id('c'))).isFalse();
    }
}

package io.hive.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.election.Decision;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class JournalTest {
    private final Instant noon = Instant.parse("2026-11-20T12:00:00Z");
    private final Journal journal = new Journal(Clock.fixed(noon, ZoneOffset.UTC));

    private static final NodeId LEADER = NodeId.parse("127.0.0.1:3000", 3000);

    private static Decision decision(String reason, int rule, long lost) {
        return new Decision(
                NodeState.ALONE, NodeState.FOLLOWING, LEADER, null, 7, reason, rule, lost);
    }

    @Test
    void keepsEachChangeOfLeaderWithItsTime() {
        journal.record(decision("one", 6, 0));
        journal.record(decision("two", 9, 0));

        assertThat(journal.entries())
                .extracting(e -> e.decision().reason())
                .containsExactly("one", "two");
        assertThat(journal.entries()).extracting(Journal.Entry::at).containsOnly(noon);
    }

    @Test
    void whatChangesNoLeaderAndLosesNothingIsLoggedAndNotKept() {
        journal.record(
                new Decision(
                        NodeState.ALONE, NodeState.PROPOSING, null, null, 7, "electing", 6, 0));

        assertThat(journal.entries()).isEmpty();
        assertThat(journal.decisions(6)).isEqualTo(1);
    }

    @Test
    void theSameLineAgainIsCountedAndHeldBack() {
        for (int i = 0; i < 50; i++) {
            journal.record(decision("no leader", 12, 3));
        }

        assertThat(journal.entries()).hasSize(1);
        assertThat(journal.decisions(12)).isEqualTo(50);
        assertThat(journal.lostBytes()).isEqualTo(150);
        assertThat(journal.decisions(99)).isZero();
    }

    @Test
    void forgetsTheOldestPastItsBound() {
        for (int i = 0; i < Journal.KEPT + 5; i++) {
            journal.record(decision("decision " + i, 0, 0));
        }

        assertThat(journal.entries()).hasSize(Journal.KEPT);
        assertThat(journal.entries().getFirst().decision().reason()).isEqualTo("decision 5");
    }
}

package io.hive.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.election.Decision;
import io.hive.election.Dropped;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static final NodeId LEADER = NodeId.parse("127.0.0.1:3000", 3000);
    private static final Position POSITION = new Position(new ReplicationId("a".repeat(40)), 160);
    private static final NodeId OTHER = NodeId.parse("127.0.0.2:3000", 3000);

    private final Instant noon = Instant.parse("2026-11-20T12:00:00Z");
    private final Journal journal = new Journal(Clock.fixed(noon, ZoneOffset.UTC), LEADER);

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
    void whatIsGivenUpIsKeptAndCountedByWhoseItIs() {
        journal.record(dropped(new Dropped(LEADER, POSITION, 30, 12, 60, "kept.rdb")));
        journal.record(dropped(new Dropped(OTHER, POSITION, 7, Dropped.UNKNOWN, -1, null)));

        assertThat(journal.entries()).hasSize(2);
        assertThat(journal.given().keys()).isEqualTo(30);
        assertThat(journal.given().writes()).isEqualTo(12);
        assertThat(journal.given().bytes()).isEqualTo(60);
        assertThat(journal.othersGiven().keys()).isEqualTo(7);
        assertThat(journal.othersGiven().writes()).as("unknown").isZero();
        assertThat(journal.othersGiven().bytes()).as("unknown").isZero();
    }

    private static Decision dropped(Dropped dropped) {
        return new Decision(
                NodeState.FOLLOWING,
                NodeState.FOLLOWING,
                LEADER,
                LEADER,
                7,
                "given up: " + dropped,
                23,
                0,
                dropped);
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

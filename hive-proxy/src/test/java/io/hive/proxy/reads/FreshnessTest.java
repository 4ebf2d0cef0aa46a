package io.hive.proxy.reads;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.node.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    private static final NodeId NODE = NodeId.parse("10.0.0.2", 3000);
    private static final ReplicationId ID = new ReplicationId("a".repeat(40));
    private static final ReplicationId OTHER = new ReplicationId("b".repeat(40));

    private final Freshness freshness = new Freshness();

    private static Position at(long offset) {
        return new Position(ID, offset);
    }

    @Test
    void itIsAsOldAsTheNewestPlaceOfTheMasterThatItHasReached() {
        freshness.masterAt(at(100), 1);
        freshness.masterAt(at(200), 2);
        freshness.masterAt(at(300), 3);
        assertThat(freshness.shownAt(NODE)).isNull();

        freshness.replicaAt(NODE, at(99));
        assertThat(freshness.shownAt(NODE)).isNull();
        freshness.replicaAt(NODE, at(250));
        assertThat(freshness.shownAt(NODE)).isEqualTo(2);
        freshness.replicaAt(NODE, at(300));
        assertThat(freshness.shownAt(NODE)).isEqualTo(3);
    }

    /** What it has not applied since is not forgotten when it reaches an older place. */
    @Test
    void itDoesNotLookYoungerThanItIsWhileItCatchesUp() {
        for (int i = 1; i <= 20; i++) {
            freshness.masterAt(at(100L * i), i);
        }
        freshness.replicaAt(NODE, at(150));
        freshness.masterAt(at(2_100), 21);

        freshness.replicaAt(NODE, at(450));

        assertThat(freshness.shownAt(NODE)).isEqualTo(4);
    }

    @Test
    void whileTheMasterWritesNothingItStaysFresh() {
        freshness.masterAt(at(100), 1);
        freshness.masterAt(at(100), 9);

        freshness.replicaAt(NODE, at(100));

        assertThat(freshness.shownAt(NODE)).isEqualTo(9);
    }

    @Test
    void offsetsOfAnotherLineageSayNothing() {
        freshness.masterAt(at(100), 1);
        freshness.replicaAt(NODE, new Position(OTHER, 500));
        assertThat(freshness.shownAt(NODE)).isNull();

        freshness.replicaAt(NODE, at(100));
        freshness.masterAt(new Position(OTHER, 50), 5);
        freshness.replicaAt(NODE, at(700));

        assertThat(freshness.shownAt(NODE)).isEqualTo(1);
    }

    @Test
    void whatIsForgottenForWantOfRoomMakesItOlderAndNeverYounger() {
        for (int i = 1; i <= 100_000; i++) {
            freshness.masterAt(at(i), i);
        }
        freshness.replicaAt(NODE, at(99_990));
        Long shown = freshness.shownAt(NODE);

        assertThat(shown).isNotNull().isLessThanOrEqualTo(99_990L).isGreaterThan(99_000L);
    }

    @Test
    void itIsShownAnewWhenItsDatasetIsNotWhatItWas() {
        freshness.masterAt(at(100), 1);
        freshness.replicaAt(NODE, at(100));
        freshness.forget(NODE);
        assertThat(freshness.shownAt(NODE)).isNull();

        freshness.replicaAt(NODE, at(100));
        freshness.keepOnly(List.of());
        assertThat(freshness.shownAt(NODE)).isNull();
    }
}

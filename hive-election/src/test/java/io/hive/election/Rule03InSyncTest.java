package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.redis.Holding;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName(
        "Rule 3: in sync means that the offset of a probe was seen applied, not that a link is up")
class Rule03InSyncTest {
    private final Other leader = Other.node(1).leads(5).holds('a', 900, 9);
    private final Node node = Node.at(2);

    @BeforeEach
    void follow() {
        node.finds(leader).meets(leader).observes(Report.fresh());
        node.hears(leader, leader.notice(5, Other.mark(5, 'a')));
        node.confirm();
    }

    @Test
    void rule03_aLinkThatIsUpIsNotInSyncBeforeTheLeadersOffsetWasApplied() {
        node.observes(node.server.at('a', 899).keys(9).up());
        node.hears(leader);
        assertThat(node.view().inSync()).isFalse();

        node.observes(node.server.at('a', 900));

        assertThat(node.view().inSync()).isTrue();
        assertThat(node.standing().eligibility()).isEqualTo(Eligibility.ELIGIBLE);
    }

    @Test
    void rule03_anOffsetOfAnotherLineageProvesNothing() {
        node.observes(node.server.at('b', 5000).keys(9).up());
        node.hears(leader);

        assertThat(node.view().inSync()).isFalse();
    }

    @Test
    void rule03_aProbeFromBeforeTheFullSynchronisationProvesNothing() {
        node.observes(node.server.syncing(true));
        node.hears(leader);

        node.observes(node.server.at('a', 950).keys(9).up());
        assertThat(node.view().inSync()).as("the snapshot was newer than the probe").isFalse();

        node.hears(leader.holds('a', 960, 9));
        assertThat(node.view().inSync()).isFalse();
        node.observes(node.server.at('a', 960));
        assertThat(node.view().inSync()).isTrue();
    }

    /** A link that nothing passes stays up for a minute, and the leader goes on. */
    @Test
    void rule03_aReplicaThatIsStuckIsOutOfSyncAfterAWhile() {
        node.observes(node.server.at('a', 900).keys(9).up());
        node.hears(leader);
        assertThat(node.view().inSync()).isTrue();

        leader.holds('a', 2000, 20);
        node.pass(9_000, leader);
        assertThat(node.view().inSync()).isTrue();
        node.pass(2_000, leader);
        assertThat(node.view().inSync()).isFalse();

        node.observes(node.server.at('a', 2000).keys(20));
        assertThat(node.view().inSync()).isTrue();
    }

    @Test
    void rule03_aLinkThatWentDownIsOutOfSyncUntilProvedAgain() {
        node.observes(node.server.at('a', 900).keys(9).up());
        node.hears(leader);
        assertThat(node.view().inSync()).isTrue();

        node.observes(node.server.down());
        assertThat(node.view().inSync()).isFalse();
        node.observes(node.server.up());
        assertThat(node.view().inSync()).isFalse();
        node.hears(leader);
        assertThat(node.view().inSync()).isTrue();
    }

    @Test
    void rule03_aSynchronisationThatEndedIsNotInSyncBeforeTheProof() {
        node.observes(node.server.syncing(true));
        node.observes(node.server.at('a', 899).keys(9).up());
        assertThat(node.view().inSync()).isFalse();
        assertThat(node.standing().eligibility()).isEqualTo(Eligibility.SYNC_UNFINISHED);

        node.loses(leader).observes(node.server.down());

        assertThat(node.standing().holding())
                .as("but its master's end does not make it less than it is")
                .isEqualTo(new Holding.Lineage(new Position(Report.id('a'), 899)));
    }

    @Test
    void rule03_aSynchronisationThatHangsIsNoReasonToWaitForEver() {
        node.observes(node.server.syncing(true));
        node.loses(leader).forget();

        node.pass(1_900);
        assertThat(node.all(Effect.Detach.class)).isEmpty();
        node.pass(200);
        assertThat(node.all(Effect.Detach.class)).isNotEmpty();
    }

    @Test
    void rule03_aReplicaWhoseLeaderDiedBeforeTheProofStandsForElectionAllTheSame() {
        node.observes(node.server.syncing(true));
        node.observes(node.server.at('a', 899).keys(9).up());
        node.loses(leader).forget();
        node.pass(11_000);

        // its link is up for as long as the old master's Redis lives, so it is no reason to wait
        assertThat(node.all(Effect.TakeOffDuty.class)).isNotEmpty();
    }
}

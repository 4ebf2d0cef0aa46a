package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.FeedOffer;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.Observation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName(
        "Rule 1: no threshold on offsets; a lineage is held if it was seen in sync or restored")
class Rule01HoldingTest {
    private final Other leader = Other.node(1).leads(5);

    private static Holding lineage(char id, long offset) {
        return new Holding.Lineage(new Position(Report.id(id), offset));
    }

    @Test
    void rule01_aFreshGuardedRedisReportsOffset1AndIsEmpty() {
        assertThat(Node.at(2).observes(Report.fresh()).standing().holding())
                .isEqualTo(new Holding.Empty());
    }

    @Test
    void rule01_aReplicaThatWasSeenInSyncAtOffset0HoldsItsLineage() {
        leader.holds('a', 0, 1000);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'a')));

        assertThat(node.standing().holding()).isEqualTo(lineage('a', 0));
        assertThat(node.standing().keys()).isEqualTo(1000);
    }

    @Test
    void rule01_aRestartFromAnAofHasKeysOfUnknownLineage() {
        assertThat(Node.at(2).observes(Report.fresh().keys(1000)).standing().holding())
                .isEqualTo(new Holding.Unknown());
    }

    @Test
    void rule01_aRestartFromASnapshotHoldsTheLineageThatItRestored() {
        assertThat(Node.at(2).observes(Report.restored('a', 70, 10)).standing().holding())
                .isEqualTo(lineage('a', 70));
    }

    @Test
    void rule01_aLineageIsHeldUnderOneRunIdOnly() {
        leader.holds('a', 900, 9);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'a')));
        assertThat(node.standing().holding()).isEqualTo(lineage('a', 900));

        node.observes(Report.fresh().run("run-2").keys(9));

        assertThat(node.standing().holding()).isEqualTo(new Holding.Unknown());
    }

    @Test
    void rule01_aMasterOfUnknownPastDoesNotGetALineageByBeingTakenOffDuty() {
        Node node = Node.at(2).observes(Report.master('e', 500, 10));
        assertThat(node.standing().holding()).isEqualTo(new Holding.Unknown());

        node.confirm();

        assertThat(node.server.build().isMaster()).isFalse();
        assertThat(node.standing().holding()).isEqualTo(new Holding.Unknown());
    }

    @Test
    void rule01_aMasterWhoseSnapshotBroughtItsLineageBackHoldsAContinuationOfIt() {
        Node node = Node.at(2).observes(Report.master('e', 880, 22).after('a', 881)).confirm();

        assertThat(node.standing().holding()).isEqualTo(lineage('e', 880));
        assertThat(node.standing().lineages()).containsExactly(Other.mark(0, 'e', 'a', 881));
    }

    @Test
    void rule01_aMasterWithOurReplicationUserWasServed() {
        Node node = Node.at(2).observes(Report.master('e', 0, 1000).userOf(4));

        assertThat(node.standing().holding()).isEqualTo(lineage('e', 0));
    }

    @Test
    void rule01_aLoadThatFailedLeavesAnIdThatProvesNothing() {
        leader.holds('a', 900, 9);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'a')));
        node.observes(node.server.syncing(true).down());
        assertThat(node.standing().holding()).isEqualTo(new Holding.Untold());
        assertThat(node.standing().eligibility()).isEqualTo(Eligibility.SYNC_UNFINISHED);

        // the place in the history went with the data; the ID stays as it was
        node.observes(node.server.syncing(false).at('a', 1).keys(4));

        assertThat(node.standing().holding()).isEqualTo(new Holding.Unknown());
    }

    /**
     * Redis gives up its data only when the load begins: what it had before is worth what it was.
     */
    @Test
    void rule01_aSyncThatWasCutOffBeforeItsLoadLeavesTheDataAsItWas() {
        leader.holds('a', 900, 9);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'a')));
        node.observes(node.server.syncing(true).down());
        Holding before = new Holding.Lineage(node.server.build().position());

        node.observes(node.server.syncing(false));

        assertThat(node.standing().holding()).isEqualTo(before);
    }

    @Test
    void rule01_aLoadThatFailedLeavesTheOldIdWithoutAnOffset() {
        leader.holds('a', 900, 9);
        Node node = Node.at(2).following(leader, leader.notice(5, Other.mark(5, 'a')));
        node.observes(node.server.syncing(true).down());
        node.observes(node.server.loading(true));

        node.observes(node.server.syncing(false).loading(false).at('a', 1).keys(5));

        assertThat(node.standing().holding()).isEqualTo(new Holding.Unknown());
    }

    @Test
    void rule01_aSynchronisationThatTookOverAnotherIdEndedWellThoughItsMasterDied() {
        leader.holds('a', 900, 9);
        Node node = Node.at(2).finds(leader).meets(leader).observes(Report.fresh());
        node.hears(leader, leader.notice(5, Other.mark(4, 'b'))).confirm();
        node.observes(node.server.syncing(true)).observes(node.server.loading(true));

        node.observes(node.server.syncing(false).loading(false).at('a', 899).keys(9));

        assertThat(node.standing().holding()).isEqualTo(lineage('a', 899));
    }

    @Test
    void rule01_aFetchThatCameToItsEndIsWhole() {
        leader.leaderless().holds('a', 900, 9).eligibility(Eligibility.DRAINING);
        Node node = Node.at(2).finds(leader).meets(leader).observes(Report.fresh());
        node.until(() -> node.waits().isEmpty() || node.state() == NodeState.PROPOSING, leader);
        node.confirm().answered(leader);
        node.hears(
                leader, new FeedOffer(node.solicit().epoch(), new Position(Report.id('b'), 900)));
        node.observes(Report.fresh().following(leader.redis).syncing(true));
        node.server.syncing(false).keys(9);
        node.confirm();

        assertThat(node.standing().holding()).isEqualTo(lineage('b', 900));
    }

    @Test
    void rule01_aServerThatLoadsIsSilentOrLostHasNotTold() {
        Node node = Node.at(2).observes(Report.restored('a', 70, 10).loading(true));
        assertThat(node.standing().holding()).isEqualTo(new Holding.Untold());

        node.observes(Report.restored('a', 70, 10));
        assertThat(node.standing().holding()).isEqualTo(lineage('a', 70));

        node.observes(new Observation.Silent(3000));
        assertThat(node.standing().holding()).isEqualTo(new Holding.Untold());
        assertThat(node.standing().eligibility()).isEqualTo(Eligibility.REDIS_SILENT);

        node.observes(new Observation.Lost("refused"));
        assertThat(node.standing().holding()).isEqualTo(new Holding.Untold());
        assertThat(node.standing().eligibility()).isEqualTo(Eligibility.REDIS_LOST);
    }
}

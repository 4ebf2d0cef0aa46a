package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.redis.Holding;
import io.hive.core.redis.Observation.Lost;
import io.hive.core.redis.Observation.Silent;
import io.hive.core.redis.RedisEndpoint;
import org.junit.jupiter.api.Test;

class DatasetTest {
    private static final RedisEndpoint MASTER = RedisEndpoint.parse("10.0.0.1:6379", 6379);

    private final Lineages lineages = new Lineages();
    private final Dataset dataset = new Dataset(lineages);
    private final Other leader = Other.node(1);

    private static Position at(char id, long offset) {
        return new Position(Report.id(id), offset);
    }

    @Test
    void beforeTheFirstLookNothingIsKnown() {
        assertThat(dataset.holding()).isEqualTo(new Holding.Untold());
        assertThat(dataset.eligibility()).isEqualTo(Eligibility.REDIS_LOST);
        assertThat(dataset.current()).isNull();
    }

    @Test
    void aLineageThatSomebodyRemembersWasServed() {
        lineages.remember(Other.mark(3, 'a'));
        dataset.observe(Report.restored('a', 0, 5).build());

        assertThat(dataset.holding()).isEqualTo(new Holding.Lineage(at('a', 0)));
    }

    /** Redis shows offset 1 where it has no place in any history, whatever ID it still shows. */
    @Test
    void offsetOneIsNoPlaceInALineage() {
        lineages.remember(Other.mark(3, 'a'));
        dataset.observe(Report.restored('a', 1, 5).build());

        assertThat(dataset.holding()).isEqualTo(new Holding.Unknown());
    }

    @Test
    void aLinkThatIsUpToSomebodyProvesNothingByItsOffset() {
        dataset.observe(Report.restored('a', 70, 5).following(MASTER).up().build());

        assertThat(dataset.holding()).isEqualTo(new Holding.Unknown());
        assertThat(dataset.eligibility()).isEqualTo(Eligibility.SYNC_UNFINISHED);
        assertThat(dataset.unproved()).isTrue();
        assertThat(dataset.master()).isEqualTo(MASTER);
    }

    @Test
    void aProbeOfTheLeadersProvesIt() {
        dataset.observe(Report.restored('a', 70, 5).following(MASTER).up().build());
        dataset.probe(at('a', 71));
        assertThat(dataset.inSync()).isFalse();

        dataset.observe(Report.restored('a', 71, 5).following(MASTER).up().build());

        assertThat(dataset.inSync()).isTrue();
        assertThat(dataset.eligibility()).isEqualTo(Eligibility.ELIGIBLE);
    }

    @Test
    void withoutALeaderNothingIsInSync() {
        dataset.observe(Report.restored('a', 70, 5).following(MASTER).up().build());
        dataset.probe(at('a', 70));
        assertThat(dataset.inSync()).isTrue();

        dataset.probe(null);

        assertThat(dataset.inSync()).isFalse();
        assertThat(dataset.holding())
                .as("but what it holds, it holds")
                .isEqualTo(new Holding.Lineage(at('a', 70)));
    }

    @Test
    void aPromotionIsRememberedWithWhereItLeftItsParent() {
        Report server = Report.restored('a', 70, 5);
        dataset.observe(server.build());
        server.promoted(Report.id('b'), "hive-replication-4");

        dataset.promoted(server.build(), leader.leadership(4), new Holding.Untold());

        assertThat(lineages.list()).containsExactly(Other.mark(4, 'b', 'a', 71));
        assertThat(dataset.served()).isEqualTo(leader.leadership(4));
        assertThat(dataset.holding()).isEqualTo(new Holding.Lineage(at('b', 70)));
        assertThat(dataset.inSync()).isTrue();
        assertThat(dataset.current()).isEqualTo(server.build());
    }

    @Test
    void anotherProcessHasServedNothing() {
        Report server = Report.restored('a', 70, 5);
        dataset.observe(server.build());
        dataset.promoted(
                server.promoted(Report.id('b'), "hive-replication-4").build(),
                leader.leadership(4),
                new Holding.Untold());

        dataset.observe(Report.fresh().run("run-2").build());

        assertThat(dataset.served()).isNull();
        assertThat(dataset.inSync()).isFalse();
        assertThat(dataset.holding()).isEqualTo(new Holding.Empty());
    }

    /** Promoted without a backlog, Redis forgets the ID that its snapshot came with. */
    @Test
    void whatItWasFrozenAtIsItsPastWhereRedisForgetsIt() {
        Report server = Report.restored('a', 70, 5);
        dataset.observe(server.build());
        dataset.promoted(
                server.at('c', 70).mastering().build(),
                leader.leadership(4),
                new Holding.Lineage(new Position(Report.id('a'), 70)));

        assertThat(lineages.contains(Report.id('c'), new Position(Report.id('a'), 70))).isTrue();
        assertThat(lineages.contains(Report.id('c'), new Position(Report.id('a'), 71))).isFalse();
        assertThat(lineages.beyond(Report.id('c'), new Position(Report.id('a'), 75))).isEqualTo(5);
    }

    /** It led one history, and follows another: its count weighed for the wrong one. */
    @Test
    void whoTookOverAnothersHistoryHasServedNothingOfIt() {
        Report server = Report.restored('a', 70, 5);
        dataset.observe(server.build());
        dataset.promoted(
                server.promoted(Report.id('b'), "hive-replication-4").build(),
                leader.leadership(4),
                new Holding.Untold());

        dataset.observe(Report.restored('b', 90, 7).following(MASTER).build());
        assertThat(dataset.served()).as("the history that it led").isNotNull();
        dataset.observe(Report.restored('c', 90, 7).following(MASTER).up().build());

        assertThat(dataset.served()).isNull();
    }

    @Test
    void aLinkThatOnlyDroppedKeepsTheLineage() {
        dataset.observe(Report.restored('a', 70, 5).following(MASTER).up().build());
        dataset.probe(at('a', 70));

        dataset.observe(Report.restored('a', 70, 5).following(MASTER).down().build());

        assertThat(dataset.holding()).isEqualTo(new Holding.Lineage(at('a', 70)));
        assertThat(dataset.inSync()).isFalse();
    }

    @Test
    void aLoadOfTheSameProcessMustBeProvedAgain() {
        dataset.observe(Report.restored('a', 70, 5).build());
        dataset.observe(Report.restored('a', 70, 5).following(MASTER).syncing(true).build());
        assertThat(dataset.eligibility()).isEqualTo(Eligibility.SYNC_UNFINISHED);
        dataset.observe(Report.restored('a', 1, 2).following(MASTER).down().build());
        assertThat(dataset.holding()).isEqualTo(new Holding.Unknown());

        dataset.observe(Report.restored('a', 90, 9).following(MASTER).up().build());
        dataset.probe(at('a', 90));

        assertThat(dataset.holding()).isEqualTo(new Holding.Lineage(at('a', 90)));
    }

    @Test
    void theMasterMustBeAnAddress() {
        assertThat(dataset.master()).isNull();
        dataset.observe(Report.restored('a', 70, 5).following(MASTER).build());
        assertThat(dataset.master()).as("its link is down").isNull();
    }

    @Test
    void itSaysWhatIsWrong() {
        assertThat(dataset.condition()).contains("not been reached");
        dataset.observe(new Lost("WRONGPASS"));
        assertThat(dataset.condition()).contains("WRONGPASS");
        dataset.observe(new Silent(4200));
        assertThat(dataset.condition()).contains("4200 ms");
        dataset.observe(Report.fresh().loading(true).build());
        assertThat(dataset.condition()).contains("loading");
        dataset.observe(Report.fresh().following(MASTER).syncing(true).build());
        assertThat(dataset.condition()).contains("10.0.0.1");
        dataset.observe(Report.fresh().keys(7).build());
        assertThat(dataset.condition()).contains("7 keys");
    }
}

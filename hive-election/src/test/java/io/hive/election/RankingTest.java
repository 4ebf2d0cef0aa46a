package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.LineageMark;
import io.hive.core.message.Eligibility;
import io.hive.core.message.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingTest {
    private static final int ROUNDS = 2_000;

    private static Ranking.Choice choose(List<Standing> standings) {
        return new Ranking(new Lineages(), standings, 0).choose(standings);
    }

    /** A few nodes on a few lineages with small numbers, so that ties are frequent. */
    private static List<Standing> random(Random random) {
        List<LineageMark> marks =
                List.of(
                        Other.mark(1, 'a'),
                        Other.mark(2, 'b', 'a', 1 + random.nextInt(4)),
                        Other.mark(3, 'c', 'a', 1 + random.nextInt(4)),
                        Other.mark(4, 'd', 'b', 1 + random.nextInt(4)));
        List<Standing> standings = new ArrayList<>();
        int nodes = 1 + random.nextInt(6);
        for (int i = 1; i <= nodes; i++) {
            Other other =
                    Other.node(i)
                            .since(random.nextInt(2))
                            .priority(random.nextInt(3))
                            .hearers(1 + random.nextInt(2))
                            .version(7, 0, random.nextInt(2))
                            .wrote(random.nextInt(3))
                            .acknowledged(random.nextInt(4) == 0 ? 1 : 0)
                            .eligibility(
                                    switch (random.nextInt(6)) {
                                        case 0 -> Eligibility.DRAINING;
                                        case 1 -> Eligibility.LOADING;
                                        default -> Eligibility.ELIGIBLE;
                                    });
            switch (random.nextInt(5)) {
                case 0 -> other.empty();
                case 1 -> other.unknown(random.nextInt(3));
                default ->
                        other.holds(
                                "abcde".charAt(random.nextInt(5)),
                                random.nextInt(5),
                                random.nextInt(4));
            }
            if (random.nextBoolean()) {
                other.served(other.leadership(1 + random.nextInt(3)));
            }
            marks.stream().filter(_ -> random.nextInt(3) > 0).forEach(other::remembers);
            standings.add(other.standing());
        }
        return standings;
    }

    @Test
    void theOrderInWhichAnswersCameDecidesNothing() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<Standing> standings = random(random);
            // which parent a mark has is by who told it first: all of one round tell the same
            Ranking.Choice first = choose(standings);
            for (int i = 0; i < 5; i++) {
                Collections.shuffle(standings, random);
                assertThat(choose(standings))
                        .as("seed %d, round %d, of %s", seed, round, standings)
                        .isEqualTo(first);
            }
        }
    }

    /** Without histories that part there is one order: the best of all beats each of the others. */
    @Test
    void onOneHistoryTheWinnerOfAllWinsAgainstEachAndIsMissedByNobody() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<Standing> standings = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                Other other =
                        Other.node(i)
                                .since(random.nextInt(2))
                                .priority(1 + random.nextInt(2))
                                .version(7, 0, random.nextInt(2));
                switch (random.nextInt(3)) {
                    case 0 -> other.empty();
                    case 1 -> other.unknown(1 + random.nextInt(2));
                    default -> other.holds('a', random.nextInt(3), 1 + random.nextInt(2));
                }
                standings.add(other.standing());
            }
            String what = "seed " + seed + ", round " + round;
            Standing winner = choose(standings).winner();
            assertThat(winner).as(what).isNotNull();
            for (Standing other : standings) {
                assertThat(choose(List.of(other, winner)).winner()).as(what).isEqualTo(winner);
            }
            // transitive: taking the winner away again and again gives an order that pairs keep
            List<Standing> ordered = new ArrayList<>();
            List<Standing> rest = new ArrayList<>(standings);
            while (!rest.isEmpty()) {
                Standing best = choose(rest).winner();
                assertThat(best).as(what).isNotNull();
                ordered.add(best);
                rest.remove(best);
            }
            for (int i = 0; i < ordered.size(); i++) {
                for (int j = i + 1; j < ordered.size(); j++) {
                    assertThat(choose(List.of(ordered.get(j), ordered.get(i))).winner())
                            .as(what)
                            .isEqualTo(ordered.get(i));
                }
            }
        }
    }

    /** Whatever else: nobody who could not lead wins, and data is never left for nothing. */
    @Test
    void anEmptyNodeNeverLeadsUnfedWhileOneThatCouldLeadHoldsData() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<Standing> standings = random(random);
            Ranking.Choice choice = choose(standings);
            String what = "seed " + seed + ", round " + round + ": " + standings;
            if (choice.winner() == null) {
                assertThat(standings)
                        .as(what)
                        .allMatch(s -> s.eligibility() == Eligibility.LOADING);
                continue;
            }
            assertThat(choice.winner().eligibility()).as(what).isNotEqualTo(Eligibility.LOADING);
            boolean data =
                    standings.stream()
                            .filter(s -> s.eligibility() != Eligibility.LOADING)
                            .anyMatch(Ranking::hasData);
            assertThat(choice.empty()).as(what).isEqualTo(!data);
            if (choice.feeder() != null) {
                assertThat(choice.feeder()).as(what).isNotEqualTo(choice.winner());
            } else if (data) {
                assertThat(Ranking.hasData(choice.winner())).as(what).isTrue();
            }
        }
    }

    @Test
    void histories_thatParted_areWeighedAsGroupsNotNodeByNode() {
        // node by node this goes in a circle: 1 > 2 by offset, 2 > 3 and 3 > 1 by keys
        Standing one = Other.node(1).holds('a', 20, 1).standing();
        Standing two = Other.node(2).holds('a', 10, 9).standing();
        Standing three = Other.node(3).holds('b', 5, 5).standing();

        assertThat(choose(List.of(one, two, three)).winner()).isEqualTo(one);
    }

    @Test
    void ofThoseWhoRememberAnyOneIsEnough() {
        Standing parent = Other.node(1).holds('a', 100, 90).standing();
        Standing child = Other.node(2).holds('b', 110, 10).standing();
        assertThat(choose(List.of(parent, child)).winner()).isEqualTo(parent);

        Standing third = Other.node(3).empty().remembers(Other.mark(2, 'b', 'a', 101)).standing();
        assertThat(choose(List.of(parent, child, third)).winner()).isEqualTo(child);
    }

    @Test
    void aDrainingNodeOnTheChosenLineageFeedsTheBestOfTheWilling() {
        Standing drains =
                Other.node(1).holds('a', 200, 9).eligibility(Eligibility.DRAINING).standing();
        Standing behind = Other.node(2).holds('a', 100, 9).standing();
        Standing ahead = Other.node(3).holds('a', 150, 9).standing();

        Ranking.Choice choice = choose(List.of(drains, behind, ahead));

        assertThat(choice.winner()).isEqualTo(ahead);
        assertThat(choice.feeder()).isEqualTo(drains);
        assertThat(choice.rule()).isEqualTo(10);
    }
}

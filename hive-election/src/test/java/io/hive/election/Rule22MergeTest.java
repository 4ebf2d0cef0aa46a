package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Tally;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.message.Standing;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Rule 22: the side that loses less goes on, counted in writes and never in offsets")
class Rule22MergeTest {
    private static Other a() {
        return Other.node(1);
    }

    private static Other b() {
        return Other.node(2);
    }

    /** Leads its own side of a partition of what was lineage 9 until 100. */
    private static Other side(Other other, char id, long offset, long keys, long epoch) {
        return other.holds(id, offset, keys)
                .remembers(Other.mark(epoch, id, '9', 101))
                .served(other.leadership(epoch));
    }

    static Stream<Arguments> merges() {
        return Stream.of(
                Arguments.of(
                        "5000 keys at offset 0 outweigh a stream of pings",
                        a().holds('a', 1_000_000, 1),
                        b().holds('b', 0, 5000)),
                Arguments.of(
                        "an empty side loses to one with data",
                        a().holds('a', 900, 0).served(a().leadership(9)).wrote(900),
                        b().unknown(1)),
                Arguments.of(
                        "writes that the other lacks, not keys or offsets",
                        side(a(), 'a', 9_000, 900, 2).wrote(5),
                        side(b(), 'b', 200, 500, 1).wrote(6)),
                Arguments.of(
                        "fewer keys of who counts nothing do not outweigh what a leader counted",
                        a().holds('a', 81, 2).remembers(Other.mark(1, 'a', '9', 50)),
                        side(b(), 'b', 9_000, 297, 2).wrote(248)),
                Arguments.of(
                        "an old snapshot does not outweigh a leader that was promoted since",
                        a().holds('a', 4_041, 101).remembers(Other.mark(1, 'a', '9', 50)),
                        side(b(), 'b', 8_148, 189, 2).wrote(12)),
                Arguments.of(
                        "acknowledged writes before writes",
                        side(a(), 'a', 300, 100, 2).wrote(500),
                        side(b(), 'b', 300, 100, 1).wrote(5).acknowledged(1)),
                Arguments.of(
                        "keys where the lineages are unrelated",
                        a().holds('a', 300, 100).served(a().leadership(2)).wrote(500),
                        b().holds('b', 300, 101).served(b().leadership(3)).wrote(1)),
                Arguments.of(
                        "the older leadership where all else is equal",
                        a().holds('a', 300, 100).served(a().leadership(4)),
                        b().holds('b', 300, 100).served(b().leadership(3))),
                Arguments.of(
                        "the lowest address in the end",
                        Other.node(10).holds('a', 300, 100),
                        Other.node(9).holds('b', 300, 100)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("merges")
    void rule22_(String what, Other loser, Other winner) {
        assertThat(choose(loser, winner).winner()).isEqualTo(winner.standing());
        assertThat(choose(winner, loser).winner()).isEqualTo(winner.standing());
    }

    private static Ranking.Choice choose(Other... others) {
        List<Standing> standings = Stream.of(others).map(Other::standing).toList();
        return new Ranking(new Lineages(), standings, 0).choose(standings);
    }

    @Test
    void rule22_theDecisionSaysWhatWasWeighed() {
        Ranking.Choice choice =
                choose(side(a(), 'a', 300, 100, 2).wrote(7), side(b(), 'b', 300, 100, 1).wrote(6));

        assertThat(choice.rule()).isEqualTo(22);
        assertThat(choice.reason())
                .contains("0 acknowledged, 7 written, 100 keys against")
                .contains("against 0 acknowledged, 6 written, 100 keys");
    }

    // the count of a leader

    private final Other follower = Other.node(3);
    private final Other lost = Other.node(4);

    private Node leading(Other... others) {
        Node node = Node.at(2);
        node.server = Report.restored('a', 100, 10);
        return node.leading(others);
    }

    /** What it has counted since this offset. */
    private static long writes(Node node, long fork) {
        return node.standing().record().between(fork, Long.MAX_VALUE);
    }

    private Node writes(Node node, long offset, long changes) {
        return node.observes(
                node.server.at(node.report().replicationId(), offset).changes(changes));
    }

    @Test
    void rule22_theLeaderCountsWhatItsRedisChanged() {
        Node node = leading(follower);
        long from = node.report().masterOffset();

        writes(node, 2_000, 40);
        writes(node, 2_100, 3); // a snapshot was saved in between
        writes(node, 1_000_000, 3);

        assertThat(writes(node, from)).isEqualTo(43);
    }

    @Test
    void rule22_whatBothSidesHaveIsNotCountedAgainstEither() {
        Node node = leading(follower, lost);
        writes(node, 50_000, 1000).loses(lost);
        writes(node, 50_300, 1007);

        assertThat(writes(node, 50_000)).isEqualTo(7);
    }

    @Test
    void rule22_whoIsThereNowDoesNotMatter() {
        Node node = leading(follower, lost);
        writes(node, 50_000, 1000).loses(lost);
        writes(node, 50_300, 1007).loses(follower);
        follower.follows(lost.leadership(9)).hears(lost.node());

        node.meets(follower);
        node.hears(follower, lost.notice(9, Other.mark(9, 'e')));
        assertThat(node.leadership()).isEqualTo(lost.leadership(9));
        node.meets(lost.leads(9).hears(follower.node()));

        assertThat(writes(node, 50_000)).isEqualTo(7);
    }

    @Test
    void rule22_ofTwoLeadersWhatEachWroteSinceTheForkDecides() {
        Other old =
                a().holds('9', 9_700, 5_017)
                        .served(a().leadership(1))
                        .records(0, new Tally(9_000, 5_000), new Tally(9_700, 5_017));
        Other elected =
                b().holds('b', 9_400, 5_018)
                        .served(b().leadership(2))
                        .remembers(Other.mark(2, 'b', '9', 9_001))
                        .records(0, new Tally(9_000, 0), new Tally(9_400, 18));

        assertThat(choose(old, elected).winner()).isEqualTo(elected.standing());
        assertThat(choose(old, elected).reason()).contains("18 written").contains("17 written");
    }

    /** Of a leader that is gone, its followers know what it counted. */
    @Test
    void rule22_aHistoryIsWeighedByWhoeverIsLeftOfIt() {
        Other left =
                a().holds('9', 9_700, 10)
                        .records(0, new Tally(9_000, 5_000), new Tally(9_700, 5_020));
        Other elected =
                side(b(), 'b', 9_400, 10, 2)
                        .remembers(Other.mark(2, 'b', '9', 9_001))
                        .records(0, new Tally(9_000, 0), new Tally(9_400, 18));

        assertThat(choose(left, elected).winner()).isEqualTo(left.standing());
    }

    @Test
    void rule22_whatWasWrittenUntilTheFreezeCounts() {
        Node node = leading().meets(lost);
        long from = node.report().masterOffset();
        writes(node, 2_000, 10);
        node.hears(lost, new Solicit(70, Cause.MERGE, List.of(node.leadership()), null));
        node.server.at(node.report().replicationId(), 2_200).changes(15);

        node.confirm();

        Standing told = node.said(Answer.class, lost).getLast().standing();
        assertThat(told.record().between(from, Long.MAX_VALUE)).isEqualTo(15);
    }

    @Test
    void rule22_whatAnotherLeaderWroteIsNotCounted() {
        Node node = leading().meets(lost);
        long from = node.report().masterOffset();
        writes(node, 2_000, 10);
        node.hears(lost, new Solicit(70, Cause.MERGE, List.of(node.leadership()), null));
        node.confirm();
        node.hears(lost.leads(70));
        node.hears(lost, lost.notice(70, Other.mark(70, 'e'), node.node()));

        node.confirm().observes(node.server.changes(500));

        assertThat(writes(node, from)).isLessThanOrEqualTo(10);
    }

    // a node with data that does not lead

    @Test
    void rule22_dataOfAnotherLineageThatMeetsALeaderIsAMerge() {
        Other leader = Other.node(1).leads(5).holds('b', 300, 100);
        Node node = Node.at(2).finds(leader).meets(leader);
        node.observes(Report.restored('8', 7, 3));

        node.hears(leader, leader.notice(5, Other.mark(5, 'b')));

        assertThat(node.solicit().cause()).isEqualTo(Cause.MERGE);
        assertThat(node.all(Effect.Follow.class)).isEmpty();
    }

    @Test
    void rule22_keysOfUnknownLineageThatMeetAnEmptyLeaderAreAMerge() {
        Other leader = Other.node(1).leads(5).holds('b', 3, 0);
        Node node = Node.at(2).finds(leader).meets(leader).observes(Report.fresh().keys(50));

        node.hears(leader, leader.notice(5, Other.mark(5, 'b')));

        assertThat(node.solicit().cause()).isEqualTo(Cause.MERGE);
    }

    @Test
    void rule22_anEmptyNodeThatMeetsALeaderFollows() {
        Other leader = Other.node(1).leads(5).holds('b', 300, 100);
        Node node = Node.at(2).finds(leader).meets(leader).observes(Report.restored('8', 7, 0));

        node.hears(leader, leader.notice(5, Other.mark(5, 'b')));

        assertThat(node.operation()).isInstanceOf(Effect.Follow.class);
    }
}

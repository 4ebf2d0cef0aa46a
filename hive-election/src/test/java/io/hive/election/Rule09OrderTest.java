package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.message.Standing;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Rule 9: the order of candidates")
class Rule09OrderTest {
    private static Other a() {
        return Other.node(1);
    }

    private static Other b() {
        return Other.node(2);
    }

    /** Two candidates; the second one wins though everything that counts less is for the first. */
    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(
                        "eligible before data",
                        a().holds('a', 900, 9).eligibility(Eligibility.LOADING),
                        b().empty()),
                Arguments.of(
                        "offset on one lineage before keys",
                        a().holds('a', 100, 500),
                        b().holds('a', 101, 400)),
                Arguments.of(
                        "a lineage before the one that it continues",
                        a().holds('a', 100, 50),
                        b().holds('b', 100, 50).remembers(Other.mark(2, 'b', 'a', 101))),
                Arguments.of(
                        "a known lineage before more keys of an unknown one",
                        a().unknown(1000),
                        b().holds('a', 3, 1)),
                Arguments.of(
                        "keys of unknown lineage before none",
                        a().holds('a', 500, 0),
                        b().unknown(1)),
                Arguments.of("data before priority", a().priority(1), b().unknown(1).priority(200)),
                Arguments.of("priority", a().priority(100).since(1), b().priority(99).since(9)),
                Arguments.of(
                        "priority before version",
                        a().version(6, 2, 0),
                        b().version(7, 4, 0).priority(99)),
                Arguments.of(
                        "the older version before the earlier timestamp",
                        a().version(7, 0, 15).since(1),
                        b().version(6, 2, 14).since(9)),
                Arguments.of(
                        "the earlier timestamp before the address", a().since(9), b().since(8)),
                Arguments.of("the lowest address", Other.node(10), Other.node(9)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void rule09_(String what, Other loser, Other winner) {
        assertThat(choose(loser, winner).winner()).isEqualTo(winner.standing());
        assertThat(choose(winner, loser).winner()).isEqualTo(winner.standing());
    }

    private static Ranking.Choice choose(Other... others) {
        List<Standing> standings = Stream.of(others).map(Other::standing).toList();
        return new Ranking(new Lineages(), standings, 0).choose(standings);
    }

    @Test
    void rule09_addressesAreComparedAsNumbersAndIpv4ComesFirst() {
        NodeId nine = new NodeId(IpAddress.parse("10.0.0.9"), 3000);
        NodeId ten = new NodeId(IpAddress.parse("10.0.0.10"), 3000);
        NodeId high = new NodeId(IpAddress.parse("200.0.0.1"), 3000);
        NodeId six = new NodeId(IpAddress.parse("fd00::1"), 3000);
        NodeId port = new NodeId(IpAddress.parse("10.0.0.9"), 3001);

        assertThat(Stream.of(six, high, ten, port, nine).sorted())
                .containsExactly(nine, port, ten, high, six);
    }

    @Test
    void rule09_aNodeIsWhatItsHelloSaysAndEachStartIsAnother() {
        Member one = new Member(Other.nodeId(1), new BootId(1));
        Member two = new Member(Other.nodeId(1), new BootId(2));

        assertThat(one).isNotEqualTo(two);
        Node node = Node.at(5);
        Other old = Other.node(1);
        node.meets(old).meets(old.reborn());
        node.hears(old.holds('a', 5, 5));
        assertThat(node.view().peers())
                .singleElement()
                .satisfies(p -> assertThat(p.standing()).isEqualTo(old.reborn().standing()));
    }

    @Test
    void rule09_theFoundingRule_ofEqualsTheOneThatStoodFirstLeads() {
        // this node stands since 1000, as the kit has it
        Other earlier = Other.node(9).since(999);
        Node node = Node.at(5).finds(earlier).meets(earlier).observes(Report.fresh());
        node.until(() -> !node.said(Solicit.class).isEmpty(), earlier);
        node.confirm().answered(earlier);

        assertThat(node.said(Nomination.class, earlier)).hasSize(1);
    }

    @Test
    void rule09_nobodyThatCouldLeadIsNoLeader() {
        assertThat(choose(a().untold(Eligibility.REDIS_LOST), b().untold(Eligibility.LOADING)))
                .satisfies(choice -> assertThat(choice.winner()).isNull());
    }
}

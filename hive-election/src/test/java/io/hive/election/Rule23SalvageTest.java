package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage.FeedOffer;
import io.hive.core.message.PeerMessage.FeedRequest;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName(
        "Rule 23: a loser sets its data aside before it follows, and both say what was dropped")
class Rule23SalvageTest {
    private static final ElectionSettings SALVAGE = ElectionSettings.defaults().salvaging(true);

    /** It leads in epoch 7, on the lineage b, which left the common a at 101. */
    private final Other leader =
            Other.node(3).leads(7).holds('b', 500, 40).remembers(Other.mark(7, 'b', 'a', 101));

    /** A node with 30 keys of a up to 160: 60 bytes that b does not have. It has lost a merge. */
    private Node loser(ElectionSettings settings) {
        Node node = Node.at(2, settings).finds(leader).meets(leader);
        node.observes(Report.restored('a', 160, 30)).forget();
        node.hears(leader, leader.notice(7, Other.mark(7, 'b', 'a', 101)));
        assertThat(node.decisions(22)).as("a merge begins").isNotEmpty();
        node.confirm();
        long epoch = node.solicit().epoch();
        node.hears(leader.leaderless().wrote(400).served(leader.leadership(7)));
        node.answered(leader);
        assertThat(node.said(Nomination.class)).hasSize(1);
        node.hears(leader.leads(epoch).holds('c', 500, 40));
        node.forget();
        node.hears(
                leader,
                leader.notice(epoch, Other.mark(epoch, 'c', 'b', 501), node.node(), leader.node()));
        return node;
    }

    private static Dropped dropped(Node node) {
        List<Decision> decisions =
                node.decisions(23).stream().filter(d -> d.dropped() != null).toList();
        assertThat(decisions).hasSize(1);
        Dropped dropped = decisions.getFirst().dropped();
        assertThat(dropped).isNotNull();
        return dropped;
    }

    @Test
    void rule23_itIsSetAsideBeforeTheNodeFollows() {
        Node node = loser(SALVAGE);

        Effect.Salvage salvage = node.the(Effect.Salvage.class);
        assertThat(salvage.position().offset()).isEqualTo(160);
        assertThat(salvage.runId()).isEqualTo(node.server.runId());
        assertThat(node.all(Effect.Follow.class)).isEmpty();
        assertThat(node.state()).isEqualTo(NodeState.FOLLOWING);
        assertThat(node.view().routed()).as("its clients are served meanwhile").isTrue();
        assertThat(node.view().inSync()).isFalse();
        assertThat(node.waits()).contains("sets aside 30 keys");

        node.confirm();
        assertThat(node.all(Effect.Follow.class)).hasSize(1);
        assertThat(node.waits()).isEmpty();
        Dropped dropped = dropped(node);
        assertThat(dropped.file()).isEqualTo("kept.rdb");
        assertThat(dropped.keys()).isEqualTo(30);
        assertThat(dropped.bytes()).isEqualTo(60);
        assertThat(dropped.writes()).as("nobody counted them").isEqualTo(Dropped.UNKNOWN);
        assertThat(dropped.by()).isEqualTo(node.node());
        node.confirm().pass(15_000, leader);
        assertThat(node.all(Effect.Salvage.class)).as("once").hasSize(1);
    }

    @Test
    void rule23_whatCannotBeSetAsideIsKeptAndTriedAgain() {
        Node node = loser(SALVAGE).fails();

        node.pass(9_000, leader);
        assertThat(node.all(Effect.Follow.class)).isEmpty();
        assertThat(node.all(Effect.Salvage.class)).hasSize(1);
        assertThat(node.view().inSync()).isFalse();
        assertThat(node.waits()).contains("could not be set aside").contains("as the test wants");
        node.pass(2_000, leader);
        assertThat(node.all(Effect.Salvage.class)).hasSize(2);
        node.confirm();
        assertThat(node.all(Effect.Follow.class)).hasSize(1);
    }

    /** Else it would be weighed against what was written since, by the number of its keys. */
    @Test
    void rule23_whatHasLostIsNotWeighedAgainWhileAnyoneHasTheHistoryThatWon() {
        Node node = loser(SALVAGE).fails();
        assertThat(node.standing().eligibility()).isEqualTo(Eligibility.NOT_READY);

        node.loses(leader);
        assertThat(node.standing().eligibility())
                .as("nobody else is left")
                .isEqualTo(Eligibility.ELIGIBLE);
    }

    @Test
    void rule23_withoutADirectoryItIsReportedAndGivenUp() {
        Node node = loser(ElectionSettings.defaults());

        assertThat(node.all(Effect.Salvage.class)).isEmpty();
        assertThat(node.all(Effect.Follow.class)).hasSize(1);
        Dropped dropped = dropped(node);
        assertThat(dropped.file()).isNull();
        assertThat(dropped.keys()).isEqualTo(30);
        node.fails().pass(2_000, leader);
        assertThat(node.all(Effect.Follow.class)).as("it is told to again").hasSizeGreaterThan(1);
        assertThat(dropped(node)).as("and it is reported once").isEqualTo(dropped);
    }

    @Test
    void rule23_whatTheLeadersHistoryContainsIsNotSetAside() {
        Node node = Node.at(2, SALVAGE).finds(leader).meets(leader);
        node.observes(Report.restored('a', 100, 30));
        node.hears(leader, leader.notice(7, Other.mark(7, 'b', 'a', 101)));

        assertThat(node.all(Effect.Salvage.class)).isEmpty();
        assertThat(node.all(Effect.Follow.class)).hasSize(1);
        assertThat(node.decisions(23)).isEmpty();
    }

    /** A restart from an AOF: nobody can say whether the leader has all of it. */
    @Test
    void rule23_keysOfAnUnknownLineageAreSetAsideToo() {
        Node node = Node.at(2, SALVAGE).finds(leader).meets(leader);
        node.observes(Report.fresh().keys(30));
        node.hears(leader, leader.notice(7, Other.mark(7, 'b', 'a', 101)));

        assertThat(node.all(Effect.Follow.class)).isEmpty();
        node.confirm();
        assertThat(node.all(Effect.Follow.class)).hasSize(1);
        assertThat(dropped(node).bytes()).isEqualTo(Dropped.UNKNOWN);
        assertThat(node.standing().holding())
                .as("no better known for that")
                .hasToString("unknown lineage");
    }

    @Test
    void rule23_theWinnerReportsItTooOnceForEachHistory() {
        Other other = Other.node(4).holds('d', 160, 30).wrote(12);
        other.served(other.leadership(5)).remembers(Other.mark(5, 'd', 'a', 101));
        Other replica = Other.node(5).holds('d', 150, 29).since(3_000);
        Node node = Node.at(2, SALVAGE).finds(other, replica).meets(other, replica);
        node.observes(Report.restored('a', 400, 90).changes(500));
        node.until(() -> !node.said(Solicit.class).isEmpty(), other, replica);
        node.confirm().answered(other, replica);
        node.confirm();

        assertThat(node.state()).isEqualTo(NodeState.LEADING);
        Dropped dropped = dropped(node);
        assertThat(dropped)
                .isEqualTo(
                        new Dropped(
                                other.node(), new Position(Report.id('d'), 160), 30, 12, 60, null));
        assertThat(node.all(Effect.Salvage.class)).as("that is the other's business").isEmpty();
    }

    /** It wins with 40 bytes of its own that the draining one, which is fresher, does not have. */
    private Node fetches() {
        Other fresh = Other.node(1).holds('c', 900, 90).eligibility(Eligibility.DRAINING);
        fresh.remembers(Other.mark(4, 'c', 'a', 61));
        Node node = Node.at(2, SALVAGE).finds(fresh).meets(fresh);
        node.observes(Report.restored('a', 100, 10));
        node.until(() -> !node.said(Solicit.class).isEmpty(), fresh);
        node.confirm().answered(fresh);
        long epoch = node.solicit().epoch();
        assertThat(node.said(FeedRequest.class, fresh)).hasSize(1);
        node.hears(fresh, new FeedOffer(epoch, new Position(Report.id('d'), 900)));
        return node;
    }

    @Test
    void rule23_aWinnerSetsItsOwnAsideBeforeItFetchesAnothers() {
        Node node = fetches();
        assertThat(node.all(Effect.Salvage.class)).hasSize(1);
        assertThat(node.all(Effect.Fetch.class)).isEmpty();

        node.confirm();
        assertThat(dropped(node).bytes()).isEqualTo(40);
        assertThat(node.the(Effect.Fetch.class).target().offset()).isEqualTo(900);
        node.confirm().confirm();
        assertThat(node.state()).isEqualTo(NodeState.LEADING);
        assertThat(dropped(node).by())
                .as("what it fetched is what it goes on with")
                .isEqualTo(node.node());
    }

    @Test
    void rule23_aWinnerThatCannotLeavesTheLeadToTheOther() {
        Node node = fetches().fails();

        assertThat(node.all(Effect.Fetch.class)).isEmpty();
        assertThat(node.promotes()).isFalse();
        assertThat(node.said(Nomination.class)).hasSize(1);
    }
}

package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.message.Eligibility;
import io.hive.core.message.HandoffResult;
import io.hive.core.message.PeerMessage.CatchUp;
import io.hive.core.message.PeerMessage.Cede;
import io.hive.core.message.PeerMessage.HandoffReply;
import io.hive.core.message.PeerMessage.HandoffRequest;
import io.hive.core.message.PeerMessage.HandoffStep;
import io.hive.core.message.PeerMessage.HandoffStep.Step;
import io.hive.core.message.PeerMessage.Hold;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Prepare;
import io.hive.core.message.PeerMessage.Release;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.node.NodeState;
import io.hive.core.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 20: a planned change of master loses nothing, whatever dies on the way")
class Rule20HandoverTest {
    private final Other second = Other.node(2);
    private final Other third = Other.node(3);

    /** This node leads these, who are in sync. */
    private static Node leads(Other... others) {
        Node node = Node.at(1);
        node.server = Report.restored('a', 100, 10);
        node.leading(others);
        for (Other other : others) {
            inSync(node, other, 100);
        }
        return node.forget();
    }

    private static void inSync(Node leader, Other other, long offset) {
        other.holds(leader.report().replicationId(), offset, 10)
                .follows(leader.leadership())
                .served(leader.leadership());
        leader.hears(other);
    }

    private static HandoffStep step(Leadership next, Step step) {
        return new HandoffStep(next, step, null, "");
    }

    private static Leadership asked(Node node, Other target) {
        assertThat(node.said(Prepare.class, target)).hasSize(1);
        return node.said(Prepare.class, target).getLast().next();
    }

    private static HandoffResult result(Node node) {
        assertThat(node.all(Effect.HandoffEnded.class)).hasSize(1);
        return node.the(Effect.HandoffEnded.class).result();
    }

    /** The leader has asked for all relays to be held. */
    private Leadership holding(Node node) {
        node.handsOff(second);
        Leadership next = asked(node, second);
        node.hears(second, step(next, Step.PREPARED));
        return next;
    }

    private Leadership paused(Node node) {
        Leadership next = holding(node);
        node.hears(second, step(next, Step.HELD));
        if (!node.said(Hold.class, third).isEmpty()) {
            node.hears(third, step(next, Step.HELD));
        }
        node.isHeld(next).confirm();
        return next;
    }

    private Leadership ceded(Node node) {
        Leadership next = paused(node);
        node.hears(second, step(next, Step.CAUGHT_UP)).confirm();
        return next;
    }

    /** This node follows {@link #second} in sync. */
    private Node follows(Other... others) {
        second.holds('a', 100, 10).leads(5);
        Node node = Node.at(1);
        node.server = Report.restored('a', 100, 10);
        node.following(second, second.notice(5, Other.mark(5, 'a')), others);
        return node.forget();
    }

    private Leadership mine(Node node) {
        return new Leadership(6, node.self);
    }

    private Node ready() {
        Node node = follows(third);
        node.hears(second, new Prepare(mine(node), new Position(Report.id('a'), 100))).confirm();
        node.hears(second, new CatchUp(mine(node), new Position(Report.id('a'), 130))).confirm();
        return node.forget();
    }

    private Cede cede(Leadership next) {
        return new Cede(next, second.holds('a', 130, 12).leaderless().standing());
    }

    // ---- the leader's side, step by step

    @Test
    void rule20_theSuccessorMakesReadyWhileEverythingGoesOn() {
        Node node = leads(second, third).handsOff(second);

        Prepare prepare = node.said(Prepare.class, second).getLast();
        assertThat(prepare.next().leader()).isEqualTo(second.member);
        assertThat(prepare.next().epoch()).isGreaterThan(node.leadership().epoch());
        assertThat(prepare.upTo()).isEqualTo(node.report().position());
        assertThat(node.said(Hold.class)).isEmpty();
        assertThat(node.all(Effect.Operation.class)).isEmpty();
        assertThat(node.state()).isEqualTo(NodeState.LEADING);
    }

    @Test
    void rule20_allRelaysAreHeldBeforeTheMasterIsPaused() {
        Node node = leads(second, third);
        Leadership next = holding(node);

        assertThat(node.the(Effect.HoldRoute.class).next()).isEqualTo(next);
        assertThat(node.said(Hold.class, second)).hasSize(1);
        assertThat(node.said(Hold.class, third)).hasSize(1);
        node.isHeld(next).hears(second, step(next, Step.HELD));
        assertThat(node.all(Effect.Pause.class)).isEmpty();
        node.hears(third, step(next, Step.HELD));
        assertThat(node.the(Effect.Pause.class).leaseNanos())
                .isGreaterThanOrEqualTo(Handover.CATCH_UP_NANOS + Handover.STEP_DOWN_NANOS);
    }

    @Test
    void rule20_aRelayThatDoesNotAnswerIsWaitedForForAShortTime() {
        Node node = leads(second, third);
        Leadership next = holding(node);
        node.isHeld(next).hears(second, step(next, Step.HELD));

        node.pass(50, second, third);
        assertThat(node.all(Effect.Pause.class)).isEmpty();
        node.pass(75, second, third);
        assertThat(node.all(Effect.Pause.class)).hasSize(1);
    }

    @Test
    void rule20_theMasterGoesOffDutyOnlyOnceTheSuccessorHasAllOfIt() {
        Node node = leads(second, third);
        node.server.at(node.report().replicationId(), 130);
        Leadership next = paused(node);

        assertThat(node.said(CatchUp.class, second).getLast().position())
                .isEqualTo(node.report().position());
        assertThat(node.all(Effect.StepDown.class)).isEmpty();
        node.hears(third, step(next, Step.CAUGHT_UP));
        assertThat(node.all(Effect.StepDown.class)).isEmpty();
        node.hears(second, step(next, Step.CAUGHT_UP));
        assertThat(node.all(Effect.StepDown.class)).hasSize(1);
        assertThat(node.said(Cede.class)).isEmpty();
    }

    @Test
    void rule20_theLeaderNamesItsSuccessorOnceItsMasterIsOffDuty() {
        Node node = leads(second, third);
        Leadership next = ceded(node);

        node.inOrder(Effect.Pause.class::isInstance, Effect.StepDown.class::isInstance);
        Cede cede = node.said(Cede.class, second).getLast();
        assertThat(cede.next()).isEqualTo(next);
        assertThat(cede.last().member()).isEqualTo(node.self);
        assertThat(node.said(Cede.class, third)).hasSize(1);
        assertThat(node.view().leader()).isNull();
        assertThat(node.all(Effect.CloseRoute.class)).isEmpty();
        assertThat(node.said(Solicit.class)).isEmpty();
        assertThat(node.all(Effect.HandoffEnded.class)).isEmpty();
    }

    @Test
    void rule20_theOldLeaderFollowsItsSuccessorAndSaysThatItIsDone() {
        Node node = leads(second, third);
        Position end = node.report().position();
        Leadership next = ceded(node);

        node.hears(
                second,
                second.leads(next.epoch())
                        .notice(
                                next.epoch(),
                                new io.hive.core.lineage.LineageMark(
                                        next.epoch(), Report.id('c'), end.id(), end.offset() + 1),
                                second.node(),
                                node.node()));

        assertThat(node.the(Effect.OpenRoute.class).master()).isEqualTo(second.redis);
        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(second.redis);
        HandoffResult result = result(node);
        assertThat(result.outcome()).isEqualTo(HandoffResult.Outcome.DONE);
        assertThat(result.from()).isEqualTo(node.node());
        assertThat(result.to()).isEqualTo(second.node());
        assertThat(result.epoch()).isEqualTo(next.epoch());
    }

    @Test
    void rule20_thatTheMasterBecomesAReplicaByItsOwnLeaderIsNoReasonToResign() {
        Node node = leads(second);
        Leadership next = paused(node);
        node.hears(second, step(next, Step.CAUGHT_UP));

        node.observes(node.server.following(RedisEndpoint.DEAD));

        assertThat(node.leadership().leader()).isEqualTo(node.self);
        node.confirm();
        assertThat(node.said(Cede.class, second)).hasSize(1);
    }

    // ---- refusals

    @Test
    void rule20_nobodyElseIsThere() {
        Node node = leads().handsOff(null);

        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.REFUSED);
        assertThat(result(node).reason()).contains("nobody else");
    }

    @Test
    void rule20_whoIsNamedMustBeFit() {
        assertThat(refusal(Other.node(9))).contains("not connected");
        inSync(leads(), second, 100);
        assertThat(refusal(second.eligibility(Eligibility.DRAINING))).contains("drains");
        assertThat(refusal(Other.node(2).priority(0))).contains("replica-priority");
        assertThat(refusal(Other.node(2).eligibility(Eligibility.LOADING))).contains("LOADING");
    }

    private static String refusal(Other other) {
        Node node = leads(Other.node(3));
        if (!other.node().equals(Other.nodeId(9))) {
            node.meets(other);
            inSync(node, other, 100);
        }
        node.forget().handsOff(other);
        assertThat(node.said(Prepare.class)).isEmpty();
        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.REFUSED);
        return result(node).reason();
    }

    @Test
    void rule20_whoIsNotInSyncOrEmptyIsNoSuccessor() {
        Node node = leads(second);
        node.hears(second.served(null)).handsOff(second);
        assertThat(result(node).reason()).contains("not in sync");

        Node other = leads(third);
        inSync(other, third, 100);
        other.hears(third.empty()).handsOff(third);
        assertThat(result(other).reason()).contains("not in sync", "empty");
    }

    @Test
    void rule20_theBestIsTheOneThatLagsLeast() {
        Node node = leads(second, third);
        node.observes(node.server.at(node.report().replicationId(), 10_000_000));
        inSync(node, second, 100);
        inSync(node, third, 9_999_000);

        node.handsOff(null);

        assertThat(node.said(Prepare.class, third)).hasSize(1);
    }

    @Test
    void rule20_oneAtATime() {
        Node node = leads(second, third).handsOff(second).handsOff(third);

        assertThat(result(node).reason()).contains("under way");
        assertThat(node.said(Prepare.class, third)).isEmpty();
    }

    @Test
    void rule20_aSuccessorThatRefusesCostsNothing() {
        Node node = leads(second, third).handsOff(second);
        Leadership next = asked(node, second);

        node.hears(second, new HandoffStep(next, Step.REFUSED, null, "its disk is full"));

        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.REFUSED);
        assertThat(result(node).reason()).contains("its disk is full");
        assertThat(node.all(Effect.HoldRoute.class)).isEmpty();
        assertThat(node.leadership().leader()).isEqualTo(node.self);
    }

    // ---- taken back

    @Test
    void rule20_aSuccessorThatDoesNotMakeReadyInTimeCostsNothing() {
        Node node = leads(second, third).handsOff(second);

        node.pass(1100, second, third);

        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.REFUSED);
        assertThat(node.all(Effect.Pause.class)).isEmpty();
        assertThat(node.said(Release.class, second)).hasSize(1);
    }

    @Test
    void rule20_aSuccessorThatDoesNotCatchUpIsGivenUpAndNothingHasChanged() {
        Node node = leads(second, third);
        paused(node);

        node.pass(600, second, third);

        assertThat(node.all(Effect.Unpause.class)).hasSize(1);
        assertThat(node.all(Effect.StepDown.class)).isEmpty();
        assertThat(node.said(Release.class, third)).hasSize(1);
        assertThat(node.the(Effect.OpenRoute.class).master()).isEqualTo(node.redis);
        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.UNDONE);
        assertThat(result(node).reason()).contains("catch up");
        assertThat(node.leadership().leader()).isEqualTo(node.self);
    }

    @Test
    void rule20_aSuccessorThatGoesAwayIsGivenUpAtOnce() {
        Node node = leads(second, third);
        paused(node);

        node.loses(second);

        assertThat(node.all(Effect.Unpause.class)).hasSize(1);
        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.UNDONE);
    }

    @Test
    void rule20_aMasterThatCannotBePausedIsNotHandedOver() {
        Node node = leads(second);
        Leadership next = holding(node);
        node.hears(second, step(next, Step.HELD)).isHeld(next).fails();

        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.UNDONE);
        assertThat(node.leadership().leader()).isEqualTo(node.self);
        assertThat(node.the(Effect.OpenRoute.class).master()).isEqualTo(node.redis);
    }

    @Test
    void rule20_aLeadershipThatEndsEndsItsHandover() {
        Node node = leads(second, third);
        paused(node);

        node.observes(node.server.run("another"));

        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.FAILED);
        assertThat(node.all(Effect.CloseRoute.class)).hasSize(1);
    }

    // ---- beyond the commit point

    @Test
    void rule20_whetherTheMasterIsOffDutyIsNotKnownSoAnElectionDecides() {
        Node node = leads(second, third);
        Leadership next = paused(node);
        node.hears(second, step(next, Step.CAUGHT_UP)).fails();

        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.FAILED);
        assertThat(node.view().leader()).isNull();
        assertThat(node.all(Effect.CloseRoute.class)).hasSize(1);
        assertThat(node.said(Cede.class)).isEmpty();
    }

    @Test
    void rule20_aSuccessorThatDiesBeforeItLeadsIsReplacedByAnElection() {
        Node node = leads(second, third);
        Leadership next = ceded(node);
        node.hears(third.leaderless());

        node.loses(second);

        assertThat(node.all(Effect.CloseRoute.class)).hasSize(1);
        node.until(() -> !node.said(Solicit.class).isEmpty(), third);
        assertThat(node.solicit().epoch()).isGreaterThan(next.epoch());
    }

    @Test
    void rule20_aSuccessorThatDeclinesIsReplacedByAnElection() {
        Node node = leads(second, third);
        Leadership next = ceded(node);
        node.hears(third.leaderless()).hears(second.leaderless());

        node.hears(second, new HandoffStep(next, Step.REFUSED, null, "it was not promoted"));

        node.until(() -> !node.said(Solicit.class).isEmpty(), second, third);
        assertThat(node.standing().holding()).isNotNull();
    }

    @Test
    void rule20_anOldLeaderThatHearsNothingMoreElects() {
        Node node = leads(second, third);
        ceded(node);

        node.until(
                () -> !node.said(Solicit.class).isEmpty(), second.leaderless(), third.leaderless());
    }

    // ---- the successor's side

    @Test
    void rule20_theSuccessorSaysWhenItIsReadyAndWhenItHasCaughtUp() {
        Node node = follows(third);
        Leadership next = mine(node);

        node.hears(second, new Prepare(next, new Position(Report.id('a'), 100)));
        Effect.Prepare prepare = node.the(Effect.Prepare.class);
        assertThat(prepare.user().name()).endsWith("-6");
        assertThat(prepare.runId()).isEqualTo("run-1");
        node.confirm();
        assertThat(node.said(HandoffStep.class, second).getLast().step()).isEqualTo(Step.PREPARED);

        Position end = new Position(Report.id('a'), 130);
        node.hears(second, new CatchUp(next, end));
        assertThat(node.the(Effect.CatchUp.class).position()).isEqualTo(end);
        node.confirm();
        assertThat(node.said(HandoffStep.class, second).getLast())
                .isEqualTo(new HandoffStep(next, Step.CAUGHT_UP, end, ""));
        assertThat(node.state()).isEqualTo(NodeState.FOLLOWING);
    }

    @Test
    void rule20_theSuccessorLeadsOnceItIsPromotedAndNoSooner() {
        Node node = ready();
        Leadership next = mine(node);

        node.hears(second, cede(next));
        Effect.TakeOver take = node.the(Effect.TakeOver.class);
        assertThat(take.leadership()).isEqualTo(next);
        assertThat(take.atLeast()).isEqualTo(new Position(Report.id('a'), 130));
        assertThat(node.all(Effect.OpenRoute.class)).isEmpty();

        node.confirm();
        assertThat(node.leadership()).isEqualTo(next);
        assertThat(node.the(Effect.OpenRoute.class).master()).isEqualTo(node.redis);
        LeaderNotice notice = node.said(LeaderNotice.class, second).getLast();
        assertThat(notice.heard()).contains(second.node(), node.node());
        assertThat(node.said(LeaderNotice.class, third)).hasSize(1);
    }

    @Test
    void rule20_theSuccessorRequiresReplicasOnceItHasThem() {
        second.holds('a', 100, 10).leads(5);
        Node node = Node.at(1, Node.acknowledging(1));
        node.server = Report.restored('a', 100, 10);
        node.following(second, second.notice(5, Other.mark(5, 'a')), third);
        Leadership next = mine(node);
        node.hears(second, new Prepare(next, new Position(Report.id('a'), 100))).confirm();
        node.hears(second, new CatchUp(next, new Position(Report.id('a'), 130))).confirm();
        node.hears(second, cede(next));
        assertThat(node.the(Effect.TakeOver.class).minReplicas()).isZero();
        node.confirm();
        assertThat(node.all(Effect.Require.class)).isEmpty();

        node.observes(node.server.replicas(1));

        assertThat(node.the(Effect.Require.class).minReplicas()).isEqualTo(1);
        node.confirm().forget().observes(node.server);
        assertThat(node.all(Effect.Require.class)).isEmpty();
    }

    @Test
    void rule20_aSuccessorThatCannotBePromotedTellsEverybody() {
        Node node = ready();
        node.hears(second, cede(mine(node))).fails();

        assertThat(node.said(HandoffStep.class, third).getLast().step()).isEqualTo(Step.REFUSED);
        assertThat(node.said(HandoffStep.class, second).getLast().step()).isEqualTo(Step.REFUSED);
        assertThat(node.view().leader()).isNull();
    }

    @Test
    void rule20_whoHasNotMadeReadyDoesNotTakeOver() {
        Node node = follows(third);

        node.hears(second, cede(mine(node)));

        assertThat(node.all(Effect.TakeOver.class)).isEmpty();
        assertThat(node.said(HandoffStep.class, third).getLast().step()).isEqualTo(Step.REFUSED);
    }

    @Test
    void rule20_aStrangerIsNotObeyed() {
        Node node = follows(third);

        node.hears(third, new Prepare(mine(node), new Position(Report.id('a'), 100)));

        assertThat(node.all(Effect.Prepare.class)).isEmpty();
        assertThat(node.said(HandoffStep.class, third).getLast().step()).isEqualTo(Step.REFUSED);
        node.hears(third, new Hold(mine(node), 1000));
        assertThat(node.all(Effect.HoldRoute.class)).isEmpty();
    }

    @Test
    void rule20_aDrainingNodeDoesNotTakeOver() {
        Node node = follows(third).drains();

        node.hears(second, new Prepare(mine(node), new Position(Report.id('a'), 100)));

        assertThat(node.said(HandoffStep.class, second).getLast().reason()).contains("drains");
    }

    @Test
    void rule20_whatWasMadeReadyIsPutBack() {
        Node node = ready();

        node.hears(second, new Release(mine(node), "too slow"));

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(second.redis);
    }

    // ---- everybody else

    @Test
    void rule20_aFollowerHoldsItsRouteAndSaysWhenNothingIsUnderWay() {
        Node node = follows(third);
        Leadership next = new Leadership(6, third.member);

        node.hears(second, new Hold(next, 2000));
        assertThat(node.the(Effect.HoldRoute.class).next()).isEqualTo(next);
        assertThat(node.said(HandoffStep.class)).isEmpty();
        node.isHeld(next);
        assertThat(node.said(HandoffStep.class, second).getLast().step()).isEqualTo(Step.HELD);
    }

    @Test
    void rule20_aFollowerWaitsForTheSuccessorAndDoesNotElect() {
        Node node = follows(third);
        Leadership next = new Leadership(6, third.member);
        node.hears(second, new Hold(next, 2000)).isHeld(next);

        node.hears(second, cede(next)).hears(second);

        assertThat(node.said(Solicit.class)).isEmpty();
        assertThat(node.all(Effect.CloseRoute.class)).isEmpty();
        node.hears(third, third.leads(6).notice(6, Other.mark(6, 'c', 'a', 131), second.node()));
        assertThat(node.leadership()).isEqualTo(next);
        assertThat(node.the(Effect.OpenRoute.class).master()).isEqualTo(third.redis);
    }

    @Test
    void rule20_aFollowerOfTheOldMasterFollowsTheSuccessorAtOnce() {
        Node node = follows(third);
        Leadership next = new Leadership(6, third.member);
        node.hears(second, cede(next));

        node.hears(third, third.leads(6).notice(6, Other.mark(6, 'c', 'a', 131), second.node()));

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(third.redis);
        assertThat(node.all(Effect.Detach.class)).isEmpty();
    }

    @Test
    void rule20_aFollowerOfTheOldMasterIsWeighedIfTheSuccessorLacksSomething() {
        Node node = follows(third);
        Leadership next = new Leadership(6, third.member);
        node.hears(second, cede(next));

        node.hears(third, third.leads(6).notice(6, Other.mark(6, 'c', 'a', 101), second.node()));

        assertThat(node.all(Effect.Follow.class)).isEmpty();
        assertThat(node.all(Effect.Detach.class)).hasSize(1);
    }

    @Test
    void rule20_whatWasMadeReadyAndIsNotAskedForIsPutBack() {
        Node node = ready();

        node.pass(3100, second, third);

        assertThat(node.the(Effect.Follow.class).master()).isEqualTo(second.redis);
    }

    @Test
    void rule20_aHeldRouteOpensWhenTheHandoverIsTakenBack() {
        Node node = follows(third);
        Leadership next = new Leadership(6, third.member);
        node.hears(second, new Hold(next, 2000)).isHeld(next).forget();

        node.hears(second, new Release(next, "too slow"));

        assertThat(node.the(Effect.OpenRoute.class).master()).isEqualTo(second.redis);
    }

    @Test
    void rule20_aHeldRouteOpensByItselfWhenNothingMoreIsHeard() {
        Node node = follows(third);
        Leadership next = new Leadership(6, third.member);
        node.hears(second, new Hold(next, 2000)).isHeld(next).forget();

        node.pass(1900, second, third);
        assertThat(node.all(Effect.OpenRoute.class)).isEmpty();
        node.pass(200, second, third);

        assertThat(node.the(Effect.OpenRoute.class).master()).isEqualTo(second.redis);
    }

    @Test
    void rule20_whoIsAskedPassesItOnToTheLeader() {
        Node node = follows(third).handsOff(third);

        HandoffRequest request = node.said(HandoffRequest.class, second).getLast();
        assertThat(request.to()).isEqualTo(third.node());
        HandoffResult refused = HandoffResult.refused(second.node(), third.node(), "it drains");
        node.hears(second, new HandoffReply(request.request(), refused));
        assertThat(result(node)).isEqualTo(refused);
    }

    @Test
    void rule20_aLeaderThatGoesAwayLeavesTheAnswerOpen() {
        Node node = follows(third).handsOff(null);

        node.loses(second);

        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.FAILED);
    }

    @Test
    void rule20_whereNobodyLeadsNothingIsHandedOver() {
        Node node = Node.at(1).handsOff(null);

        assertThat(result(node).outcome()).isEqualTo(HandoffResult.Outcome.REFUSED);
        assertThat(result(node).reason()).contains("nobody leads");
    }

    // ---- a leader that is told to stop

    @Test
    void rule20_aLeaderThatDrainsHandsOver() {
        Node node = leads(second, third).drains();

        assertThat(node.said(Prepare.class)).hasSize(1);
        assertThat(node.leadership().leader()).isEqualTo(node.self);
        assertThat(node.all(Effect.CloseRoute.class)).isEmpty();
    }

    @Test
    void rule20_aLeaderThatDrainsAsksEachAndThenResigns() {
        Node node = leads(second, third).drains();
        refuses(node, second);
        assertThat(node.leadership().leader()).isEqualTo(node.self);
        refuses(node, third);

        assertThat(node.view().leader()).isNull();
        assertThat(node.decisions(10)).isNotEmpty();
    }

    private static void refuses(Node node, @Nullable Other other) {
        assertThat(other).isNotNull();
        Leadership next = asked(node, other);
        node.hears(other, new HandoffStep(next, Step.REFUSED, null, "no"));
    }
}

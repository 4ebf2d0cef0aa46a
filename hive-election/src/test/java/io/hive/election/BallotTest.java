package io.hive.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.PeerMessage.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;

class BallotTest {
    private final Other one = Other.node(1);
    private final Other two = Other.node(2);
    private final Other stranger = Other.node(3);
    private final Ballot ballot =
            new Ballot(7, Cause.COLD_START, List.of(), List.of(two.member, one.member), 1_000, 5);

    @Test
    void itIsDoneWhenAllHaveAnsweredOrTheDeadlineHasCome() {
        assertThat(ballot.done(999)).isFalse();
        assertThat(ballot.done(1_000)).isTrue();

        ballot.answered(one.member, one.standing());
        assertThat(ballot.done(0)).isFalse();
        ballot.answered(two.member, two.standing());
        assertThat(ballot.done(0)).isTrue();
    }

    @Test
    void theFirstAnswerOfAMemberCounts() {
        ballot.answered(one.member, one.standing());
        ballot.answered(one.member, one.holds('a', 5, 5).standing());

        assertThat(ballot.answers()).containsExactly(Other.node(1).standing());
    }

    @Test
    void answersComeInTheOrderOfMembersWhoeverAnsweredFirst() {
        ballot.answered(two.member, two.standing());
        ballot.answered(one.member, one.standing());

        assertThat(ballot.answers()).containsExactly(one.standing(), two.standing());
    }

    @Test
    void whoWasNotAskedDoesNotAnswer() {
        ballot.answered(stranger.member, stranger.standing());
        ballot.answered(one.reborn().member, one.reborn().standing());

        assertThat(ballot.answers()).isEmpty();
        assertThat(ballot.untold()).containsExactly(one.member, two.member);
    }

    @Test
    void whoCouldNotFreezeHasNotToldAndIsNotWaitedFor() {
        ballot.answered(one.member, one.standing());
        ballot.notFrozen(two.member);

        assertThat(ballot.done(0)).isTrue();
        assertThat(ballot.untold()).containsExactly(two.member);
    }

    @Test
    void whoWentAwayIsSilentAndNotUntold() {
        ballot.notFrozen(two.member);
        ballot.gone(two.member);
        ballot.gone(one.member);

        assertThat(ballot.done(0)).isTrue();
        assertThat(ballot.untold()).isEmpty();
    }
}

package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** redis-hive's form, which scripts read. */
class WhoAnswerTest {
    private static final NodeId SELF = NodeId.parse("10.0.0.1:3000", 3000);
    private static final NodeId OTHER = NodeId.parse("10.0.0.2:3000", 3000);
    private static final NodeId SIX = NodeId.parse("[fd00::3]:3001", 3000);

    @Test
    void aFollowerNamesItsLeader() {
        assertThat(answer(NodeState.FOLLOWING, OTHER, List.of(OTHER, SIX)))
                .isEqualTo("a=10.0.0.1:3000|e=who|s=F|f=10.0.0.2:3000|r=6379|t=1700000000000|u=42");
    }

    @Test
    void aLeaderNamesItsMembers() {
        assertThat(answer(NodeState.LEADING, SELF, List.of(OTHER, SIX)))
                .isEqualTo(
                        "a=10.0.0.1:3000|e=who|s=L|f=10.0.0.1:3000|r=6379|t=1700000000000|u=42"
                                + "|m=10.0.0.2:3000,[fd00:0:0:0:0:0:0:3]:3001");
        assertThat(answer(NodeState.LEADING, SELF, List.of())).doesNotContain("|m=");
    }

    @Test
    void withoutALeaderTheFieldIsEmpty() {
        assertThat(answer(NodeState.ALONE, null, List.of()))
                .isEqualTo("a=10.0.0.1:3000|e=who|s=A|f=|r=6379|t=1700000000000|u=42");
    }

    @Test
    void everyStateHasItsLetter() {
        assertThat(
                        Arrays.stream(NodeState.values())
                                .map(state -> state + " " + WhoAnswer.letter(state))
                                .collect(Collectors.joining(", ")))
                .isEqualTo(
                        "NOT_READY N, ALONE A, PROPOSING P, FOLLOWING F, LEADING L, LEAVING N,"
                                + " FENCED N");
    }

    private static String answer(NodeState state, NodeId leader, List<NodeId> members) {
        return new WhoAnswer(SELF, state, leader, 6379, 1_700_000_000_000L, 42, members).text();
    }
}

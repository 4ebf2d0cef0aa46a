package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandSpec;
import io.hive.proxy.command.Nature;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyTest {
    /** A kind that is added has to be decided in both places. */
    @ParameterizedTest
    @EnumSource
    void whatIsRefusedHasAnAnswerAndNothingElseHas(CommandKind kind) {
        Treatment treatment = Treatment.of(new CommandSpec("X", kind, Nature.WRITE, false));
        if (treatment == Treatment.REFUSED || treatment == Treatment.NOT_LISTED) {
            assertThat(Policy.refusal(kind).line()).startsWith((byte) '-');
        } else {
            assertThatThrownBy(() -> Policy.refusal(kind))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}

package io.hive.proxy.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadRulesTest {
    private final CommandTable all = CommandTable.builtin();
    private final CommandTable reads = all.forReads();

    /** Nothing that Redis itself calls a write is left as what may pass. */
    @Test
    void everythingThatWritesIsMarked() {
        for (CommandSpec spec : all.specs()) {
            CommandSpec marked = reads.find(spec.name());
            boolean passes =
                    marked.kind() != CommandKind.NOT_A_READ
                            && marked.kind() != CommandKind.NOT_LISTED
                            && marked.kind() != CommandKind.SCRIPT;
            if (passes && spec.kind() == CommandKind.OTHER) {
                assertThat(marked.nature()).as(spec.name()).isIn(Nature.READ, Nature.OPAQUE_READ);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "mget", "EVAL_RO", "SORT_RO", "XREAD", "SCAN", "SCRIPT LOAD"})
    void readsAreAsTheyWere(String name) {
        assertThat(reads.find(name).kind()).isEqualTo(all.find(name).kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET", "PUBLISH", "XREADGROUP", "DEBUG", "CONFIG SET", "SORT", "GETEX"})
    void writesAreMarked(String name) {
        assertThat(reads.find(name).kind()).isEqualTo(CommandKind.NOT_A_READ);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONSENSE", "CLIENT NONSENSE", "CONFIG NONSENSE", "XGROUP NONSENSE"})
    void whatIsNotListedIsSo(String name) {
        assertThat(reads.find(name).kind()).isEqualTo(CommandKind.NOT_LISTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EVAL", "EVALSHA", "FCALL"})
    void aScriptHasAFormThatMayOnlyReadOrIsNone(String name) {
        assertThat(reads.find(name).kind()).isEqualTo(CommandKind.SCRIPT);
        byte[] old =
                "*1\r\n*3\r\n$4\r\neval\r\n:-3\r\n*1\r\n+noscript\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        CommandTable six = CommandTable.fromServer(old, 0, old.length).forReads();
        assertThat(six.find("EVAL").kind()).isEqualTo(CommandKind.NOT_A_READ);
    }

    @ParameterizedTest
    @ValueSource(strings = {"REPLICAOF", "SHUTDOWN", "CONFIG REWRITE", "ACL SAVE"})
    void whatIsRefusedEverywhereIsRefusedForThatReason(String name) {
        assertThat(reads.find(name).kind()).isEqualTo(all.find(name).kind());
    }
}

package io.hive.proxy.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** With {@code JAZZER_FUZZ=1} it searches, else it replays what was found. */
class CommandTableFuzzTest {
    /** Any bytes are a table or refused in words. */
    @FuzzTest(maxDuration = "60s")
    @DictionaryEntries({"*1\\x0d\\x0a", "$3\\x0d\\x0aget\\x0d\\x0a", "+write\\x0d\\x0a"})
    void anyReply(byte[] bytes) {
        try {
            assertThat(CommandTable.fromServer(bytes, 0, bytes.length).specs()).isNotEmpty();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("COMMAND");
        }
    }
}

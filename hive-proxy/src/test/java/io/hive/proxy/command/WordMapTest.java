package io.hive.proxy.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class WordMapTest {
    @Test
    void everyLetterOfAWordCounts() {
        String word = "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKL";
        for (int length = 1; length <= WordMap.MAX_WORD; length++) {
            String kept = word.substring(0, length);
            WordMap<String> map = new WordMap<>(Map.of(kept, "found"));
            assertThat(find(map, kept)).isEqualTo("found");
            assertThat(find(map, kept + "x")).isNull();
            assertThat(find(map, kept.substring(1))).isNull();
            for (int i = 0; i < length; i++) {
                assertThat(find(map, kept.substring(0, i) + '!' + kept.substring(i + 1)))
                        .as("%d of %d", i, length)
                        .isNull();
            }
        }
    }

    /** Each byte in front of, and behind, each other byte: nothing carries over. */
    @Test
    void onlyAsciiLettersHaveACase() {
        for (int kept = 0; kept < 256; kept++) {
            String word = "" + (char) kept + 'M';
            WordMap<String> map = new WordMap<>(Map.of(word, "found"));
            for (int asked = 0; asked < 256; asked++) {
                boolean same = upper(kept) == upper(asked);
                assertThat(find(map, "" + (char) asked + 'm'))
                        .as("%d asked for %d", kept, asked)
                        .isEqualTo(same ? "found" : null);
            }
        }
    }

    private static int upper(int letter) {
        return letter >= 'a' && letter <= 'z' ? letter - 32 : letter;
    }

    /** At the end of an array, and inside of a larger one. */
    private static String find(WordMap<String> map, String word) {
        byte[] alone = word.getBytes(ISO_8859_1);
        byte[] inside = ("xx" + word + "yyyyyyyyy").getBytes(ISO_8859_1);
        String found = map.find(alone, 0, alone.length);
        assertThat(map.find(inside, 2, alone.length)).isEqualTo(found);
        return found;
    }
}

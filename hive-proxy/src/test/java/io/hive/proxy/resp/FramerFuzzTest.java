package io.hive.proxy.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Any bytes give the same ends, commands, sizes and faults however they are split, and never an
 * exception. With {@code JAZZER_FUZZ=1} it searches, else it replays what was found and a seeded
 * sample.
 */
class FramerFuzzTest {
    /** Put together at random they make more sense than letters. */
    private static final List<String> PARTS =
            List.of(
                    "*1\r\n", "*2\r\n", "*3\r\n", "$0\r\n", "$1\r\n", "$3\r\n", "$10\r\n", "$6\r\n",
                    "%1\r\n", "|1\r\n", ">1\r\n", "~2\r\n", "=3\r\n", "_\r\n", "+OK\r\n", ":1\r\n",
                    "GET", "CLIENT", "ID\r\n", "\r\n", "\r", "\n", "*", "$", "-1", "0", "1", "7",
                    "\"", "'", "\\x", "\\", " ", "\0", "x", "(1", "#t", "!1\r\n", "?");

    @FuzzTest(maxDuration = "60s")
    @DictionaryEntries({"*1\\x0d\\x0a", "$4\\x0d\\x0a", "SYNC", "CLIENT", "ID", "\\x0d\\x0a"})
    void requests(byte[] bytes) {
        List<String> whole = Pieces.requests(bytes);
        assertThat(Pieces.requests(bytes, Pieces.each(bytes.length, 1))).isEqualTo(whole);
        assertThat(Pieces.requests(bytes, Pieces.each(bytes.length, 7))).isEqualTo(whole);
    }

    @FuzzTest(maxDuration = "60s")
    @DictionaryEntries({
        "*1\\x0d\\x0a",
        "$4\\x0d\\x0a",
        "|1\\x0d\\x0a",
        ">1\\x0d\\x0a",
        "_\\x0d\\x0a"
    })
    void replies(byte[] bytes) {
        List<String> whole = Pieces.replies(bytes);
        assertThat(Pieces.replies(bytes, Pieces.each(bytes.length, 1))).isEqualTo(whole);
        assertThat(Pieces.replies(bytes, Pieces.each(bytes.length, 7))).isEqualTo(whole);
    }

    @Test
    void randomStreams() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder stream = new StringBuilder();
            int parts = random.nextInt(20);
            for (int i = 0; i < parts; i++) {
                stream.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            byte[] bytes = stream.toString().getBytes(ISO_8859_1);
            int[] cuts =
                    random.nextBoolean()
                            ? Pieces.each(bytes.length, 1 + random.nextInt(5))
                            : Pieces.random(bytes.length, random);
            assertThat(Pieces.requests(bytes, cuts))
                    .as("seed %d", seed)
                    .isEqualTo(Pieces.requests(bytes));
            assertThat(Pieces.replies(bytes, cuts))
                    .as("seed %d", seed)
                    .isEqualTo(Pieces.replies(bytes));
        }
    }
}

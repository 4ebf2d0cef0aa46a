package io.hive.proxy.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    @Test
    void ofAnArray() {
        assertThat(words("*3\r\n$3\r\nSet\r\n$0\r\n\r\n$4\r\n\r\n\0'\r\n"))
                .containsExactly("Set", "", "\r\n\0'");
        assertThat(words("*0\r\n")).isEmpty();
        assertThat(words("*-1\r\n")).isEmpty();
    }

    @Test
    void ofAnInlineCommand() {
        assertThat(words("  hello 3\tAUTH  \"a \\\"b\\x0a\\n\" 'it\\'s \\n' '' e\"f\"\r\n"))
                .containsExactly("hello", "3", "AUTH", "a \"b\n\n", "it's \\n", "", "ef");
        assertThat(words("PING\n")).containsExactly("PING");
        assertThat(words(" \r\n")).isEmpty();
    }

    @Test
    void ofAPartOfAnArray() {
        byte[] in = "PING\r\n*1\r\n$4\r\nQUIT\r\nPING\r\n".getBytes(ISO_8859_1);
        assertThat(Arguments.of(in, 6, 20))
                .hasSize(1)
                .first()
                .isEqualTo("QUIT".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "PING",
                "PING\r\nPING\r\n",
                "set 'a\r\n",
                "*",
                "*1",
                "*x\r\n",
                "*1\r\n",
                "*1\r\n$",
                "*1\r\n$4",
                "*1\r\n$4\r\nPIN",
                "*1\r\n$4\r\nPING",
                "*1\r\n$4\r\nPING\r",
                "*1\r\n$4\r\nPING\r\n*",
                "*1\r\n:4\r\n",
                "*2\r\n$4\r\nPING\r\n",
                "*1\r\n$-1\r\n",
                "*1\r\n$999999999999\r\nPING\r\n",
                "*999999999\r\n$4\r\nPING\r\n"
            })
    void refusesWhatIsNotOneWholeCommand(String stream) {
        assertThatThrownBy(() -> words(stream)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> words(String stream) {
        byte[] bytes = stream.getBytes(ISO_8859_1);
        return Arguments.of(bytes, 0, bytes.length).stream()
                .map(word -> new String(word, ISO_8859_1))
                .toList();
    }
}

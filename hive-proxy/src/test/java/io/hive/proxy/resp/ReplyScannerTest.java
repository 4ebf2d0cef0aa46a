package io.hive.proxy.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyScannerTest {
    /** One of each type, alone and inside others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+OK\r\n",
                "+\r\n",
                "+with \r and \n inside\r\n",
                "-ERR no\r\n",
                ":-12\r\n",
                ",3.25\r\n",
                ",inf\r\n",
                "(3492890328409238509324850943850943825024385\r\n",
                "#t\r\n",
                "_\r\n",
                "$5\r\nhello\r\n",
                "$0\r\n\r\n",
                "$-1\r\n",
                "*-1\r\n",
                "$6\r\na\r\nb\r\n\r\n",
                "=7\r\ntxt:abc\r\n",
                "!5\r\nERR x\r\n",
                "*0\r\n",
                "*2\r\n$1\r\na\r\n*2\r\n:1\r\n*0\r\n",
                "~2\r\n+a\r\n+b\r\n",
                "%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n$1\r\nx\r\n",
                "%0\r\n",
                "|1\r\n+ttl\r\n:3600\r\n+value\r\n",
                "|0\r\n+value\r\n",
                "*2\r\n|1\r\n+a\r\n*1\r\n:1\r\n:2\r\n:3\r\n",
                "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n_\r\n"
            })
    void splitAnywhereItIsOneReply(String reply) {
        byte[] bytes = reply.getBytes(ISO_8859_1);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                assertThat(scan(bytes, first, second))
                        .as("%d, %d", first, second)
                        .containsExactly("REPLY " + bytes.length);
            }
        }
    }

    @Test
    void tellsPushesFromReplies() {
        String push = ">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n";
        String stream = "+OK\r\n" + push + ":1\r\n";
        byte[] bytes = stream.getBytes(ISO_8859_1);
        for (int split = 0; split <= bytes.length; split++) {
            assertThat(scan(bytes, split, split))
                    .containsExactly(
                            "REPLY 5", "PUSH " + (5 + push.length()), "REPLY " + bytes.length);
        }
    }

    @Test
    void saysWhetherItIsInsideAReply() {
        ReplyScanner scanner = new ReplyScanner();
        assertThat(scanner.midFrame()).isFalse();
        scanner.next(buffer("|1\r\n+a\r\n+b\r\n"));
        assertThat(scanner.midFrame()).as("behind an attribute").isTrue();
        scanner.next(buffer("*1\r\n"));
        assertThat(scanner.midFrame()).isTrue();
        scanner.next(buffer("+c\r\n"));
        assertThat(scanner.midFrame()).isFalse();
        scanner.next(buffer("$1\r\n"));
        scanner.reset();
        assertThat(scanner.midFrame()).isFalse();
        assertThat(scanner.next(buffer("+OK\r\n"))).isEqualTo(ReplyScanner.Event.REPLY);
    }

    @Test
    void aReplyMayHaveMoreElementsThanACommand() {
        assertThat(scan("*2000000000\r\n")).isEmpty();
        assertThat(scan("%2000000000\r\n")).isEmpty();
    }

    @Test
    void nestingHasALimit() {
        String deepest = "*1\r\n".repeat(ReplyScanner.MAX_DEPTH);
        assertThat(scan(deepest + ":1\r\n")).hasSize(1).first().asString().startsWith("REPLY");
        assertThat(scan(deepest + "*1\r\n")).containsExactly("nested deeper than 1024");
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "x|unknown type byte 120",
                "\\r\\n|unknown type byte 13",
                "$-2\\r\\n|invalid bulk length",
                "=-1\\r\\n|invalid bulk length",
                "$99999999999999\\r\\n|invalid bulk length",
                "$9999999999999999999\\r\\n|invalid bulk length",
                "$a\\r\\n|invalid bulk length",
                "*-2\\r\\n|invalid multibulk length",
                "%-1\\r\\n|invalid multibulk length",
                ">-1\\r\\n|invalid multibulk length",
                "*2147483648\\r\\n|invalid multibulk length",
                "*\\r\\n|invalid multibulk length",
                "$1\\r\\nab|expected CRLF",
                "$1\\r\\na\\rb|expected CRLF",
                "$?\\r\\n|streamed values are not supported",
                "*?\\r\\n|streamed values are not supported",
                ";4\\r\\n|streamed values are not supported",
                ".\\r\\n|streamed values are not supported",
                "*1\\r\\n>1\\r\\n|a push inside a reply"
            },
            delimiter = '|',
            quoteCharacter = '`')
    void saysWhatIsWrong(String escaped, String expected) {
        String stream = "+OK\r\n" + escaped.replace("\\r", "\r").replace("\\n", "\n");
        byte[] bytes = stream.getBytes(ISO_8859_1);
        for (int split = 0; split <= bytes.length; split++) {
            assertThat(scan(bytes, split, split)).containsExactly("REPLY 5", expected);
        }
    }

    private static List<String> scan(String stream) {
        byte[] bytes = stream.getBytes(ISO_8859_1);
        return scan(bytes, bytes.length, bytes.length);
    }

    private static List<String> scan(byte[] bytes, int first, int second) {
        List<String> events = new ArrayList<>();
        ReplyScanner scanner = new ReplyScanner();
        int[] cuts = {0, first, second, bytes.length};
        for (int i = 0; i < 3; i++) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            in.setIndex(cuts[i], cuts[i + 1]);
            ReplyScanner.Event event = scanner.next(in);
            while (event != ReplyScanner.Event.MORE) {
                if (event == ReplyScanner.Event.FAULT) {
                    events.add(scanner.fault());
                    return events;
                }
                events.add(event + " " + in.readerIndex());
                event = scanner.next(in);
            }
        }
        return events;
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }
}

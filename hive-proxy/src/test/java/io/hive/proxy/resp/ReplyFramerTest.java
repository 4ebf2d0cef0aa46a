package io.hive.proxy.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.resp.ReplyFramer.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyFramerTest {
    /** One of each type, alone and inside others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+OK\r\n",
                "+\r\n",
                "+with \r and \n inside\r\n",
                "+\n\r\n",
                "+\r\r\n",
                "-ERR no\r\n",
                ":-12\r\n",
                ",3.25\r\n",
                ",inf\r\n",
                "(3492890328409238509324850943850943825024385\r\n",
                "#t\r\n",
                "_\r\n",
                "$5\r\nhello\r\n",
                "$12\r\nhello\r\nworld\r\n",
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
                "*2\r\n|1\r\n+a\r\n*1\r\n:1\r\n:2\r\n:3\r\n",
                "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n_\r\n"
            })
    void splitAnywhereItIsOneReply(String reply) {
        splitAnywhere(reply, "REPLY " + reply.charAt(0) + " " + reply.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "|1\r\n+ttl\r\n:3600\r\n+value\r\n",
                "|0\r\n+value\r\n",
                "|1\r\n*1\r\n:1\r\n|1\r\n:1\r\n:2\r\n:3\r\n|0\r\n+value\r\n"
            })
    void isOfTheTypeOfTheValueBehindAttributes(String reply) {
        splitAnywhere(reply, "REPLY + " + reply.length());
    }

    @Test
    void tellsPushesFromReplies() {
        String push = ">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n";
        String stream = "+OK\r\n" + push + ":1\r\n";
        splitAnywhere(
                stream, "REPLY + 5", "PUSH > " + (5 + push.length()), "REPLY : " + stream.length());
    }

    @Test
    void saysWhetherItIsInsideAReply() {
        ReplyFramer framer = new ReplyFramer();
        assertThat(framer.midFrame()).isFalse();
        feed(framer, "|1\r\n+a\r\n+b\r\n");
        assertThat(framer.midFrame()).as("behind an attribute").isTrue();
        assertThat(framer.type()).isZero();
        feed(framer, "*1\r\n");
        assertThat(framer.midFrame()).isTrue();
        assertThat(framer.type()).isEqualTo((byte) '*');
        feed(framer, "+c\r\n");
        assertThat(framer.midFrame()).isFalse();
        assertThat(framer.type()).isEqualTo((byte) '*');
        feed(framer, "*3\r\n$1\r\n");
        framer.reset();
        assertThat(framer.midFrame()).isFalse();
        assertThat(framer.size()).isZero();
        assertThat(feed(framer, "+OK\r\n")).isEqualTo(Event.REPLY);
        assertThat(framer.size()).isEqualTo(5);
    }

    @Test
    void knowsABigReplyByItsHeader() {
        ReplyFramer framer = new ReplyFramer();
        feed(framer, "*2\r\n:1\r\n$1000000000000\r\n0123");
        assertThat(framer.size()).isEqualTo(8 + 16 + 1_000_000_000_000L + 2);
    }

    /** It would be 3 in 32 bits. */
    @Test
    void aLongLengthDoesNotOverflow() {
        assertThat(scan("$4294967299\r\nfoo\r\n")).containsExactly("IN 36 4294967314");
    }

    @Test
    void aReplyMayHaveMoreElementsThanACommand() {
        assertThat(scan("*2000000000\r\n")).containsExactly("IN 42 13");
        assertThat(scan("%2000000000\r\n")).containsExactly("IN 37 13");
    }

    @Test
    void nestingHasALimit() {
        String deepest = "*1\r\n".repeat(ReplyFramer.MAX_DEPTH);
        assertThat(scan(deepest + ":1\r\n")).containsExactly("REPLY * 4100", "DONE");
        assertThat(scan(deepest + "*1\r\n")).containsExactly("nested deeper than 1024 AT 4100");
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
                "$01\\r\\na\\r\\n|invalid bulk length",
                "$1\\na\\r\\n|invalid bulk length",
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
        List<String> whole = Pieces.replies(bytes);
        assertThat(whole).hasSize(2).startsWith("REPLY + 5");
        assertThat(whole.getLast()).startsWith(expected + " AT ");
        for (int split = 0; split <= bytes.length; split++) {
            assertThat(Pieces.replies(bytes, split)).isEqualTo(whole);
        }
    }

    @Test
    void afterAFaultNothingIsUnderstoodUntilReset() {
        ReplyFramer framer = new ReplyFramer();
        assertThat(feed(framer, "*1\r\nx")).isEqualTo(Event.FAULT);
        assertThat(feed(framer, "+OK\r\n")).isEqualTo(Event.FAULT);
        assertThat(feed(framer, "")).isEqualTo(Event.FAULT);
        framer.reset();
        assertThat(framer.fault()).isEmpty();
        assertThat(feed(framer, "+OK\r\n")).isEqualTo(Event.REPLY);
    }

    @Test
    void staysInsideTheArray() {
        ReplyFramer framer = new ReplyFramer();
        assertThatThrownBy(() -> framer.next(new byte[4], 0, 5))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** Values made at random, of which it is known where they end, in pieces cut at random. */
    @Test
    void findsEveryReplyOfRandomStreams() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder stream = new StringBuilder();
            List<String> expected = new ArrayList<>();
            int replies = random.nextInt(1, 8);
            for (int i = 0; i < replies; i++) {
                boolean push = random.nextInt(4) == 0;
                int attributes = random.nextInt(8) == 0 ? random.nextInt(3) : 0;
                for (int j = 0; j < attributes; j++) {
                    aggregate(stream, '|', 2, random, 1);
                }
                int begin = stream.length();
                if (push) {
                    aggregate(stream, '>', 1, random, 0);
                } else {
                    value(stream, random, 0);
                }
                char type = stream.charAt(begin);
                expected.add((push ? "PUSH " : "REPLY ") + type + " " + stream.length());
            }
            expected.add("DONE");
            byte[] bytes = stream.toString().getBytes(ISO_8859_1);
            assertThat(Pieces.replies(bytes)).as("seed %d", seed).isEqualTo(expected);
            assertThat(Pieces.replies(bytes, Pieces.random(bytes.length, random)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    private static void value(StringBuilder stream, Random random, int depth) {
        int kind = random.nextInt(depth < 4 ? 9 : 6);
        switch (kind) {
            case 0 -> stream.append("+OK\r\n");
            case 1 -> stream.append(":").append(random.nextInt()).append("\r\n");
            case 2 -> stream.append("$-1\r\n");
            case 3 -> stream.append("-ERR \r no \n reason\r\n");
            case 4, 5 -> {
                byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 3_000 : 20)];
                random.nextBytes(bytes);
                stream.append(kind == 4 ? '$' : '=').append(bytes.length).append("\r\n");
                stream.append(new String(bytes, ISO_8859_1)).append("\r\n");
            }
            case 6 -> aggregate(stream, '*', 1, random, depth + 1);
            case 7 -> aggregate(stream, '%', 2, random, depth + 1);
            default -> {
                int begin = stream.length();
                aggregate(stream, '~', 1, random, depth + 1);
                if (depth > 0 && random.nextBoolean()) {
                    String set = stream.substring(begin);
                    stream.setLength(begin);
                    aggregate(stream, '|', 2, random, depth + 1);
                    stream.append(set);
                }
            }
        }
    }

    private static void aggregate(
            StringBuilder stream, char type, int each, Random random, int depth) {
        int elements = random.nextInt(4);
        stream.append(type).append(elements).append("\r\n");
        for (int i = 0; i < elements * each; i++) {
            value(stream, random, depth + 1);
        }
    }

    private static void splitAnywhere(String stream, String... frames) {
        byte[] bytes = stream.getBytes(ISO_8859_1);
        List<String> expected = new ArrayList<>(List.of(frames));
        expected.add("DONE");
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                assertThat(Pieces.replies(bytes, first, second))
                        .as("%d, %d", first, second)
                        .isEqualTo(expected);
            }
        }
        assertThat(Pieces.replies(bytes, Pieces.each(bytes.length, 1))).isEqualTo(expected);
    }

    private static List<String> scan(String stream) {
        return Pieces.replies(stream.getBytes(ISO_8859_1));
    }

    private static Event feed(ReplyFramer framer, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return framer.next(bytes, 0, bytes.length);
    }
}

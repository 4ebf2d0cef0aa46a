package io.hive.proxy.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestScannerTest {
    private static final String SET = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nv\r\nvv\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                SET,
                "*1\r\n$4\r\nPING\r\n",
                "*2\r\n$3\r\nGET\r\n$0\r\n\r\n",
                "*2\r\n$0\r\n\r\n$0\r\n\r\n",
                "*2\r\n$6\r\nconfig\r\n$7\r\nRewrite\r\n",
                "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n",
                "*2\r\n$20\r\nANAMELONGERTHANAWORDS\r\n$1\r\nx\r\n",
                "*0\r\n*-1\r\n\r\n  \r\n*1\r\n$4\r\nQUIT\r\n",
                "PING\r\n",
                "PING\n",
                "  set  k \"a b\"  'c \\' d'\r\n",
                "\"\\x53hutdown\" nosave\r\n",
                "co'nfi'g REWRITE\r\n",
                "get averylongargumentforaninlinecommand\r\n",
                SET + "PING\r\n" + SET + SET,
                "*2\r\n$4\r\nKEYS\r\n$1\r\n*\r\n*1\r\n$3\r\nfoo\r\n",
                // And what is broken, at the same place however it is split.
                "*x\r\n",
                "*1\r\n$-1\r\n",
                SET + "*1\r\n$536870913\r\n",
                SET + "*1\r\n$3\r\nfooo\r\n",
                SET + "*1\r\n$3\r\nfoo\rx",
                "*1\r\nfoo",
                "set k \"unbalanced\r\n",
                "set k \"x\"y\r\n",
                "set \0\r\n"
            })
    void splitAnywhereItSaysTheSame(String stream) {
        byte[] bytes = stream.getBytes(ISO_8859_1);
        List<String> whole = scan(bytes, bytes.length, bytes.length);
        assertThat(whole).isNotEmpty();
        for (int first = 0; first < bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                assertThat(scan(bytes, first, second)).as("%d, %d", first, second).isEqualTo(whole);
            }
        }
        assertThat(byteByByte(bytes)).isEqualTo(whole);
    }

    @Test
    void tellsWhereCommandsEnd() {
        assertThat(scan(SET + "PING\r\n" + SET))
                .containsExactly(
                        "OTHER",
                        "END " + SET.length(),
                        "OTHER",
                        "END " + (SET.length() + 6),
                        "OTHER",
                        "END " + (2 * SET.length() + 6));
    }

    @ParameterizedTest
    @CsvSource({
        "CONFIG REWRITE, CONFIG_REWRITE",
        "config rewrite, CONFIG_REWRITE",
        "CONFIG GET, OTHER",
        "CONFIG, OTHER",
        "ACL SAVE, ACL_SAVE",
        "acl LOAD, ACL_LOAD",
        "ACL LOADING, OTHER",
        "ReplicaOf no, REPLICAOF",
        "slaveof no, SLAVEOF",
        "failover, FAILOVER",
        "psync ?, PSYNC",
        "sync, SYNC",
        "SYNCC, OTHER",
        "SYN, OTHER",
        "shutdown, SHUTDOWN",
        "CLIENT NO-EVICT, CLIENT_NO_EVICT",
        "POST /, HTTP_POST",
        "host: localhost, HTTP_HOST",
        "SUNSUBSCRIBE a, SUNSUBSCRIBE",
        "get shutdown, OTHER",
        "ANAMELONGERTHANAWORD x, OTHER"
    })
    void knowsCommandsInAnyCaseAndBothForms(String line, Command expected) {
        assertThat(scan(line + "\r\n").getFirst()).isEqualTo(expected.name());
        assertThat(scan(array(line.split(" ", -1))).getFirst()).isEqualTo(expected.name());
    }

    @Test
    void knowsEveryCommandThatItNames() {
        for (Command command : Command.values()) {
            if (command != Command.OTHER && command != Command.NUL_IN_NAME) {
                String[] words = command.toString().toLowerCase(Locale.ROOT).split(" ");
                assertThat(scan(array(words)).getFirst()).isEqualTo(command.name());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "\"shutdown\"|SHUTDOWN",
                "'shutdown'|SHUTDOWN",
                "shut\"down\"|SHUTDOWN",
                "\"\\x73\\x48utdown\"|SHUTDOWN",
                "\\x73hutdown|OTHER",
                "'\\x73hutdown'|OTHER",
                "\"\\xzshutdown\"|OTHER",
                "\"s\\hutdown\"|SHUTDOWN",
                "config re\"write\"|CONFIG_REWRITE",
                "\"shutdown\\x00abc\"|NUL_IN_NAME",
                "config \"rewrite\\x00abc\"|CONFIG_REWRITE"
            },
            delimiter = '|',
            quoteCharacter = '`')
    void unquotesLikeRedis(String line, Command expected) {
        assertThat(scan(line + "\r\n").getFirst()).isEqualTo(expected.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHUTDOWN\0", "SHUTDOWN\0and-more-than-a-word-holds", "\0", "GET\0"})
    void aNameWithNulIsOfItsOwnKind(String name) {
        assertThat(scan(array(name, "x")).getFirst()).isEqualTo("NUL_IN_NAME");
    }

    /** Redis compares subcommands as C strings: what is behind a NUL does not count. */
    @Test
    void aSubcommandEndsAtNul() {
        assertThat(scan(array("CONFIG", "REWRITE\0xxxxxxxxxxxxxxxxxxxxxxxxxx")).getFirst())
                .isEqualTo("CONFIG_REWRITE");
    }

    @Test
    void knowsTheNameOfABigCommandBeforeItsBody() {
        RequestScanner scanner = new RequestScanner();
        ByteBuf in = buffer("*3\r\n$3\r\nset\r\n$536870912\r\n0123456789abcdef");
        assertThat(scanner.next(in)).isEqualTo(RequestScanner.Event.HEAD);
        assertThat(scanner.next(in)).isEqualTo(RequestScanner.Event.MORE);
        assertThat(scanner.midCommand()).isTrue();
    }

    @Test
    void aLongNameNeedsNoArgumentToBeKnown() {
        RequestScanner scanner = new RequestScanner();
        ByteBuf in = buffer("*3\r\n$300\r\n0123456789abcdef");
        assertThat(scanner.next(in)).isEqualTo(RequestScanner.Event.HEAD);
        assertThat(scanner.command()).isEqualTo(Command.OTHER);
    }

    @Test
    void saysWhetherThereAreArguments() {
        RequestScanner scanner = new RequestScanner();
        scanner.next(buffer("*1\r\n$4\r\nEXEC"));
        assertThat(scanner.withoutArguments()).isTrue();
        scanner = new RequestScanner();
        scanner.next(buffer("*2\r\n$4\r\nEXEC\r\n$1\r\nx"));
        assertThat(scanner.withoutArguments()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "*x|invalid multibulk length",
                "*1048577\\r\\n|invalid multibulk length",
                "*99999999999999999999|invalid multibulk length",
                "*1 \\r\\n|invalid multibulk length",
                "*+1\\r\\n|invalid multibulk length",
                "*01\\r\\n|invalid multibulk length",
                "*?\\r\\n|invalid multibulk length",
                "*\\r\\n|invalid multibulk length",
                "*1\\rx|invalid multibulk length",
                "*1\\r\\n:1\\r\\n|expected '$', got ':'",
                "*1\\r\\n\\0|expected '$', got '?'",
                "*1\\r\\n$-1\\r\\n|invalid bulk length",
                "*1\\r\\n$-0\\r\\n|invalid bulk length",
                "*1\\r\\n$536870913\\r\\n|invalid bulk length",
                "*1\\r\\n$1x\\r\\n|invalid bulk length",
                "*1\\r\\n$?\\r\\n|invalid bulk length",
                "*1\\r\\n$1\\r\\nabc|expected CRLF after a bulk string",
                "*1\\r\\n$1\\r\\na\\rb|expected CRLF after a bulk string",
                "set 'a|unbalanced quotes in request",
                "set \"a\"b|unbalanced quotes in request",
                "set\\0|NUL byte in inline request"
            },
            delimiter = '|',
            quoteCharacter = '`')
    void saysWhatIsWrong(String escaped, String expected) {
        String stream =
                escaped.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0") + "\r\n";
        assertThat(scan(stream).getLast()).isEqualTo("Protocol error: " + expected);
    }

    @Test
    void anInlineCommandHasALimit() {
        String longest = "x".repeat(InlineLine.MAX_BYTES - 1);
        assertThat(scan(longest + "\n")).containsExactly("OTHER", "END " + (longest.length() + 1));
        assertThat(scan(longest + "xx").getLast())
                .isEqualTo("Protocol error: too big inline request");
    }

    @Test
    void acceptsTheLargestArray() {
        assertThat(scan("*" + RequestScanner.MAX_ELEMENTS + "\r\n$1\r\nx\r\n")).isEmpty();
    }

    @Test
    void afterAFaultNothingIsUnderstoodAnyMore() {
        RequestScanner scanner = new RequestScanner();
        assertThat(scanner.next(buffer("*x\r\n"))).isEqualTo(RequestScanner.Event.FAULT);
        assertThat(scanner.next(buffer("PING\r\n"))).isEqualTo(RequestScanner.Event.FAULT);
    }

    static String array(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    private static List<String> scan(String stream) {
        byte[] bytes = stream.getBytes(ISO_8859_1);
        return scan(bytes, bytes.length, bytes.length);
    }

    private static List<String> scan(byte[] bytes, int first, int second) {
        Told told = new Told();
        told.feed(bytes, 0, first);
        told.feed(bytes, first, second);
        told.feed(bytes, second, bytes.length);
        return told.events;
    }

    private static List<String> byteByByte(byte[] bytes) {
        Told told = new Told();
        for (int i = 0; i < bytes.length; i++) {
            told.feed(bytes, i, i + 1);
        }
        return told.events;
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }

    /** What a scanner tells, with the place of each end in the stream. */
    private static final class Told {
        private final RequestScanner scanner = new RequestScanner();
        private final List<String> events = new ArrayList<>();
        private boolean broken;

        void feed(byte[] bytes, int from, int to) {
            // A window of a larger buffer: an index must not be taken for a count.
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            in.setIndex(from, to);
            while (!broken) {
                switch (scanner.next(in)) {
                    case HEAD -> events.add(scanner.command().name());
                    case END -> events.add("END " + in.readerIndex());
                    case BLANK -> events.add("BLANK " + in.readerIndex());
                    case FAULT -> {
                        broken = true;
                        events.add(scanner.fault());
                    }
                    case MORE -> {
                        assertThat(in.isReadable()).isFalse();
                        return;
                    }
                }
            }
        }
    }
}

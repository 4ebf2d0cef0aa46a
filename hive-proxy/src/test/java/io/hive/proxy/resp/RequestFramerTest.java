package io.hive.proxy.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandTable;
import io.hive.proxy.command.InlineSplitter;
import io.hive.proxy.resp.RequestFramer.Event;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFramerTest {
    /** Kinds that no name stands for: they are what a table makes of other commands. */
    private static final Set<CommandKind> UNNAMED =
            EnumSet.of(
                    CommandKind.OTHER,
                    CommandKind.NUL_IN_NAME,
                    CommandKind.NOT_A_READ,
                    CommandKind.NOT_LISTED,
                    CommandKind.SCRIPT);

    private static final String SET = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nv\r\nvv\r\n";
    private static final CommandTable TABLE = CommandTable.builtin();

    @ParameterizedTest
    @ValueSource(
            strings = {
                SET,
                "*1\r\n$4\r\nPING\r\n",
                "*2\r\n$3\r\nGET\r\n$0\r\n\r\n",
                "*2\r\n$0\r\n\r\n$0\r\n\r\n",
                "*2\r\n$6\r\nconfig\r\n$7\r\nRewrite\r\n",
                "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n",
                "*3\r\n$3\r\nSET\r\n$11\r\nhello world\r\n$12\r\nhello\r\nworld\r\n",
                "*2\r\n$20\r\nANAMELONGERTHANAWORDS\r\n$1\r\nx\r\n",
                "*2\r\n$21\r\nANAMELONGERTHANAWORDS\r\n$1\r\nx\r\n",
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
                "*1\r\n$01\r\nx\r\n",
                "*1\r\n$00\r\n\r\n",
                "*1\r\n$1\n\r\nx\r\n",
                "*1\r\n$10\n\r\nx\r\n",
                SET + "*1\r\n$536870913\r\n",
                SET + "*1\r\n$1234567890\r\n",
                // 3 in 32 bits.
                SET + "*1\r\n$4294967299\r\nfoo\r\n",
                SET + "*1\r\n$3\r\nfooo\r\n",
                SET + "*1\r\n$3\r\nfoo\rx",
                "*1\r\nfoo",
                "set k \"unbalanced\r\n",
                "set k \"x\"y\r\n",
                "set \0\r\n"
            })
    void splitAnywhereItSaysTheSame(String stream) {
        splitAnywhere(stream);
    }

    @Test
    void splitAnywhereAnArrayOfManyWordsIsTheSame() {
        splitAnywhere("*11\r\n$3\r\nDEL\r\n" + "$0\r\n\r\n".repeat(10) + "*1\r\n");
    }

    private static void splitAnywhere(String stream) {
        byte[] bytes = stream.getBytes(ISO_8859_1);
        List<String> whole = Pieces.requests(bytes);
        assertThat(whole).hasSizeGreaterThan(stream.startsWith(SET) ? 1 : 0);
        for (int first = 0; first < bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                assertThat(Pieces.requests(bytes, first, second))
                        .as("%d, %d", first, second)
                        .isEqualTo(whole);
            }
        }
        assertThat(Pieces.requests(bytes, Pieces.each(bytes.length, 1))).isEqualTo(whole);
    }

    @Test
    void tellsWhereCommandsEnd() {
        int length = SET.length();
        assertThat(scan(SET + "PING\r\n\r\n" + SET + "*2\r\n$3\r\nget\r\n$4\r\n"))
                .containsExactly(
                        "OTHER(SET) 3 " + length + " END " + length,
                        "PING(PING) 1 inline 6 END " + (length + 6),
                        "BLANK " + (length + 8),
                        "OTHER(SET) 3 " + length + " END " + (2 * length + 8),
                        "IN OTHER(GET) 2 23");
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
        "client id, CLIENT_ID",
        "POST /, HTTP_POST",
        "host: localhost, HTTP_HOST",
        "SUNSUBSCRIBE a, SUNSUBSCRIBE",
        "get shutdown, OTHER",
        "ANAMELONGERTHANAWORD x, OTHER"
    })
    void knowsCommandsInAnyCaseAndBothForms(String line, CommandKind expected) {
        assertThat(kind(line + "\r\n")).isEqualTo(expected.name());
        assertThat(kind(array(line.split(" ", -1)))).isEqualTo(expected.name());
    }

    @Test
    void knowsEveryKindThatItNames() {
        for (CommandKind kind : CommandKind.values()) {
            if (!UNNAMED.contains(kind)) {
                String[] words = kind.toString().toLowerCase(Locale.ROOT).split(" ");
                byte[] bytes = array(words).getBytes(ISO_8859_1);
                assertThat(Pieces.requests(bytes).getFirst()).startsWith(kind.name() + "(");
                assertThat(Pieces.requests(bytes, Pieces.each(bytes.length, 1)).getFirst())
                        .startsWith(kind.name() + "(");
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
    void unquotesLikeRedis(String line, CommandKind expected) {
        assertThat(kind(line + "\r\n")).isEqualTo(expected.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHUTDOWN\0", "SHUTDOWN\0and-more-than-a-word-holds", "\0", "GET\0"})
    void aNameWithNulIsOfItsOwnKind(String name) {
        assertThat(kind(array(name, "x"))).isEqualTo("NUL_IN_NAME");
    }

    /** Redis 6 compares subcommands as C strings: what is behind a NUL does not count. */
    @Test
    void aSubcommandEndsAtNul() {
        String stream = array("CONFIG", "REWRITE\0" + "x".repeat(100));
        byte[] bytes = stream.getBytes(ISO_8859_1);
        assertThat(kind(stream)).isEqualTo("CONFIG_REWRITE");
        assertThat(Pieces.requests(bytes, Pieces.each(bytes.length, 1)))
                .isEqualTo(Pieces.requests(bytes));
    }

    @Test
    void knowsABigCommandByItsHeader() {
        RequestFramer framer = new RequestFramer(TABLE);
        String header = "*3\r\n$3\r\nset\r\n$1\r\nk\r\n$536870912\r\n";
        assertThat(feed(framer, header + "01")).isEqualTo(Event.MORE);
        assertThat(framer.spec()).isEqualTo(TABLE.find("SET"));
        assertThat(framer.words()).isEqualTo(3);
        assertThat(framer.size()).isEqualTo(header.length() + 536870912L + 2);
        assertThat(framer.midCommand()).isTrue();
    }

    @Test
    void aLongNameNeedsNoArgumentToBeKnown() {
        RequestFramer framer = new RequestFramer(TABLE);
        assertThat(feed(framer, "*3\r\n$300\r\n" + "x".repeat(63))).isEqualTo(Event.MORE);
        assertThat(framer.spec()).isNull();
        assertThat(feed(framer, "x")).isEqualTo(Event.MORE);
        assertThat(framer.spec()).isSameAs(CommandTable.UNKNOWN);
    }

    @Test
    void aSubcommandIsWaitedFor() {
        RequestFramer framer = new RequestFramer(TABLE);
        feed(framer, "*2\r\n$6\r\nconfig\r\n$7\r\nrewrit");
        assertThat(framer.spec()).isNull();
        feed(framer, "e");
        assertThat(framer.spec()).isEqualTo(TABLE.find("CONFIG REWRITE"));
    }

    @Test
    void countsWords() {
        RequestFramer framer = new RequestFramer(TABLE);
        feed(framer, "*1\r\n$4\r\nEXEC");
        assertThat(framer.words()).isEqualTo(1);
        framer.reset();
        assertThat(framer.words()).isZero();
        feed(framer, "exec 'and more' of them\r\n");
        assertThat(framer.words()).isEqualTo(4);
    }

    @Test
    void aNewTableIsForTheNextCommand() {
        String reply = "*1\r\n*7\r\n$3\r\nget\r\n:2\r\n*1\r\n+module\r\n:1\r\n:1\r\n:1\r\n*0\r\n";
        CommandTable other = CommandTable.fromServer(reply.getBytes(ISO_8859_1), 0, reply.length());
        RequestFramer framer = new RequestFramer(TABLE);
        feed(framer, "*2\r\n$3\r\n");
        framer.table(other);
        feed(framer, "GET\r\n$1\r\nk\r\n");
        assertThat(framer.spec()).isEqualTo(TABLE.find("GET"));
        feed(framer, "GET k\r\n");
        assertThat(framer.spec()).isEqualTo(other.find("GET")).isNotEqualTo(TABLE.find("GET"));
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
                "*2\\r\\n$3\\r\\nGET\\r\\n$12\\r\\n0123456789ab\\r\\r|expected CRLF after a bulk"
                        + " string",
                "set 'a|unbalanced quotes in request",
                "set \"a\"b|unbalanced quotes in request",
                "set\\0|NUL byte in inline request"
            },
            delimiter = '|',
            quoteCharacter = '`')
    void saysWhatIsWrong(String escaped, String expected) {
        String stream =
                escaped.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0") + "\r\n";
        assertThat(scan(stream).getLast()).startsWith("Protocol error: " + expected + " AT ");
    }

    @Test
    void anInlineCommandHasALimit() {
        String longest = "x".repeat(InlineSplitter.MAX_BYTES - 1);
        int size = longest.length() + 1;
        assertThat(scan(longest + "\n"))
                .containsExactly("OTHER() 1 inline " + size + " END " + size, "DONE");
        assertThat(scan(longest + "xx").getLast())
                .isEqualTo("Protocol error: too big inline request AT " + (size + 1));
    }

    @Test
    void acceptsTheLargestArray() {
        String start = "*" + RequestFramer.MAX_ELEMENTS + "\r\n$1\r\nx\r\n";
        assertThat(scan(start)).containsExactly("IN OTHER() 1048576 " + start.length());
    }

    @Test
    void afterAFaultNothingIsUnderstoodUntilReset() {
        RequestFramer framer = new RequestFramer(TABLE);
        assertThat(feed(framer, "*x\r\n")).isEqualTo(Event.FAULT);
        assertThat(feed(framer, "PING\r\n")).isEqualTo(Event.FAULT);
        assertThat(feed(framer, "")).isEqualTo(Event.FAULT);
        framer.reset();
        assertThat(framer.fault()).isEmpty();
        assertThat(feed(framer, "PING\r\n")).isEqualTo(Event.COMMAND);
    }

    /** However far it had come: what is left over would be counted as part of the next stream. */
    @Test
    void resetForgetsTheStream() {
        String stream = array("CLIENT", "REPLY", "x".repeat(40)) + "set k 'v";
        for (int length = 0; length <= stream.length(); length++) {
            RequestFramer framer = new RequestFramer(TABLE);
            byte[] start = stream.substring(0, length).getBytes(ISO_8859_1);
            int at = 0;
            while (framer.next(start, at, length) != Event.MORE) {
                at = framer.position();
            }
            framer.reset();
            assertThat(framer.midCommand()).isFalse();
            assertThat(framer.spec()).isNull();
            assertThat(framer.size()).isZero();
            feed(framer, "*2\r\n$3\r\nGET\r\n$7\r\nab");
            assertThat(framer.size()).isEqualTo(26);
            assertThat(feed(framer, "cdefg\r\n")).isEqualTo(Event.COMMAND);
            assertThat(framer.size()).isEqualTo(26);
        }
    }

    @Test
    void staysInsideTheArray() {
        RequestFramer framer = new RequestFramer(TABLE);
        assertThatThrownBy(() -> framer.next(new byte[4], 0, 5))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** Commands made at random, of which it is known what they are, in pieces cut at random. */
    @Test
    void findsEveryCommandOfRandomStreams() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder stream = new StringBuilder();
            List<String> expected = new ArrayList<>();
            int commands = random.nextInt(1, 8);
            for (int i = 0; i < commands; i++) {
                int begin = stream.length();
                expected.add(addCommand(stream, random) + " END ");
                int size = stream.length() - begin;
                expected.addLast(
                        expected.removeLast().replace("SIZE", "" + size) + stream.length());
            }
            expected.add("DONE");
            byte[] bytes = stream.toString().getBytes(ISO_8859_1);
            assertThat(Pieces.requests(bytes)).as("seed %d", seed).isEqualTo(expected);
            assertThat(Pieces.requests(bytes, Pieces.random(bytes.length, random)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    private static String addCommand(StringBuilder stream, Random random) {
        String[] names = {"get", "SET", "Client Id", "zrangebyscore", "nosuchcommand", "multi"};
        String[] words = names[random.nextInt(names.length)].split(" ");
        int arguments = random.nextInt(random.nextInt(10) == 0 ? 200 : 5);
        List<String> all = new ArrayList<>(List.of(words));
        for (int i = 0; i < arguments; i++) {
            all.add(anything(random, random.nextInt(20) == 0 ? 3_000 : 30));
        }
        stream.append(array(all.toArray(new String[0])));
        String name = String.join(" ", words).toUpperCase(Locale.ROOT);
        String known =
                switch (name) {
                    case "CLIENT ID" -> "CLIENT_ID(CLIENT ID)";
                    case "MULTI" -> "MULTI(MULTI)";
                    case "NOSUCHCOMMAND" -> "OTHER()";
                    default -> "OTHER(" + name + ")";
                };
        return known + " " + all.size() + " SIZE";
    }

    private static String anything(Random random, int bound) {
        byte[] bytes = new byte[random.nextInt(bound)];
        random.nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    static String array(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    private static String kind(String stream) {
        String first = scan(stream).getFirst();
        return first.substring(0, first.indexOf('('));
    }

    private static List<String> scan(String stream) {
        return Pieces.requests(stream.getBytes(ISO_8859_1));
    }

    private static Event feed(RequestFramer framer, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return framer.next(bytes, 0, bytes.length);
    }
}

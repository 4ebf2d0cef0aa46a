package io.hive.proxy.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisBinary;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.resp.ReplyFramer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTableTest {
    private static final Path RESOURCE =
            Path.of("src/main/resources/io/hive/proxy/command/commands.txt");

    private static final String HEAD =
            """
            # The commands of Redis 7.0.15, as CommandTable.fromServer reads them from the answer to COMMAND of
            # the redis-server that is bundled for tests and the demo, with Hive's own rules laid over it.
            # Made, not written: ./hive test -pl hive-proxy -am -Dtest=CommandTableTest
            #     -Dsurefire.failIfNoSpecifiedTests=false -Dhive.commands.write=true
            # Per line: the nature, whether it blocks ("blocking" or "-"), the name, and perhaps a subcommand.
            """;

    private static RedisServer server;

    @BeforeAll
    static void start() {
        String address = Loopback.address(6379);
        server =
                RedisServer.at(address, 6379).binary(RedisBinary.bundled()).safeBoot(false).start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The resource is what the server says, to the letter. */
    @Test
    void theBuiltinTableIsThatOfTheBundledServer() throws IOException {
        List<CommandSpec> expected = fromServer(false).specs();
        if (Boolean.getBoolean("hive.commands.write")) {
            StringBuilder text = new StringBuilder(HEAD);
            for (CommandSpec spec : expected) {
                text.append(
                        String.format(
                                "%-11s %-8s %s%n",
                                spec.nature().name().toLowerCase(Locale.ROOT),
                                spec.blocking() ? "blocking" : "-",
                                spec.name()));
            }
            Files.writeString(RESOURCE, text);
            return;
        }
        assertThat(CommandTable.builtin().specs()).isEqualTo(expected).hasSizeGreaterThan(360);
    }

    @Test
    void bothProtocolsGiveTheSameTable() {
        assertThat(fromServer(true).specs()).isEqualTo(fromServer(false).specs());
    }

    /** Read by the test's own client, so that the two readers check each other. */
    @Test
    void everyListedCommandHasTheServersFlags() {
        CommandTable table = fromServer(false);
        Map<String, Set<String>> listed = new HashMap<>();
        try (RedisConnection connection = server.connect()) {
            collect(connection.list("COMMAND"), listed);
        }
        assertThat(listed).hasSizeGreaterThan(360).containsKeys("GET", "CONFIG GET");
        listed.forEach((name, flags) -> {
            CommandSpec spec = table.find(name.toLowerCase(Locale.ROOT));
            assertThat(spec.name()).isEqualTo(name);
            assertThat(spec.blocking())
                    .as(name)
                    .isEqualTo(flags.contains("blocking") || name.equals("WAIT"));
            boolean mayChange = spec.nature() == Nature.WRITE || spec.nature() == Nature.OPAQUE;
            if (flags.contains("write")) {
                assertThat(mayChange).as(name).isTrue();
            }
            if (flags.contains("readonly")) {
                assertThat(mayChange).as(name).isFalse();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "GET, READ",
        "get, READ",
        "gEt, READ",
        "SET, WRITE",
        "ZRANGEBYSCORE, READ",
        "ZREMRANGEBYSCORE, WRITE",
        "PUBLISH, WRITE",
        "PING, READ",
        "INFO, READ",
        "DBSIZE, READ",
        "EVAL, OPAQUE",
        "EVALSHA, OPAQUE",
        "FCALL, OPAQUE",
        "EVAL_RO, OPAQUE_READ",
        "EVALSHA_RO, OPAQUE_READ",
        "FCALL_RO, OPAQUE_READ",
        "XREAD, READ",
        "XREADGROUP, WRITE",
        "BLPOP, WRITE",
        "GETDEL, WRITE",
        "GETEX, WRITE",
        "SORT, WRITE",
        "SORT_RO, READ",
        "WAIT, WRITE",
        "CONFIG GET, READ",
        "config get, READ",
        "CONFIG SET, WRITE",
        "CONFIG HELP, READ",
        "CONFIG, WRITE",
        "CONFIG NOSUCH, WRITE",
        "SCRIPT EXISTS, READ",
        "SCRIPT LOAD, WRITE",
        "FUNCTION LOAD, WRITE",
        "FUNCTION LIST, READ",
        "OBJECT ENCODING, READ",
        "MEMORY USAGE, READ",
        "CLIENT LIST, READ",
        "CLIENT KILL, WRITE",
        "ACL WHOAMI, READ",
        "ACL LOG, WRITE",
        "ACL SETUSER, WRITE",
        "SLOWLOG GET, READ",
        "SLOWLOG RESET, WRITE",
        "LATENCY RESET, WRITE",
        "DEBUG, WRITE",
        "NOSUCHCOMMAND, OPAQUE",
        "GE, OPAQUE",
        "GETT, OPAQUE"
    })
    void natures(String words, Nature expected) {
        assertThat(CommandTable.builtin().find(words).nature()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BLPOP",
                "BRPOP",
                "BLMOVE",
                "BRPOPLPUSH",
                "BLMPOP",
                "BZPOPMIN",
                "BZPOPMAX",
                "BZMPOP",
                "XREAD",
                "XREADGROUP",
                "WAIT",
                "WAITAOF"
            })
    void blockingOnes(String name) {
        assertThat(CommandTable.builtin().find(name).blocking()).isTrue();
    }

    @Test
    void kindsAreThereWhateverTheServerLists() {
        CommandTable none = table("*0\r\n");
        for (CommandKind kind : CommandKind.values()) {
            if (!kind.toString().isEmpty()) {
                CommandSpec spec = none.find(kind.toString().toLowerCase(Locale.ROOT));
                assertThat(spec.kind()).isEqualTo(kind);
                assertThat(spec.name()).isEqualTo(kind.toString());
            }
        }
        assertThat(none.find("GET")).isSameAs(CommandTable.UNKNOWN);
        assertThat(none.find("CONFIG GET").nature()).isEqualTo(Nature.OPAQUE);
    }

    /** Redis 6.2 lists containers alone, their flags being those of all that they contain. */
    @Test
    void takesWhatRedis6Answers() {
        CommandTable table =
                table(
                        "*4\r\n"
                                + redis6("config", "admin", "noscript", "loading", "stale")
                                + redis6("memory", "readonly", "random", "movablekeys")
                                + redis6("xgroup", "write", "denyoom")
                                + redis6("blpop", "write", "noscript", "blocking"));
        assertThat(table.find("CONFIG GET").nature()).isEqualTo(Nature.READ);
        assertThat(table.find("CONFIG SET").nature()).isEqualTo(Nature.WRITE);
        assertThat(table.find("CONFIG REWRITE").kind()).isEqualTo(CommandKind.CONFIG_REWRITE);
        assertThat(table.find("MEMORY USAGE").nature()).isEqualTo(Nature.READ);
        assertThat(table.find("MEMORY WHATEVER").nature()).isEqualTo(Nature.READ);
        assertThat(table.find("XGROUP CREATE").nature()).isEqualTo(Nature.WRITE);
        assertThat(table.find("BLPOP").blocking()).isTrue();
        assertThat(table.find("SLOWLOG GET")).isSameAs(CommandTable.UNKNOWN);
    }

    @Test
    void commandsOfModulesRunCode() {
        CommandTable table =
                table(
                        "*3\r\n"
                                + redis6("FT.SEARCH", "readonly", "module")
                                + redis6("json.set", "write", "denyoom", "module")
                                + redis6("slowlog", "module"));
        assertThat(table.find("ft.search").nature()).isEqualTo(Nature.OPAQUE_READ);
        assertThat(table.find("JSON.SET").nature()).isEqualTo(Nature.OPAQUE);
        assertThat(table.find("SLOWLOG GET").nature()).isEqualTo(Nature.OPAQUE);
    }

    /** Redis 6 lists the new names; 7 lists the old ones, and the new one is unknown. */
    @Test
    void renamedCommands() {
        CommandTable table =
                table(
                        "*3\r\n"
                                + redis6("xget", "readonly", "fast")
                                + redis6("xeval", "noscript", "may_replicate", "movablekeys")
                                + redis6("xpop", "write", "noscript", "blocking"));
        assertThat(table.find("XGET").nature()).isEqualTo(Nature.READ);
        assertThat(table.find("XEVAL").nature()).isEqualTo(Nature.OPAQUE);
        assertThat(table.find("XPOP").blocking()).isTrue();
        assertThat(table.find("GET")).isSameAs(CommandTable.UNKNOWN);
    }

    @Test
    void aRenamedCommandOfTheServerIsUnknown() {
        String address = Loopback.address(6379);
        try (RedisServer renamed =
                        RedisServer.at(address, 6379)
                                .binary(RedisBinary.bundled())
                                .arguments("--rename-command", "MULTI", "BEGIN")
                                .start();
                RedisConnection connection = renamed.connect()) {
            byte[] reply = reply(renamed, false);
            CommandTable table = CommandTable.fromServer(reply, 0, reply.length);
            assertThat(connection.text("BEGIN")).isEqualTo("OK");
            assertThat(table.find("BEGIN")).isSameAs(CommandTable.UNKNOWN);
            assertThat(table.find("MULTI").kind()).isEqualTo(CommandKind.MULTI);
        }
    }

    @Test
    void findsWordsOfAnyLengthWhereverTheyStand() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<String, Boolean> names = new HashMap<>();
        StringBuilder reply = new StringBuilder();
        while (names.size() < 500) {
            StringBuilder name = new StringBuilder();
            int length = 1 + random.nextInt(CommandTable.MAX_WORD);
            while (name.length() < length) {
                name.append("AZ@[`{_-.09\u00e9\u00ff".charAt(random.nextInt(13)));
            }
            String upper = name.toString();
            boolean write = random.nextBoolean();
            if (names.putIfAbsent(upper, write) == null) {
                String listed = random.nextBoolean() ? upper : lower(upper);
                reply.append(redis6(listed, write ? "write" : "readonly"));
            }
        }
        CommandTable table = table("*" + names.size() + "\r\n" + reply);
        names.forEach((name, write) -> {
            int before = random.nextInt(9);
            String text = "x".repeat(before) + lower(name) + "x".repeat(random.nextInt(9));
            byte[] bytes = text.getBytes(ISO_8859_1);
            CommandSpec spec = table.family(bytes, before, name.length()).alone();
            assertThat(spec.nature())
                    .as("%s, seed %d", name, seed)
                    .isEqualTo(write ? Nature.WRITE : Nature.READ);
            assertThat(table.find(name + "\0").kind())
                    .isEqualTo(
                            name.length() < CommandTable.MAX_WORD
                                    ? CommandKind.NUL_IN_NAME
                                    : CommandKind.OTHER);
        });
    }

    @Test
    void refusesMoreCommandsThanTheLimit() {
        StringBuilder subcommands = new StringBuilder();
        for (int i = 0; i < CommandTable.MAX_COMMANDS; i++) {
            subcommands.append("*3\r\n+c|").append(i).append("\r\n:1\r\n*0\r\n");
        }
        String one =
                "*10\r\n$1\r\nc\r\n:1\r\n*0\r\n:0\r\n:0\r\n:0\r\n*0\r\n*0\r\n*0\r\n*4096\r\n"
                        + subcommands;
        assertThatThrownBy(() -> table("*1\r\n" + one))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4096");
        assertThatThrownBy(() -> table("*4097\r\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4096");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-NOPERM this user has no permissions to run the 'command' command\r\n",
                "+OK\r\n",
                "*1\r\n",
                "*-1\r\n",
                "*1\r\n$3\r\nget\r\n",
                "*1\r\n*2\r\n$3\r\nget\r\n:2\r\n",
                "*1\r\n*3\r\n$3\r\nget\r\n:2\r\n+readonly\r\n",
                "*1\r\n*3\r\n$300\r\nget\r\n:2\r\n*0\r\n",
                "*1\r\n*3\r\n$-1\r\n:2\r\n*0\r\n",
                "*1\r\n*3\r\n:1\r\n:2\r\n*0\r\n",
                "*1\r\n*4\r\n$3\r\nget\r\n:2\r\n*0\r\n*999999999\r\n",
                "*0\r\n*0\r\n"
            })
    void saysWhatIsWrongInOneLine(String reply) {
        assertThatThrownBy(() -> table(reply))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains("COMMAND")
                .doesNotContain("\n");
    }

    @Test
    void cutShortAnywhereItIsRefused() {
        byte[] reply = reply(false);
        for (int length = 0; length < reply.length; length += 97) {
            int to = length;
            assertThatThrownBy(() -> CommandTable.fromServer(reply, 0, to))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String redis6(String name, String... flags) {
        StringBuilder text = new StringBuilder("*7\r\n$" + name.length() + "\r\n" + name);
        text.append("\r\n:-2\r\n*").append(flags.length).append("\r\n");
        for (String flag : flags) {
            text.append('+').append(flag).append("\r\n");
        }
        return text.append(":0\r\n:0\r\n:0\r\n*1\r\n+@slow\r\n").toString();
    }

    /** In ASCII alone, as Redis does it. */
    private static String lower(String text) {
        StringBuilder lower = new StringBuilder();
        text.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
        return lower.toString();
    }

    private static CommandTable table(String reply) {
        byte[] bytes = reply.getBytes(ISO_8859_1);
        return CommandTable.fromServer(bytes, 0, bytes.length);
    }

    private static void collect(List<?> commands, Map<String, Set<String>> into) {
        for (Object command : commands) {
            List<?> fields = (List<?>) command;
            Set<String> flags = new HashSet<>();
            ((List<?>) fields.get(2)).forEach(flag -> flags.add((String) flag));
            String name = (String) fields.get(0);
            into.put(name.toUpperCase(Locale.ROOT).replace('|', ' '), flags);
            collect((List<?>) fields.get(9), into);
        }
    }

    private static CommandTable fromServer(boolean resp3) {
        byte[] reply = reply(resp3);
        return CommandTable.fromServer(reply, 0, reply.length);
    }

    /** The bytes that answer COMMAND. */
    private static byte[] reply(boolean resp3) {
        return reply(server, resp3);
    }

    private static byte[] reply(RedisServer server, boolean resp3) {
        try (RedisConnection connection = server.connect()) {
            InputStream in = connection.socket().getInputStream();
            if (resp3) {
                connection.send("HELLO", "3");
                frame(in);
            }
            connection.send("COMMAND");
            return frame(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] frame(InputStream in) throws IOException {
        ReplyFramer framer = new ReplyFramer();
        byte[] bytes = new byte[1 << 20];
        int length = 0;
        int scanned = 0;
        while (true) {
            int read = in.read(bytes, length, bytes.length - length);
            assertThat(read).isPositive();
            length += read;
            ReplyFramer.Event event = framer.next(bytes, scanned, length);
            scanned = framer.position();
            if (event != ReplyFramer.Event.MORE) {
                assertThat(event).isEqualTo(ReplyFramer.Event.REPLY);
                assertThat(scanned).isEqualTo(length);
                return Arrays.copyOf(bytes, length);
            }
        }
    }
}

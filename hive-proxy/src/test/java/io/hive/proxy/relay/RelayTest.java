package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.node.IpAddress;
import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.route.RouteTable;
import io.hive.proxy.transport.BusyLoops;
import io.hive.proxy.transport.Transport;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** The relay with a master that stays, as clients see it on their sockets. */
@ExtendWith(Leaks.class)
class RelayTest {
    private static final int MIB = 1 << 20;

    private final RelayHarness hive = new RelayHarness();

    @AfterEach
    void end() {
        hive.close();
    }

    @Test
    void carriesPipelinesOfThousandsInOrder() {
        hive.master();
        RawClient client = hive.client();
        int commands = 20_000;
        StringBuilder sent = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= commands; i++) {
            sent.append("*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n");
            expected.append(':').append(i).append("\r\n");
        }
        client.send(sent.toString()).expect(expected.toString());
        assertThat(hive.counts().commands()).isEqualTo(commands);
    }

    @Test
    void understandsInlineCommands() {
        hive.master();
        hive.client()
                .send("\r\nset k \"a b\"\r\nGET k\n  get   'k'\r\n")
                .expect("+OK\r\n$3\r\na b\r\n$3\r\na b\r\n");
    }

    @Test
    void carriesResp3WithPushes() {
        RedisServer master = hive.master();
        RawClient client = hive.client();
        client.send("HELLO 3\r\n");
        assertThat(client.readLine()).isEqualTo("%7");
        Await.until("its end", () -> client.readLine().equals("*0"));
        client.send("HSET h f v\r\nHGETALL h\r\nSMEMBERS none\r\nGET none\r\n")
                .expect(":1\r\n%1\r\n$1\r\nf\r\n$1\r\nv\r\n~0\r\n_\r\n");
        client.send("DEBUG PROTOCOL attrib\r\n");
        client.readLine();
        client.send("CLIENT TRACKING on\r\nGET k\r\n");
        RedisConnection other = hive.direct(master);
        other.command("SET", "k", "v");
        client.send("PING\r\n");
        // Whatever else came before it.
        Await.until("PONG", () -> client.readLine().equals("+PONG"));
        assertThat(hive.counts().protocolErrors()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void carriesBigValuesBothWays(Transport transport) {
        if (!transport.unavailable().isEmpty()) {
            return;
        }
        try (RelayHarness other = new RelayHarness(transport, settings -> settings)) {
            other.master();
            RawClient client = other.client();
            int length = 64 * MIB;
            client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + length + "\r\n");
            byte[] piece = "x".repeat(MIB).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int i = 0; i < length; i += piece.length) {
                client.send(piece);
            }
            client.send("\r\nGET k\r\n").expect("+OK\r\n$" + length + "\r\n");
            client.expectMany(length, 'x');
            client.expect("\r\n").send("PING\r\n").expect("+PONG\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONFIG REWRITE",
                "config rewrite",
                "ACL SAVE",
                "acl load",
                "REPLICAOF no one",
                "SlaveOf 127.0.0.1 1",
                "FAILOVER",
                "PSYNC ? -1",
                "SYNC",
                "shutdown nosave",
                "\"\\x53hutdown\" nosave",
                "'shutdown'"
            })
    void refusesWhatWouldBreakTheHive(String command) {
        RedisServer master = hive.master();
        RawClient client = hive.client();
        client.send("PING\r\n" + command + "\r\nPING\r\n");
        client.expect("+PONG\r\n").expectError("REFUSED");
        client.expect("+PONG\r\n");
        client.send(array(command.replace("\"\\x53hutdown\"", "Shutdown").replace("'", "")));
        client.expectError("REFUSED");
        assertThat(master.isAlive()).isTrue();
        assertThat(hive.counts().refused()).isEqualTo(2);
    }

    @Test
    void refusedCommandsAreAnsweredAtTheirPlace() {
        hive.master();
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        RawClient client = hive.client();
        StringBuilder sent = new StringBuilder();
        int commands = 5_000;
        boolean[] refused = new boolean[commands];
        for (int i = 0; i < commands; i++) {
            refused[i] = random.nextInt(4) == 0;
            sent.append(refused[i] ? array("SYNC") : array("ECHO " + i));
        }
        client.send(sent.toString());
        for (int i = 0; i < commands; i++) {
            if (refused[i]) {
                assertThat(client.readLine()).as("%d, seed %d", i, seed).startsWith("-REFUSED ");
            } else {
                assertThat(client.readLine()).as("seed %d", seed).startsWith("$");
                assertThat(client.readLine()).as("seed %d", seed).isEqualTo(String.valueOf(i));
            }
        }
    }

    @Test
    void aRefusalInATransactionAbortsItAsAnErrorOfRedisWould() {
        hive.master();
        RawClient client = hive.client();
        client.send("MULTI\r\nSET a 1\r\nSHUTDOWN\r\nSET b 2\r\nEXEC\r\n");
        client.expect("+OK\r\n+QUEUED\r\n").expectError("REFUSED");
        client.expect("+QUEUED\r\n").expectError("EXECABORT");
        client.send("GET a\r\n").expect("$-1\r\n");
    }

    /** Redis may take a name with a NUL in it for the part before it, if the hashes fall so. */
    @Test
    void noRefusedCommandHidesBehindANul() {
        RedisServer master = hive.master();
        RawClient client = hive.client();
        for (int i = 0; i < 5_000; i++) {
            String name = "SHUTDOWN\0" + i;
            client.send("*2\r\n$" + name.length() + "\r\n" + name + "\r\n$6\r\nNOSAVE\r\n");
            client.expectError("REFUSED");
        }
        assertThat(master.isAlive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*1\r\n$-5\r\n",
                "*1\r\n$536870913\r\n",
                "*1048577\r\n",
                "*2\r\n$3\r\nGET\r\n:1\r\n",
                "*1\r\n$4\r\nPINGPONG\r\n",
                "set k \"half\r\n",
                "\0\0\0\0\r\n"
            })
    void whatIsNoCommandGetsOneErrorAfterWhatWasDue(String garbage) {
        hive.master();
        RawClient other = hive.client().send("PING\r\n").expect("+PONG\r\n");
        RawClient client = hive.client();
        client.send("PING\r\nSYNC\r\nPING\r\n" + garbage + "PING\r\n" + "x".repeat(100_000));
        client.expect("+PONG\r\n").expectError("REFUSED");
        client.expect("+PONG\r\n");
        assertThat(client.readLine()).startsWith("-ERR Protocol error: ");
        client.expectClosed();
        other.send("PING\r\n").expect("+PONG\r\n");
        assertThat(hive.counts().protocolErrors()).isEqualTo(1);
        Await.until("only the other is left", () -> hive.counts().clients() == 1);
    }

    @Test
    void aHalfWrittenCommandIsForgottenWithItsClient() {
        RedisServer master = hive.master();
        RawClient other = hive.client().send("PING\r\n").expect("+PONG\r\n");
        for (String half :
                List.of("*", "*2\r\n$3\r\nGE", "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nabc")) {
            RawClient client = hive.client().send("PING\r\n" + half).expect("+PONG\r\n");
            client.close();
        }
        Await.until("only the other is left", () -> hive.counts().clients() == 1);
        assertThat(hive.counts().pinned()).isZero();
        assertThat(hive.direct(master).number("DBSIZE")).isZero();
        other.send("PING\r\n").expect("+PONG\r\n");
    }

    /** As {@code printf ... | nc} does. */
    @Test
    void aClientThatEndsItsOutputStillGetsItsAnswers() throws Exception {
        hive.master();
        RawClient client = hive.client();
        client.send("SET k v\r\nSYNC\r\nGET k\r\n");
        client.socket().shutdownOutput();
        client.expect("+OK\r\n").expectError("REFUSED");
        client.expect("$1\r\nv\r\n").expectClosed();
    }

    @Test
    void aBlockedCommandEndsWithItsClient() throws Exception {
        RedisServer master = hive.master();
        RawClient client = hive.client().send("BLPOP list 0\r\n");
        RedisConnection direct = hive.direct(master);
        Await.until("it is blocked", () -> blocked(direct) == 1);
        client.close();
        Await.until("Redis has forgotten it", () -> blocked(direct) == 0);
    }

    @Test
    void quitIsAnsweredAndCloses() {
        hive.master();
        hive.client().send("PING\r\nQUIT\r\n").expect("+PONG\r\n+OK\r\n").expectClosed();
        hive.client().send("POST / HTTP/1.1\r\nHost: x\r\n\r\n").expectClosed();
    }

    @Test
    void repliesThatAreOffStayOff() {
        hive.master();
        RawClient client = hive.client();
        client.send("CLIENT REPLY SKIP\r\nSET k 1\r\nINCR k\r\n").expect(":2\r\n");
        client.send("client reply off\r\nINCR k\r\nINCR k\r\nCLIENT REPLY ON\r\n");
        client.expect("+OK\r\n").send("GET k\r\n").expect("$1\r\n4\r\n");
        client.send("CLIENT REPLY OFF\r\nSYNC\r\nINCR k\r\nCLIENT REPLY ON\r\n");
        client.expect("+OK\r\n").send("GET k\r\n").expect("$1\r\n5\r\n");
    }

    @Test
    void aSessionWithLargeValuesSharesAgain() {
        hive.master();
        RawClient client = hive.client();
        int length = 40 * 1024;
        client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + length + "\r\n");
        client.send("x".repeat(length) + "\r\n").expect("+OK\r\n");
        for (int i = 0; i < 63; i++) {
            client.send("PING\r\n").expect("+PONG\r\n");
        }
        assertThat(hive.counts().pinned()).isEqualTo(1);
        client.send("PING\r\n").expect("+PONG\r\n");
        Await.until("it shares again", () -> hive.counts().pinned() == 0);
        client.send("PING\r\n").expect("+PONG\r\n");
    }

    @Test
    void whatIsKeptIsCounted() {
        RedisServer master = hive.master();
        RawClient client = hive.client().send("PING\r\n").expect("+PONG\r\n");
        client.send("WATCH k\r\n").expect("+OK\r\n");
        master.freeze();
        // More than is read at once, so that it cannot come whole.
        int length = 100 * 1024;
        client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + length + "\r\n");
        client.send("x".repeat(length) + "\r\n");
        Await.until("it is kept", () -> hive.counts().keptBytes() > length);
        master.thaw();
        client.expect("+OK\r\n");
        assertThat(hive.counts().keptBytes()).isZero();
    }

    /** A name that Redis does not know either has done nothing to the connection. */
    @Test
    void anUnknownCommandKeepsNoConnection() {
        hive.master("--rename-command", "SELECT", "CHOOSE");
        RawClient client = hive.client();
        client.send("NOSUCH a b\r\nGET none\r\nCLIENT NOSUCH\r\nPING\r\n");
        client.expectError("ERR");
        client.expect("$-1\r\n").expectError("ERR");
        client.expect("+PONG\r\n");
        Await.until("it shares again", () -> hive.counts().pinned() == 0);
        assertThat(hive.counts().idle()).isEqualTo(1);
        client.send("CHOOSE 3\r\nSET k v\r\n").expect("+OK\r\n+OK\r\n");
        client.send("NOSUCH\r\n").expectError("ERR");
        client.send("GET k\r\nPING\r\n").expect("$1\r\nv\r\n+PONG\r\n");
        assertThat(hive.counts().pinned()).isEqualTo(1);
        hive.client().send("GET k\r\n").expect("$-1\r\n");
    }

    /** Whoever may not SELECT is where it was before it logged in. */
    @Test
    void aUserThatMayNotSelectStaysInItsDatabase() {
        RedisServer master = hive.master();
        RedisConnection direct = hive.direct(master);
        direct.command("ACL", "SETUSER", "weak", "on", ">p", "~*", "&*", "+@all", "-select");
        for (String login : List.of("AUTH weak p\r\n", "HELLO 3 AUTH weak p\r\n")) {
            RawClient client = hive.client();
            client.send("SELECT 5\r\n").expect("+OK\r\n").send(login);
            client.send("ECHO there\r\n");
            Await.until("it is logged in", () -> client.readLine().equals("there"));
            client.send("SET k v\r\nWATCH k\r\nMULTI\r\nGET k\r\nEXEC\r\n");
            client.expect("+OK\r\n+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n$1\r\nv\r\n");
            client.send("ACL WHOAMI\r\nSELECT 5\r\n").expect("$4\r\nweak\r\n");
            client.expectError("NOPERM");
            RedisServer next = hive.redis();
            hive.direct(next)
                    .command("ACL", "SETUSER", "weak", "on", ">p", "~*", "&*", "+@all", "-select");
            hive.open(next);
            client.send("SET k w\r\n").expect("+OK\r\n");
            hive.client().send("SELECT 5\r\nGET k\r\n").expect("+OK\r\n$1\r\nw\r\n");
            hive.open(master);
        }
        assertThat(hive.counts().cutClients()).isZero();
    }

    /** A reply that is too long to be kept is looked at all the same. */
    @Test
    void aLargeReplyChangesTheSessionLikeAnyOther() {
        RedisServer master = hive.master();
        RedisConnection direct = hive.direct(master);
        String large = "x".repeat(200_000);
        direct.command("SET", "large", large);
        RawClient client = hive.client();
        client.send("MULTI\r\nGET large\r\nSELECT 3\r\nEXEC\r\nSET k v\r\n");
        client.expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$200000\r\n").expect(large);
        client.expect("\r\n+OK\r\n+OK\r\n");
        for (int i = 0; i < 70; i++) {
            client.send("GET k\r\n").expect("$1\r\nv\r\n");
        }
        Await.until("it shares again", () -> hive.counts().pinned() == 0);
        client.send("GET k\r\n").expect("$1\r\nv\r\n");
        for (int i = 0; i < 4; i++) {
            RawClient other = hive.client();
            other.send("WATCH k\r\nGET k\r\n").expect("+OK\r\n$-1\r\n");
        }
    }

    /** As on a direct Redis, where lines of MONITOR and other replies are skipped alike. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "MONITOR\nCLIENT REPLY SKIP\nPING\nECHO a\n",
                "CLIENT REPLY SKIP\nMONITOR\nECHO a\n",
                "CLIENT REPLY OFF\nMONITOR\nPING\nCLIENT REPLY ON\nECHO a\n",
                "MONITOR\nCLIENT REPLY SKIP\nCLIENT REPLY SKIP\nPING\nECHO a\n",
                "MONITOR\nCLIENT REPLY SKIP\n\nECHO a\n",
                "MONITOR\nCLIENT REPLY OFF\nPING\nCLIENT REPLY ON\nECHO a\n"
            })
    void monitorAndClientReplyAreAsOnADirectRedis(String commands) {
        RedisServer master = hive.master();
        List<String> expected;
        try (RawClient direct =
                new RawClient(new InetSocketAddress(master.address(), master.port()))) {
            expected = whatIsSeen(direct, commands);
        }
        assertThat(whatIsSeen(hive.client(), commands)).isEqualTo(expected);
    }

    /** The replies, and of the lines of MONITOR those that show an ECHO. */
    private static List<String> whatIsSeen(RawClient client, String commands) {
        client.send(commands).send("ECHO end\n");
        List<String> seen = new ArrayList<>();
        for (String line = client.readLine(); !line.equals("end"); line = client.readLine()) {
            boolean monitored = line.matches("\\+[0-9]+\\..*");
            if (!monitored) {
                seen.add(line);
            } else if (line.endsWith("\"ECHO\" \"a\"")) {
                seen.add("an ECHO");
            }
        }
        return seen;
    }

    @Test
    void carriesMessagesAndMonitor() {
        RedisServer master = hive.master();
        RawClient subscriber = hive.client();
        subscriber.send("GET none\r\nSUBSCRIBE a b\r\n");
        subscriber.expect("$-1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
        subscriber.expect("*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n");
        RedisConnection direct = hive.direct(master);
        assertThat(direct.number("PUBLISH", "a", "hello")).isEqualTo(1);
        subscriber.expect("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$5\r\nhello\r\n");
        subscriber.send("PING\r\n").expect("*2\r\n$4\r\npong\r\n$0\r\n\r\n");
        subscriber.send("SYNC\r\n").expectError("REFUSED");
        subscriber.send("UNSUBSCRIBE\r\n");
        subscriber.expect("*3\r\n$11\r\nunsubscribe\r\n$1\r\n");
        assertThat(subscriber.read(1)).isIn("a", "b");
        subscriber.expect("\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\n");
        assertThat(subscriber.read(1)).isIn("a", "b");
        subscriber.expect("\r\n:0\r\n").send("GET none\r\n").expect("$-1\r\n");
        Await.until("it shares again", () -> hive.counts().pinned() == 0);

        RawClient monitor = hive.client().send("MONITOR\r\n").expect("+OK\r\n");
        direct.command("ECHO", "seen");
        Await.until("it is seen", () -> monitor.readLine().contains("seen"));
    }

    @Test
    void servesRealClients() {
        hive.master();
        String host = hive.address().getHostString();
        int port = hive.address().getPort();
        try (Jedis jedis = new Jedis(host, port)) {
            assertThat(jedis.set("k", "v")).isEqualTo("OK");
            assertThat(jedis.get("k")).isEqualTo("v");
        }
        RedisClient lettuce = RedisClient.create(RedisURI.create(host, port));
        try (var connection = lettuce.connect()) {
            assertThat(connection.sync().get("k")).isEqualTo("v");
            assertThat(connection.sync().hgetall("none")).isEmpty();
        } finally {
            lettuce.shutdown(0, 5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatNeverReadsDoesNotGrowTheRelay() {
        RedisServer master = hive.master();
        RedisConnection direct = hive.direct(master);
        direct.command("SET", "big", "x".repeat(4 * MIB));
        RawClient warm = hive.client().send("GET big\r\n");
        warm.expect("$" + 4 * MIB + "\r\n").expectMany(4L * MIB, 'x');
        long before = RelayHarness.bufferMemory();
        RawClient client = hive.slowClient();
        int values = 50;
        client.send("GET big\r\n".repeat(values));
        // Redis has all replies; they wait in the sockets and in Redis, which keeps its own limits.
        Await.until("Redis has run all", () -> calls(direct, "get") > values);
        long written = hive.counts().bytesOut();
        hive.client().send("PING\r\n".repeat(1000)).expect("+PONG\r\n".repeat(1000));
        assertThat(hive.counts().bytesOut()).isLessThan(written + 4L * MIB);
        assertThat(RelayHarness.bufferMemory() - before).isLessThan(16L * MIB);
        for (int i = 0; i < values; i++) {
            client.expect("$" + 4 * MIB + "\r\n");
            client.expectMany(4L * MIB, 'x');
            client.expect("\r\n");
        }
        client.send("PING\r\n").expect("+PONG\r\n");
    }

    @Test
    void aSlowReaderGetsEverythingBeforeTheEnd() {
        RedisServer master = hive.master();
        hive.direct(master).command("SET", "big", "x".repeat(32 * MIB));
        RawClient client = hive.slowClient();
        client.send("GET big\r\nSYNC\r\nPING\r\nQUIT\r\n");
        client.expect("$" + 32 * MIB + "\r\n").expectMany(32L * MIB, 'x');
        client.expect("\r\n").expectError("REFUSED");
        client.expect("+PONG\r\n+OK\r\n").expectClosed();
    }

    @Test
    void aFloodOfRefusedCommandsDoesNotGrowTheRelay() throws Exception {
        hive.master();
        RawClient client = hive.slowClient();
        client.send("PING\r\n").expect("+PONG\r\n");
        long before = RelayHarness.bufferMemory();
        int commands = 300_000;
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            String some = "SYNC\r\n".repeat(1000);
                            for (int i = 0; i < commands; i += 1000) {
                                client.send(some);
                            }
                            client.send("PING\r\n");
                        });
        long[] last = {0};
        Await.until(
                "the relay takes no more",
                () -> {
                    long now = hive.counts().refused();
                    boolean stalled = now == last[0] && now > 0;
                    last[0] = now;
                    boolean _ = writer.join(java.time.Duration.ofMillis(200));
                    return stalled;
                });
        assertThat(RelayHarness.bufferMemory() - before).isLessThan(16L * MIB);
        String each = client.expectError("REFUSED") + "\r\n";
        client.expect(each.repeat(999));
        for (int i = 1000; i < commands; i += 1000) {
            client.expect(each.repeat(1000));
        }
        client.expect("+PONG\r\n");
        writer.join();
    }

    @Test
    void aClientThatNeverStopsDoesNotGrowTheRelayWhileRedisIsSlow() throws Exception {
        RedisServer master = hive.master();
        RawClient client = hive.client().send("PING\r\n").expect("+PONG\r\n");
        long before = RelayHarness.bufferMemory();
        master.freeze();
        int values = 100;
        String value = array("SET k " + "x".repeat(MIB));
        Thread writer = Thread.ofVirtual().start(() -> client.send(value.repeat(values)));
        long[] last = {-1};
        Await.until(
                "the relay takes no more",
                () -> {
                    long now = hive.counts().bytesIn();
                    boolean stalled = now == last[0] && now > 1000;
                    last[0] = now;
                    return !writer.join(java.time.Duration.ofMillis(200)) && stalled;
                });
        assertThat(hive.counts().bytesIn()).isLessThan(50L * MIB);
        assertThat(RelayHarness.bufferMemory() - before).isLessThan(16L * MIB);
        master.thaw();
        client.expect("+OK\r\n".repeat(values));
        writer.join();
    }

    @Test
    void oneClientTooManyIsToldSo() {
        try (RelayHarness small = new RelayHarness(settings -> settings.withMaxClients(2))) {
            small.master();
            RawClient first = small.client().send("PING\r\n").expect("+PONG\r\n");
            small.client().send("PING\r\n").expect("+PONG\r\n");
            RawClient third = small.client();
            assertThat(third.expectError("OVERLOADED")).contains("HIVE_MAX_CLIENTS is 2");
            third.expectClosed();
            first.send("PING\r\n").expect("+PONG\r\n").close();
            Await.until("there is room", () -> small.counts().clients() == 1);
            small.client().send("PING\r\n").expect("+PONG\r\n");
            assertThat(small.counts().turnedAway()).isEqualTo(1);
        }
    }

    /** Tracking that EXEC turns on ends with its client, and never reaches the next one. */
    @Test
    void whatATransactionTiesToItsConnectionIsNobodyElses() {
        hive.master();
        RawClient tracking = hive.client().send("HELLO 3\r\n");
        Await.until("it is greeted", () -> tracking.readLine().equals("$7"));
        Await.until("to the end", () -> tracking.readLine().equals("*0"));
        tracking.send("MULTI\r\nCLIENT TRACKING ON BCAST\r\nEXEC\r\n");
        tracking.expect("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
        tracking.send("SET k 1\r\n").expect("+OK\r\n");
        tracking.expect(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
        tracking.close();
        Await.until("it is gone", () -> hive.counts().clients() == 0);
        RawClient next = hive.client().send("HELLO 3\r\n");
        Await.until("it is greeted", () -> next.readLine().equals("*0"));
        next.send("MULTI\r\nSET k 2\r\nEXEC\r\nPING\r\n");
        next.expect("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n+PONG\r\n");
    }

    @Test
    void oneSourceMayNotHaveAllClients() {
        try (RelayHarness small = new RelayHarness(s -> s.withMaxClients(10, 2))) {
            small.master();
            RawClient first = small.client().send("PING\r\n").expect("+PONG\r\n");
            RawClient second = small.client().send("PING\r\n").expect("+PONG\r\n");
            small.client().expectError("OVERLOADED");
            first.close();
            Await.until("there is room again", () -> small.counts().clients() == 1);
            small.client().send("PING\r\n").expect("+PONG\r\n");
            second.send("PING\r\n").expect("+PONG\r\n");
        }
    }

    @Test
    void aPortInUseIsNamed() {
        IpAddress address = IpAddress.of(hive.address().getAddress().getAddress());
        var loops = new BusyLoops(Transport.best(), 1, "relay-test");
        try (Relay second =
                new Relay(
                        RelaySettings.defaults(List.of(address), 7000),
                        Transport.best(),
                        loops,
                        new RouteTable(),
                        new RelayMetrics())) {
            assertThatThrownBy(second::start)
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining(address + " port 7000")
                    .hasMessageContaining("HIVE_PROXY_PORT");
        } finally {
            loops.group().shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    static String array(String line) {
        String[] words = line.split(" ", -1);
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    private static long blocked(RedisConnection direct) {
        return Long.parseLong(direct.info("clients").getOrDefault("blocked_clients", "0"));
    }

    private static long calls(RedisConnection direct, String command) {
        String stats = direct.info("commandstats").getOrDefault("cmdstat_" + command, "calls=0,");
        return Long.parseLong(stats.substring("calls=".length(), stats.indexOf(',')));
    }
}

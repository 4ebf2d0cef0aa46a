package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A relay that lets only reads through, before a master that would take everything. */
@ExtendWith(Leaks.class)
class ReadsOnlyTest {
    private static final String READONLY =
            "-READONLY You can't write against a read only replica.\r\n";

    private final RelayHarness hive = new RelayHarness(settings -> settings.forReads(7000));
    private final RedisServer master = hive.master();
    private final RedisConnection direct = hive.direct(master);

    @BeforeEach
    void data() {
        direct.command("SET", "k", "v");
        direct.command("XADD", "s", "1-1", "f", "v");
    }

    @AfterEach
    void end() {
        hive.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET k w",
                "set k w",
                "INCR n",
                "DEL k",
                "GETEX k EX 100",
                "LPUSH l a",
                "BLPOP l 0",
                "BRPOPLPUSH l m 0",
                "XADD s * f v",
                "XREADGROUP GROUP g c STREAMS s >",
                "XGROUP CREATE s g 0",
                "SORT l STORE m",
                "PUBLISH c m",
                "SPUBLISH c m",
                "FLUSHALL",
                "SWAPDB 0 1",
                "CONFIG SET maxmemory 1mb",
                "DEBUG SLEEP 0",
                "CLIENT KILL TYPE normal",
                "CLIENT PAUSE 1000",
                "FUNCTION FLUSH",
                "SCRIPT FLUSH",
                "RESTORE a 0 x",
                "PFADD p a",
                "ACL SETUSER x on"
            })
    void whatMayChangeSomethingDoesNotReachTheMaster(String command) {
        String before = commandsRun();
        RawClient client = hive.client().send(command + "\r\n").expect(READONLY);
        client.send("GET k\r\n").expect("$1\r\nv\r\n");

        assertThat(commandsRun()).isEqualTo(before);
        assertThat(hive.counts().readOnly()).isEqualTo(1);
    }

    /** All that the server ran, but for what reads, sets up connections and is asked here. */
    private String commandsRun() {
        return direct.info("commandstats").keySet().stream()
                .filter(name -> !name.matches("cmdstat_(get|info|ping|command|hello|xinfo|dbsize)"))
                .sorted()
                .toList()
                .toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET k|$1\r\nv\r\n",
                "EXISTS k|:1\r\n",
                "STRLEN k|:1\r\n",
                "OBJECT ENCODING k|$6\r\nembstr\r\n",
                "XRANGE s - +|*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n",
                "XREAD BLOCK 1 STREAMS s $|*-1\r\n",
                "SCAN 0 MATCH k COUNT 100|*2\r\n$1\r\n0\r\n*1\r\n$1\r\nk\r\n",
                "SELECT 0|+OK\r\n",
                "CLIENT SETNAME me|+OK\r\n",
                "CLIENT GETNAME|$-1\r\n",
                "CONFIG GET save|*2\r\n$4\r\nsave\r\n$0\r\n\r\n",
                "EVAL_RO \"return redis.call('get', KEYS[1])\" 1 k|$1\r\nv\r\n",
                "EVAL \"return redis.call('get', KEYS[1])\" 1 k|$1\r\nv\r\n",
                "PING|+PONG\r\n",
                "ECHO x|$1\r\nx\r\n"
            })
    void readsAreAnswered(String commandAndReply) {
        String[] parts = commandAndReply.split("\\|", 2);
        hive.client().send(parts[0] + "\r\n").expect(parts[1]);
    }

    @Test
    void aScriptMayReadAndNotWrite() {
        RawClient client = hive.client();
        client.send("SCRIPT LOAD \"return redis.call('get', KEYS[1])\"\r\n").expect("$40\r\n");
        String sha = client.readLine();
        client.send("EVALSHA " + sha + " 1 k\r\nevalsha " + sha + " 1 k\r\n")
                .expect("$1\r\nv\r\n$1\r\nv\r\n");
        client.send("EVALSHA " + "0".repeat(40) + " 1 k\r\n").expectError("NOSCRIPT");

        client.send("EVAL \"return redis.call('set', KEYS[1], 'w')\" 1 k\r\n");

        assertThat(client.readLine()).startsWith("-ERR Write commands are not allowed");
        client.send("*4\r\n$4\r\nEVAL\r\n$17\r\nreturn {KEYS[1],1\r\n$1\r\n1\r\n$1\r\nk\r\n");
        client.expectError("ERR");
        assertThat(direct.text("GET", "k")).isEqualTo("v");
    }

    @Test
    void aTransactionMayReadAndOneThatWritesIsAborted() {
        RawClient client = hive.client();
        client.send("MULTI\r\nGET k\r\nEVAL \"return redis.call('get', KEYS[1])\" 1 k\r\nEXEC\r\n")
                .expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$1\r\nv\r\n$1\r\nv\r\n");
        client.send("WATCH k\r\nMULTI\r\nGET k\r\nEXEC\r\n")
                .expect("+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n$1\r\nv\r\n");

        client.send("MULTI\r\nGET k\r\nSET k w\r\nEXEC\r\nGET k\r\n");

        client.expect("+OK\r\n+QUEUED\r\n" + READONLY);
        client.expectError("EXECABORT");
        client.expect("$1\r\nv\r\n");
    }

    @Test
    void theOrderIsKeptAmongReadsAndRefusals() {
        StringBuilder commands = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            commands.append("GET k\r\nGET k\r\nSET k w\r\nECHO ").append(i).append("\r\n");
            String echo = Integer.toString(i);
            replies.append("$1\r\nv\r\n$1\r\nv\r\n")
                    .append(READONLY)
                    .append("$" + echo.length() + "\r\n" + echo + "\r\n");
        }
        hive.client().send(commands.toString()).expect(replies.toString());
    }

    @Test
    void aLargeWriteIsRefusedBeforeItReachesTheMaster() {
        RawClient client = hive.client();
        for (int size : new int[] {100_000, 6_000_000}) {
            String value = "x".repeat(size);
            client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + size + "\r\n" + value + "\r\n")
                    .expect(READONLY);
        }
        String script = "-".repeat(5_000_000);
        client.send("*3\r\n$4\r\nEVAL\r\n$5000000\r\n" + script + "\r\n$1\r\n0\r\n")
                .expect(READONLY);
        client.send("GET k\r\n").expect("$1\r\nv\r\n");
    }

    @Test
    void whatNobodyKnowsIsAnErrorAndTheFirstThingSaidIsNoException() {
        RawClient client = hive.client();
        client.send("NONSENSE a b\r\nCLIENT NONSENSE\r\nCONFIG NONSENSE\r\nGET k\r\n");
        for (int i = 0; i < 3; i++) {
            assertThat(client.readLine()).startsWith("-ERR unknown command");
        }
        client.expect("$1\r\nv\r\n");
        client.send("MULTI\r\nNONSENSE\r\nEXEC\r\n").expect("+OK\r\n");
        client.expectError("ERR");
        client.expectError("EXECABORT");
    }

    /** As a plain Redis: these are for clusters. */
    @Test
    void readonlyAndReadwriteGoThrough() {
        RawClient client = hive.client().send("READONLY\r\nREADWRITE\r\n");
        client.expectError("ERR");
        client.expectError("ERR");
    }

    @Test
    void itSubscribesAndTracks() {
        RawClient subscriber = hive.client().send("SUBSCRIBE c\r\n");
        subscriber.expect("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        RawClient tracker = hive.client().send("HELLO 3\r\n");
        Await.until("it is greeted", () -> tracker.available() > 0);
        while (tracker.available() > 0) {
            tracker.readLine();
        }
        tracker.send("CLIENT TRACKING ON\r\nGET k\r\n").expect("+OK\r\n$1\r\nv\r\n");

        direct.command("PUBLISH", "c", "m");
        direct.command("SET", "k", "w");

        subscriber.expect("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n");
        tracker.expect(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
    }
}

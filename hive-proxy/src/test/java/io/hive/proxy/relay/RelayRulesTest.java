package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the relay that no other test shows, by their numbers. */
@ExtendWith(Leaks.class)
class RelayRulesTest {
    private final RelayHarness hive = new RelayHarness();

    @AfterEach
    void end() {
        hive.close();
    }

    @Test
    void rule1WhatAReplicaRefusesRunsOnTheNextMaster() {
        RedisServer old = hive.master();
        RawClient writer = hive.client().send("SET k v\r\n").expect("+OK\r\n");
        RawClient reader = hive.client().send("GET k\r\n").expect("$1\r\nv\r\n");
        RedisServer next = hive.redis();
        RedisConnection direct = hive.direct(old);
        direct.command("CONFIG", "SET", "replica-serve-stale-data", "no");
        direct.command("REPLICAOF", "127.0.0.1", "1");
        writer.send("INCR n\r\nINCR n\r\n");
        reader.send("GET k\r\n");
        Await.until("both are refused", () -> direct.info("errorstats").size() >= 1);
        Await.until("more than once", () -> errors(direct) > 4);
        assertThat(writer.available() + reader.available()).isZero();
        hive.open(next);
        writer.expect(":1\r\n:2\r\n");
        reader.expect("$-1\r\n");
        assertThat(hive.counts().unknownOutcomes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "READONLY fake",
                "LOADING fake",
                "MASTERDOWN fake",
                "NOREPLICAS fake",
                "UNBLOCKED force unblock fake"
            })
    void rule2ARefusalThatAScriptMadeUpIsPassedOn(String error) {
        hive.master();
        RawClient client = hive.client();
        String script = "redis.call('incr','n') return redis.error_reply('" + error + "')";
        client.send("EVAL \"" + script + "\" 0\r\nGET n\r\n");
        assertThat(client.readLine()).isEqualTo("-" + error);
        client.expect("$1\r\n1\r\n");
        client.send("MULTI\r\nEVAL \"" + script + "\" 0\r\nEXEC\r\nGET n\r\n");
        client.expect("+OK\r\n+QUEUED\r\n*1\r\n-" + error + "\r\n$1\r\n2\r\n");
    }

    @Test
    void rule4WhatOnlyWaitedWaitsOnTheNextMaster() {
        RedisServer old = hive.master();
        RedisConnection direct = hive.direct(old);
        direct.command("XADD", "s", "1-1", "f", "old");
        RawClient popper = hive.client().send("BLPOP list 0\r\n");
        RawClient reader = hive.client().send("XREAD BLOCK 0 STREAMS s $\r\n");
        Await.until("both wait", () -> blocked(direct) == 2);
        RedisServer next = hive.redis();
        RedisConnection nextDirect = hive.direct(next);
        nextDirect.command("XADD", "s", "1-1", "f", "old");
        nextDirect.command("XADD", "s", "2-1", "f", "new");
        direct.command("REPLICAOF", next.address(), "" + next.port());
        hive.open(next);
        reader.expect("*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n2-1\r\n*2\r\n$1\r\nf\r\n$3\r\n");
        reader.expect("new\r\n");
        Await.until("it waits again", () -> blocked(nextDirect) == 1);
        nextDirect.command("RPUSH", "list", "x");
        popper.expect("*2\r\n$4\r\nlist\r\n$1\r\nx\r\n");
        assertThat(hive.counts().unknownOutcomes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCAN %s COUNT 10", "HSCAN h %s COUNT 10", "HSCAN g %s COUNT 400"})
    void rule5ACursorOfAnotherRedisIsStale(String scan) {
        RedisServer old = hive.master();
        RedisServer next = hive.redis();
        for (RedisServer server : List.of(old, next)) {
            RedisConnection direct = hive.direct(server);
            String fill =
                    "for i=1,1000 do redis.call('set',i,i) redis.call('hset','h','f'..i,i)"
                            + " redis.call('hset','g',string.rep('f',600)..i,i) end";
            direct.command("EVAL", fill, "0");
        }
        RawClient client = hive.client();
        String cursor = scan(client, scan.formatted("0"));
        assertThat(cursor).isNotEqualTo("0");
        cursor = scan(client, scan.formatted(cursor));
        hive.open(next);
        client.send(scan.formatted(cursor) + "\r\n").expectError("STALECURSOR");
        assertThat(scan(client, scan.formatted("0"))).isNotEqualTo("0");
        assertThat(hive.counts().staleCursors()).isEqualTo(1);
    }

    @Test
    void rule6ATransactionThatLosesItsMasterIsAborted() {
        RedisServer old = hive.master();
        RawClient client = hive.client().send("MULTI\r\nINCR n\r\n").expect("+OK\r\n+QUEUED\r\n");
        old.kill();
        RedisServer next = hive.master();
        client.send("INCR n\r\nEXEC\r\nGET n\r\n").expect("+QUEUED\r\n").expectError("EXECABORT");
        client.expect("$-1\r\n");
        assertThat(hive.direct(next).number("DBSIZE")).isZero();
    }

    @Test
    void rule6ATransactionThatADemotionAbortsRunsOnTheNextMaster() {
        RedisServer old = hive.master();
        RawClient client = hive.client().send("MULTI\r\nINCR n\r\n").expect("+OK\r\n+QUEUED\r\n");
        RedisConnection direct = hive.direct(old);
        direct.command("REPLICAOF", "127.0.0.1", "1");
        client.send("EXEC\r\n");
        Await.until("it is refused", () -> errors(direct) > 0);
        hive.master();
        client.expect("*1\r\n:1\r\n");
    }

    @Test
    void rule8AUserThatTheNextMasterDoesNotKnowIsTurnedOut() {
        RedisServer old = hive.master();
        hive.direct(old).command("ACL", "SETUSER", "u", "on", ">p", "~*", "+@all");
        RawClient lost = hive.client().send("AUTH u p\r\nSET k v\r\n").expect("+OK\r\n+OK\r\n");
        RawClient other = hive.client().send("SET k v\r\n").expect("+OK\r\n");
        hive.master();
        lost.send("GET k\r\n").expectClosed();
        other.send("GET k\r\n").expect("$-1\r\n");
        assertThat(hive.counts().cutClients()).isEqualTo(1);
    }

    @Test
    void rule8WhatFailsLeavesTheOldProfileInForce() {
        RedisServer master = hive.master();
        hive.direct(master).command("ACL", "SETUSER", "u", "on", ">p", "~*", "+@all");
        RawClient client = hive.client();
        client.send("SELECT 3\r\nAUTH u p\r\nCLIENT SETNAME me\r\n");
        client.expect("+OK\r\n+OK\r\n+OK\r\n");
        client.send("AUTH u wrong\r\nACL WHOAMI\r\n").expectError("WRONGPASS");
        client.expect("$1\r\nu\r\n").send("SELECT 99\r\nSET k v\r\n").expectError("ERR");
        client.expect("+OK\r\n").send("HELLO 3 AUTH u wrong\r\n").expectError("WRONGPASS");
        client.send("HELLO 4\r\n").expectError("NOPROTO");
        client.send("HGETALL none\r\nCLIENT GETNAME\r\nACL WHOAMI\r\nGET k\r\n");
        client.expect("*0\r\n$2\r\nme\r\n$1\r\nu\r\n$1\r\nv\r\n");
        client.send("SELECT 0\r\nEXISTS k\r\n").expect("+OK\r\n:0\r\n");
    }

    @Test
    void rule9ACleanConnectionIsUsedAgain() {
        RedisServer master = hive.master();
        RedisConnection direct = hive.direct(master);
        RawClient client = hive.client().send("PING\r\n").expect("+PONG\r\n");
        transaction(client);
        long before = connections(direct);
        for (int i = 0; i < 5; i++) {
            transaction(client);
            client.send("WATCH k\r\nUNWATCH\r\nSELECT 1\r\nSELECT 0\r\n").expect(ok(4));
            client.send("SUBSCRIBE c\r\nUNSUBSCRIBE c\r\n");
            client.expect("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
            client.expect("*3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:0\r\n");
        }
        assertThat(connections(direct)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CLIENT NO-EVICT ON",
                "client no-evict on",
                "CLIENT TRACKING ON BCAST",
                "CLIENT REPLY SKIP",
                "cLiEnT rEpLy OFF",
                "MONITOR"
            })
    void rule9ADirtyConnectionIsNotUsedAgain(String command) {
        RedisServer master = hive.master();
        RedisConnection direct = hive.direct(master);
        RawClient client = hive.client().send("HELLO 3\r\n");
        Await.until("its end", () -> client.readLine().equals("*0"));
        transaction(client);
        assertThat(connected(direct)).isEqualTo(2);
        client.send(command + "\r\nPING\r\nRESET\r\n");
        Await.until("it is reset", () -> client.readLine().equals("+RESET"));
        client.close();
        // Long before it would be closed for lying idle.
        Await.until("it is closed", Duration.ofSeconds(15), () -> connected(direct) == 1);
    }

    @Test
    void rule10WhatIsTooLargeToBeKeptIsUnknown() {
        RedisServer old = hive.master();
        RawClient client = hive.client().send("PING\r\n").expect("+PONG\r\n");
        // It goes over a connection of its own, which is there already.
        transaction(client);
        int length = 100_000;
        old.freeze();
        client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + length + "\r\n" + "x".repeat(length));
        client.send("\r\nGET k\r\n");
        Await.until("it is under way", () -> hive.counts().bytesIn() > length + 50);
        RedisServer next = hive.master();
        client.expectError("UNKNOWNOUTCOME");
        client.expect("$-1\r\n");
        assertThat(hive.direct(next).number("DBSIZE")).isZero();
    }

    @Test
    void rule11OnlyWhoTracksGetsPushes() {
        RedisServer master = hive.master();
        List<RawClient> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RawClient client = hive.client().send("HELLO 3\r\n");
            Await.until("its end", () -> client.readLine().equals("*0"));
            all.add(client);
        }
        RawClient tracker = all.getFirst().send("CLIENT TRACKING ON\r\nGET k\r\n");
        tracker.expect("+OK\r\n_\r\n");
        RawClient subscriber = all.get(1).send("SUBSCRIBE c\r\n");
        subscriber.expect(">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        RedisConnection direct = hive.direct(master);
        List<RawClient> others = all.subList(2, all.size());
        others.forEach(other -> other.send("GET k\r\n").expect("_\r\n"));
        direct.command("SET", "k", "v");
        direct.command("PUBLISH", "c", "m");
        tracker.expect(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
        subscriber.expect(">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n");
        all.forEach(client -> client.send("GET k\r\n").expect("$1\r\nv\r\n"));
        assertThat(hive.counts().pinned()).isEqualTo(2);
    }

    @Test
    void rule12AScriptThatTheNextMasterDoesNotKnowIsTheClientsToSend() {
        RedisServer old = hive.master();
        String sha = hive.direct(old).text("SCRIPT", "LOAD", "return 1");
        RawClient client = hive.client().send("EVALSHA " + sha + " 0\r\n").expect(":1\r\n");
        hive.master();
        client.send("EVALSHA " + sha + " 0\r\n").expectError("NOSCRIPT");
        client.send("EVAL \"return 1\" 0\r\nEVALSHA " + sha + " 0\r\n").expect(":1\r\n:1\r\n");
    }

    @Test
    void aClientsWaitCountsWhatItWroteOverTheLane() {
        RedisServer master = hive.redis("--repl-diskless-sync-delay", "0");
        RedisServer replica =
                hive.redis(
                        "--repl-diskless-sync-delay",
                        "0",
                        "--replicaof",
                        master.address() + " " + master.port());
        RedisConnection direct = hive.direct(master);
        Await.until(
                "the replica is in sync",
                () ->
                        direct.info("replication")
                                .getOrDefault("slave0", "")
                                .contains("state=online"));
        hive.open(master);
        RawClient client = hive.client();
        // The connection that WAIT will come over has seen an earlier write.
        transaction(client);
        client.send("SET k v\r\nWAIT 1 0\r\n").expect("+OK\r\n:1\r\n");
        replica.freeze();
        client.send("SET k w\r\nWAIT 1 100\r\n").expect("+OK\r\n:0\r\n");
        replica.thaw();
        client.send("SET k x\r\nWAIT 1 0\r\n").expect("+OK\r\n:1\r\n");
        assertThat(hive.direct(replica).text("GET", "k")).isEqualTo("x");
    }

    private static void transaction(RawClient client) {
        client.send("MULTI\r\nSET t 1\r\nEXEC\r\n").expect("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
    }

    private static String ok(int times) {
        return "+OK\r\n".repeat(times);
    }

    /** Sends a scan and reads all of its reply; the cursor is what it says first. */
    private static String scan(RawClient client, String command) {
        client.send(command + "\r\n").expect("*2\r\n$");
        client.readLine();
        String cursor = client.readLine();
        int elements = Integer.parseInt(client.readLine().substring(1));
        for (int i = 0; i < 2 * elements; i++) {
            client.readLine();
        }
        return cursor;
    }

    private static long blocked(RedisConnection direct) {
        return Long.parseLong(direct.info("clients").getOrDefault("blocked_clients", "0"));
    }

    private static long connections(RedisConnection direct) {
        return Long.parseLong(direct.info("stats").getOrDefault("total_connections_received", "0"));
    }

    private static long connected(RedisConnection direct) {
        return Long.parseLong(direct.info("clients").getOrDefault("connected_clients", "0"));
    }

    /** How many commands were answered with an error. */
    private static long errors(RedisConnection direct) {
        return Long.parseLong(direct.info("stats").getOrDefault("total_error_replies", "0"));
    }
}

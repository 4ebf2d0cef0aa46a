package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Relay rule 7: a write is answered once so many replicas hold it. */
@ExtendWith(Leaks.class)
class AcknowledgementTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(200);

    private @Nullable RelayHarness opened;

    @AfterEach
    void end() {
        if (opened != null) {
            opened.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aWriteIsAnsweredOnceSoManyReplicasHoldIt(int wanted) {
        RelayHarness hive = hive(wanted, LONG);
        RedisServer master = master(hive);
        List<RedisServer> replicas = List.of(replica(hive, master), replica(hive, master));
        hive.open(master);
        RedisConnection direct = hive.direct(master);
        RawClient client = hive.client().send("SET k 1\r\n").expect("+OK\r\n");
        List<RawClient> readers = IntStream.range(0, 4).mapToObj(_ -> hive.client()).toList();
        int enough = replicas.size() - wanted + 1;
        replicas.subList(0, enough).forEach(RedisServer::freeze);
        client.send("SET k 2\r\nGET k\r\n");
        Await.until("it waits", () -> blocked(direct) == 1);
        for (RawClient reader : readers) {
            reader.send("GET k\r\n").expect("$1\r\n2\r\n");
        }
        assertThat(client.available()).isZero();
        replicas.getFirst().thaw();
        client.expect("+OK\r\n$1\r\n2\r\n");
        assertThat(hive.counts().unconfirmed()).isZero();
    }

    @Test
    void afterTheTimeoutTheClientIsToldThatItMayBeLost() {
        RelayHarness hive = hive(1, SHORT);
        RedisServer master = master(hive);
        RedisServer replica = replica(hive, master);
        hive.open(master);
        RawClient client = hive.client();
        confirmed(client);
        long before = hive.counts().unconfirmed();
        replica.freeze();
        client.send("SET k v\r\nGET k\r\nSYNC\r\nSET k w\r\nGET k\r\n");
        client.expectError("NOACK");
        client.expect("$1\r\nv\r\n").expectError("REFUSED");
        client.expectError("NOACK");
        client.expect("$1\r\nw\r\n");
        assertThat(hive.counts().unconfirmed()).isEqualTo(before + 2);
        replica.thaw();
        confirmed(client);
    }

    @Test
    void aPipelineKeepsItsOrderWhateverWaits() {
        RelayHarness hive = hive(1, LONG);
        RedisServer master = master(hive);
        RedisServer replica = replica(hive, master);
        hive.open(master);
        RedisConnection direct = hive.direct(master);
        RawClient client = hive.client().send("GET n\r\n").expect("$-1\r\n");
        replica.freeze();
        client.send("GET n\r\n");
        client.expect("$-1\r\n");
        String mix = "ECHO a\r\nINCR n\r\nGET n\r\nSYNC\r\nMULTI\r\nINCR n\r\nEXEC\r\nSELECT 1\r\n";
        client.send(mix + "CLIENT GETNAME\r\nDBSIZE\r\nSELECT 0\r\nINCR n\r\n");
        Await.until("it waits", () -> blocked(direct) >= 1);
        client.expect("$1\r\na\r\n");
        replica.thaw();
        client.expect(":1\r\n$1\r\n1\r\n").expectError("REFUSED");
        client.expect("+OK\r\n+QUEUED\r\n*1\r\n:2\r\n+OK\r\n$-1\r\n:0\r\n+OK\r\n:3\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MULTI,INCR n,EXEC|+OK,+QUEUED|*1,:1",
                "EVAL \"return redis.call('incr','n')\" 0||:1",
                "BLPOP list 0||*2,$4,list,$1,x",
                "BLMOVE list other LEFT LEFT 0||$1,x",
                "FCALL bump 0||:1",
                "WATCH k,MULTI,INCR n,EXEC|+OK,+OK,+QUEUED|*1,:1"
            })
    void whatWritesInOtherWaysWaitsToo(String commands, @Nullable String first, String then) {
        RelayHarness hive = hive(1, LONG);
        RedisServer master = master(hive);
        RedisServer replica = replica(hive, master);
        hive.open(master);
        RedisConnection direct = hive.direct(master);
        direct.command("RPUSH", "list", "x");
        direct.command(
                "FUNCTION",
                "LOAD",
                "#!lua name=lib\n"
                        + "redis.register_function('bump',"
                        + " function() return redis.call('incr','n') end)");
        RawClient client = hive.client().send("SET other2 1\r\n").expect("+OK\r\n");
        replica.freeze();
        StringBuilder sent = new StringBuilder();
        for (String command : commands.split("(?<!return redis.call\\('incr'),(?!'n')", -1)) {
            sent.append(command).append("\r\n");
        }
        client.send(sent.toString());
        if (first != null) {
            client.expect(first.replace(",", "\r\n") + "\r\n");
        }
        Await.until("it waits", () -> blocked(direct) == 1);
        assertThat(client.available()).isZero();
        replica.thaw();
        client.expect(then.replace(",", "\r\n") + "\r\n");
    }

    /** A reply that is too long to be kept until it is whole waits like any other. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GETDEL k||",
                "MULTI;GET k;EXEC|+OK;+QUEUED;|*1;",
                "CLIENT NO-EVICT on;GETDEL k|+OK;|",
                "EVAL \"redis.call('incr','n') return redis.call('get','k')\" 0||"
            })
    void aLargeReplyToAWriteWaitsToo(
            String commands, @Nullable String first, @Nullable String then) {
        RelayHarness hive = hive(1, LONG);
        RedisServer master = master(hive);
        RedisServer replica = replica(hive, master);
        hive.open(master);
        RedisConnection direct = hive.direct(master);
        direct.command("SET", "k", "x".repeat(3_000_000));
        RawClient client = hive.client();
        confirmed(client);
        replica.freeze();
        client.send(lines(commands)).send("\r\nGET none\r\n");
        client.expect(lines(first));
        Await.until("it waits", () -> blocked(direct) == 1 && hive.counts().heldBytes() > 100_000);
        assertThat(hive.counts().heldReplies()).isPositive();
        assertThat(client.available()).isZero();
        replica.thaw();
        client.expect(lines(then)).expect("$3000000\r\n").expectMany(3_000_000, 'x');
        client.expect("\r\n$-1\r\n");
        assertThat(hive.counts().heldBytes()).isZero();
        assertThat(hive.counts().heldReplies()).isZero();
    }

    private static String lines(@Nullable String text) {
        return text == null ? "" : text.replace(";", "\r\n");
    }

    @Test
    void aLargeReplyThatIsNotConfirmedIsAnErrorWhole() {
        RelayHarness hive = hive(1, SHORT);
        RedisServer master = master(hive);
        RedisServer replica = replica(hive, master);
        hive.open(master);
        hive.direct(master).command("SET", "k", "x".repeat(3_000_000));
        RawClient client = hive.client();
        confirmed(client);
        replica.freeze();
        client.send("GETDEL k\r\nPING\r\n").expectError("NOACK");
        client.expect("+PONG\r\n");
        client.send("CLIENT ID\r\n").readLine();
        client.send("*3\r\n$6\r\nGETSET\r\n$1\r\nl\r\n$200000\r\n" + "y".repeat(200_000));
        client.send("\r\n");
        client.expectError("NOACK");
        client.send("GETDEL l\r\nPING\r\n").expectError("NOACK");
        client.expect("+PONG\r\n");
        replica.thaw();
    }

    @Test
    void manyWritesAreCoveredByFewQuestions() {
        RelayHarness hive = hive(1, LONG);
        RedisServer master = master(hive);
        RedisServer replica = replica(hive, master);
        hive.open(master);
        RedisConnection direct = hive.direct(master);
        List<RawClient> clients = new ArrayList<>();
        int writes = 200;
        for (int i = 0; i < writes; i++) {
            clients.add(hive.client().send("PING\r\n").expect("+PONG\r\n"));
        }
        replica.freeze();
        for (int i = 0; i < writes; i++) {
            clients.get(i).send("SET k" + i + " v\r\n");
        }
        Await.until("all ran", () -> direct.number("DBSIZE") == writes);
        replica.thaw();
        clients.forEach(client -> client.expect("+OK\r\n"));
        // Two rounds for each of the two event loops, and what came in the middle.
        assertThat(calls(direct, "wait")).isBetween(1L, 20L);
    }

    /** What waits is bounded, and who pipelines without end is the one to wait. */
    @Test
    void aClientThatNeverStopsDoesNotGrowTheRelay() throws Exception {
        RelayHarness hive = hive(1, LONG);
        RedisServer master = master(hive);
        RedisServer replica = replica(hive, master);
        hive.open(master);
        RawClient client = hive.client().send("PING\r\n").expect("+PONG\r\n");
        long before = RelayHarness.bufferMemory();
        replica.freeze();
        int commands = 300_000;
        String some = "ECHO 0123456789\r\n".repeat(1000);
        client.send("SET k v\r\n");
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; i < commands; i += 1000) {
                                client.send(some);
                            }
                        });
        long[] last = {-1};
        Await.until(
                "the relay takes no more",
                () -> {
                    long now = hive.counts().commands();
                    boolean stalled = now == last[0] && now > 1000;
                    last[0] = now;
                    boolean _ = writer.join(Duration.ofMillis(200));
                    return stalled;
                });
        assertThat(hive.counts().commands()).isLessThan(commands / 2);
        assertThat(RelayHarness.bufferMemory() - before).isLessThan(16L << 20);
        replica.thaw();
        client.expect("+OK\r\n");
        String reply = "$10\r\n0123456789\r\n".repeat(1000);
        for (int i = 0; i < commands; i += 1000) {
            client.expect(reply);
        }
        writer.join();
    }

    @Test
    void aMasterLostWhileAWriteWaitsLeavesItUnknown() {
        RelayHarness hive = hive(1, LONG);
        RedisServer master = master(hive);
        RedisServer replica = replica(hive, master);
        hive.open(master);
        RedisConnection direct = hive.direct(master);
        RawClient client = hive.client().send("SET k v\r\n").expect("+OK\r\n");
        replica.freeze();
        client.send("SET k w\r\nGET k\r\n");
        Await.until("it waits", () -> blocked(direct) == 1);
        master.kill();
        client.expectError("UNKNOWNOUTCOME");
        client.expect("$1\r\nw\r\n");
        assertThat(hive.counts().unknownOutcomes()).isEqualTo(1);
        replica.thaw();
        hive.direct(replica).command("REPLICAOF", "NO", "ONE");
        hive.open(replica);
        client.send("GET k\r\n");
        assertThat(client.readLine()).isEqualTo("$1");
        assertThat(client.readLine()).isIn("v", "w");
        RedisServer second = replica(hive, replica);
        client.send("SET k x\r\n").expect("+OK\r\n");
        assertThat(hive.direct(second).text("GET", "k")).isEqualTo("x");
    }

    /** Its replicas hold what it has, which says nothing about what another had. */
    @Test
    void theNextMasterConfirmsNothingForTheLastOne() {
        RelayHarness hive = hive(1, LONG);
        RedisServer master = master(hive);
        RedisServer next = master(hive);
        replica(hive, next);
        hive.open(master);
        RedisConnection direct = hive.direct(master);
        RawClient client = hive.client().send("GET k\r\n").expect("$-1\r\n");
        // There is no room for a connection over which to ask.
        direct.command("CONFIG", "SET", "maxclients", "2");
        client.send("SET k v\r\n");
        Await.until("it ran", () -> direct.number("EXISTS", "k") == 1);
        Await.until("it was asked for", () -> rejected(direct) > 0);
        hive.open(next);
        client.expectError("UNKNOWNOUTCOME");
        client.send("GET k\r\nSET k w\r\n").expect("$-1\r\n+OK\r\n");
    }

    @Test
    void withoutAnyReplicaNothingIsConfirmed() {
        RelayHarness hive = hive(1, SHORT);
        hive.master();
        RawClient client = hive.client().send("SET k v\r\nGET k\r\nQUIT\r\n");
        client.expectError("NOACK");
        client.expect("$1\r\nv\r\n+OK\r\n").expectClosed();
    }

    @Test
    void aClosedRouteDoesNotHoldAnswersForEver() {
        RelayHarness hive = hive(1, SHORT);
        RedisServer master = master(hive);
        RedisServer replica = replica(hive, master);
        hive.open(master);
        RedisConnection direct = hive.direct(master);
        RawClient client = hive.client();
        confirmed(client);
        long asked = calls(direct, "wait");
        replica.freeze();
        client.send("SET k v\r\n");
        Await.until("it waits", () -> calls(direct, "wait") > asked || blocked(direct) == 1);
        hive.routes().close("test");
        client.expectError("NOACK");
    }

    /** It wrote nothing, so that there is nothing to wait for. */
    @Test
    void anErrorOfRedisIsNotHeldUp() {
        RelayHarness hive = hive(1, LONG);
        RedisServer master = hive.master();
        hive.direct(master).command("SET", "k", "v");
        RawClient client = hive.client().send("LPUSH k x\r\n");
        client.expectError("WRONGTYPE");
        client.send("BLPOP k 0\r\n").expectError("WRONGTYPE");
    }

    @Test
    void tooFewReplicasForRedisIsPassedOn() {
        RelayHarness hive = hive(1, SHORT);
        hive.master("--min-replicas-to-write", "1");
        RawClient client = hive.client().send("SET k v\r\nGET k\r\n");
        client.expectError("NOREPLICAS");
        client.expect("$-1\r\n");
    }

    @Test
    void theReplicasOfANewMasterAreWaitedFor() {
        RelayHarness hive = hive(1, LONG);
        RedisServer master =
                hive.master("--min-replicas-to-write", "1", "--repl-diskless-sync-delay", "0");
        RedisConnection direct = hive.direct(master);
        RawClient client = hive.client().send("SET k v\r\nGET k\r\n");
        Await.until(
                "it is refused more than once",
                () -> count(direct, "errorstats", "errorstat_NOREPLICAS", "count=") > 2);
        assertThat(client.available()).isZero();
        replica(hive, master);
        client.expect("+OK\r\n$1\r\nv\r\n");
    }

    /** It may have ended its output alone, so it is waited for, as long as its writes are. */
    @Test
    void aClientThatLeavesWhileItWaitsIsForgotten() throws Exception {
        RelayHarness hive = hive(1, Duration.ofSeconds(2));
        RedisServer master = master(hive);
        RedisServer replica = replica(hive, master);
        hive.open(master);
        RedisConnection direct = hive.direct(master);
        List<RawClient> clients = IntStream.range(0, 20).mapToObj(_ -> hive.client()).toList();
        clients.forEach(client -> client.send("PING\r\n").expect("+PONG\r\n"));
        replica.freeze();
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).send("SET k" + i + " v\r\nGET k\r\n");
        }
        Await.until("all ran", () -> direct.number("DBSIZE") == clients.size());
        Await.until("they wait", () -> blocked(direct) >= 1);
        for (RawClient client : clients) {
            // With a reset; who only ends its output still wants its answers.
            client.socket().setSoLinger(true, 0);
            client.close();
        }
        Await.until("all are forgotten", () -> hive.counts().clients() == 0);
        replica.thaw();
        hive.client().send("SET k v\r\nGET k\r\n").expect("+OK\r\n$1\r\nv\r\n");
    }

    /** One user's rights are not another's trouble. */
    @Test
    void aUserThatMayNotAskHoldsUpNobodyElse() {
        RelayHarness hive = hive(1, LONG);
        RedisServer master = master(hive);
        replica(hive, master);
        hive.direct(master).command("ACL", "SETUSER", "weak", "on", ">p", "~*", "+set");
        hive.open(master);
        List<RawClient> all = IntStream.range(0, 8).mapToObj(_ -> hive.client()).toList();
        for (RawClient weak : all) {
            weak.send("AUTH weak p\r\n").expect("+OK\r\n").send("SET k v\r\n");
            assertThat(weak.readLine()).startsWith("-NOACK ");
        }
        List<RawClient> others = IntStream.range(0, 8).mapToObj(_ -> hive.client()).toList();
        others.forEach(client -> client.send("SET k v\r\n").expect("+OK\r\n"));
    }

    private RelayHarness hive(int replicas, Duration timeout) {
        RelayHarness hive = new RelayHarness(s -> s.withAcknowledgement(replicas, timeout));
        opened = hive;
        return hive;
    }

    private static RedisServer master(RelayHarness hive) {
        return hive.redis("--repl-diskless-sync-delay", "0");
    }

    private static RedisServer replica(RelayHarness hive, RedisServer of) {
        RedisConnection direct = hive.direct(of);
        long before = online(direct);
        RedisServer started =
                hive.redis(
                        "--repl-diskless-sync-delay",
                        "0",
                        "--replicaof",
                        of.address() + " " + of.port());
        Await.until(started + " is in sync", () -> online(direct) > before);
        return started;
    }

    private static long online(RedisConnection direct) {
        return direct.info("replication").values().stream()
                .filter(line -> line.contains("state=online"))
                .count();
    }

    /** Waits until a write is confirmed; the first may meet a replica that is slow to begin. */
    private static void confirmed(RawClient client) {
        Await.until(
                "a write is confirmed", () -> client.send("SET c 1\r\n").readLine().equals("+OK"));
    }

    private static long blocked(RedisConnection direct) {
        return Long.parseLong(direct.info("clients").getOrDefault("blocked_clients", "0"));
    }

    private static long rejected(RedisConnection direct) {
        return Long.parseLong(direct.info("stats").getOrDefault("rejected_connections", "0"));
    }

    private static long calls(RedisConnection direct, String command) {
        return count(direct, "commandstats", "cmdstat_" + command, "calls=");
    }

    private static long count(RedisConnection direct, String section, String key, String field) {
        String stats = direct.info(section).getOrDefault(key, field + "0") + ",";
        return Long.parseLong(stats.substring(field.length(), stats.indexOf(',')));
    }
}

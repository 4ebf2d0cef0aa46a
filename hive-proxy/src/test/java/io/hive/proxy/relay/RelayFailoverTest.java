package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.Leadership;
import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** The relay when there is no master, another one, or one that is lost. */
@ExtendWith(Leaks.class)
class RelayFailoverTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    private final RelayHarness hive = new RelayHarness();

    @AfterEach
    void end() {
        hive.close();
    }

    @Test
    void withoutAMasterCommandsFailAfterTheParkTimeoutUntilThereIsOne() {
        try (RelayHarness brief = new RelayHarness(s -> s.withParking(SHORT, 1 << 20))) {
            RawClient client = brief.client();
            client.send("SET k v\r\nSYNC\r\nGET k\r\n").expectError("NOMASTER");
            client.expectError("REFUSED");
            client.expectError("NOMASTER");
            // From here on at once; half a command waits for its end.
            client.send("PING\r\n*2\r\n$4\r\nECHO\r\n$20\r\n0123456789abcdef")
                    .expectError("NOMASTER");
            brief.master();
            client.send("ghij\r\nPING\r\n");
            client.expect("$20\r\n0123456789abcdefghij\r\n+PONG\r\n");
            assertThat(brief.counts().noMaster()).isEqualTo(3);
            assertThat(brief.counts().parkedBytes()).isZero();
            assertThat(brief.counts().parkedSessions()).isZero();
        }
    }

    @Test
    void parkedCommandsAreDeliveredWhenThereIsAMaster() {
        RawClient client = hive.client().send("SET k v\r\nSYNC\r\nGET k\r\nECHO h");
        Await.until("it waits", () -> hive.counts().parkedSessions() == 1);
        assertThat(hive.counts().parkedBytes()).isPositive();
        hive.master();
        client.expect("+OK\r\n").expectError("REFUSED");
        client.expect("$1\r\nv\r\n").send("i\r\n").expect("$2\r\nhi\r\n");
        Await.until("nothing waits", () -> hive.counts().parkedBytes() == 0);
        assertThat(hive.counts().parkedSessions()).isZero();
    }

    @Test
    void moreThanMayBeParkedIsTurnedAway() {
        try (RelayHarness small = new RelayHarness(s -> s.withParking(Duration.ofHours(1), 100))) {
            RawClient first = small.client().send("SET k v\r\n");
            Await.until("it waits", () -> small.counts().parkedSessions() == 1);
            RawClient second = small.client();
            second.send("SET k " + "x".repeat(200) + "\r\nGET k\r\n");
            second.expectError("OVERLOADED");
            second.expectError("OVERLOADED");
            assertThat(small.counts().parkedBytes()).isEqualTo("SET k v\r\n".length());
            small.master();
            first.expect("+OK\r\n");
            second.send("GET k\r\n").expect("$1\r\nv\r\n");
        }
    }

    @Test
    void aParkedClientThatLeavesIsForgotten() {
        RawClient client = hive.client().send("SET k v\r\n");
        Await.until("it waits", () -> hive.counts().parkedSessions() == 1);
        client.close();
        Await.until("it is forgotten", () -> hive.counts().clients() == 0);
        assertThat(hive.counts().parkedBytes()).isZero();
        assertThat(hive.direct(hive.master()).number("DBSIZE")).isZero();
    }

    @Test
    void aMasterThatIsNotThereYetIsTriedAgain() {
        String address = Loopback.address(6379);
        hive.open(RedisEndpoint.parse(address, 6379), Duration.ofHours(1));
        RawClient client = hive.client().send("PING\r\n");
        Await.until("it waits", () -> hive.counts().parkedSessions() == 1);
        try (RedisServer late = RedisServer.startMaster(address, 6379)) {
            client.expect("+PONG\r\n");
            assertThat(late.isAlive()).isTrue();
        }
    }

    @Test
    void aMasterThatIsNotThereAtAllFailsCommandsInTime() {
        try (RelayHarness brief = new RelayHarness(s -> s.withParking(SHORT, 1 << 20))) {
            brief.open(RedisEndpoint.parse(Loopback.address(6379), 6379), Duration.ofHours(1));
            RawClient client = brief.client();
            client.send("PING\r\n").expectError("NOMASTER");
            client.send("PING\r\n").expectError("NOMASTER");
        }
    }

    @Test
    void aChangeOfMasterUnderLoadKeepsPlainSessions() throws Exception {
        hive.master();
        List<Thread> threads = new ArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong answered = new AtomicLong();
        AtomicLong unknown = new AtomicLong();
        AtomicLong broken = new AtomicLong();
        int clients = 8;
        for (int i = 0; i < clients; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try (Jedis jedis = jedis()) {
                                    while (!stop.get()) {
                                        incr(jedis, unknown);
                                        answered.incrementAndGet();
                                    }
                                } catch (RuntimeException e) {
                                    broken.incrementAndGet();
                                }
                            }));
        }
        try {
            for (int round = 0; round < 5; round++) {
                long before = answered.get();
                Await.until("all go on", () -> answered.get() > before + 200);
                hive.master();
            }
            long before = answered.get();
            Await.until("all go on", () -> answered.get() > before + 200);
        } finally {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(broken).hasValue(0);
        assertThat(hive.counts().accepted()).isEqualTo(clients);
        assertThat(hive.counts().unknownOutcomes()).isEqualTo(unknown.get());
        assertThat(unknown.get()).isLessThanOrEqualTo(5L * clients);
    }

    @Test
    void afterAMoveNoConnectionToTheOldMasterIsLeft() {
        RedisServer old = hive.master();
        RawClient idle = hive.client().send("PING\r\n").expect("+PONG\r\n");
        RedisConnection direct = hive.direct(old);
        RawClient blocked = hive.client().send("BLPOP list 0\r\nGET k\r\n");
        Await.until("one is blocked", () -> connected(direct) == 3);
        RedisServer next = hive.redis();
        hive.direct(next).command("SET", "k", "new");
        hive.open(next);
        Await.until("they are closed", () -> connected(direct) == 1);
        // What changes nothing is run behind a command whose outcome is unknown.
        blocked.expectError("UNKNOWNOUTCOME");
        blocked.expect("$3\r\nnew\r\n");
        idle.send("GET k\r\n").expect("$3\r\nnew\r\n");
        assertThat(hive.counts().unknownOutcomes()).isEqualTo(1);
    }

    @Test
    void commandsBehindAnUnknownOneDoNotRun() {
        RedisServer old = hive.master();
        RawClient client = hive.client().send("PING\r\n").expect("+PONG\r\n");
        old.freeze();
        client.send("INCR n\r\n");
        Await.until("it is sent", () -> hive.counts().commands() == 2);
        hive.routes().close("test");
        client.send("INCR n\r\nSYNC\r\nINCR n\r\n");
        Await.until("they wait", () -> hive.counts().parkedSessions() == 1);
        RedisServer next = hive.master();
        client.expectError("UNKNOWNOUTCOME");
        client.expectError("NOTRUN");
        client.expectError("REFUSED");
        client.expectError("NOTRUN");
        client.send("GET n\r\n").expect("$-1\r\n");
        assertThat(hive.direct(next).number("DBSIZE")).isZero();
        assertThat(hive.counts().notRun()).isEqualTo(2);
    }

    @Test
    void commandsThatWaitBehindNothingUnknownGoToTheNewMaster() {
        hive.master();
        RawClient client = hive.client().send("PING\r\n").expect("+PONG\r\n");
        hive.routes().close("test");
        client.send("INCR n\r\nINCR n\r\n");
        Await.until("they wait", () -> hive.counts().parkedSessions() == 1);
        hive.master();
        client.expect(":1\r\n:2\r\n");
    }

    @Test
    void theSameMasterAgainGetsWhatWaited() {
        RedisServer master = hive.redis();
        Leadership leadership = hive.open(master);
        RawClient client = hive.client().send("SELECT 1\r\nBLPOP list 0\r\n").expect("+OK\r\n");
        RedisConnection direct = hive.direct(master);
        Await.until("it is blocked", () -> blocked(direct) == 1);
        hive.routes().close("test");
        client.send("PING\r\n");
        Await.until("it waits", () -> hive.counts().parkedSessions() == 1);
        direct.command("SELECT", "1");
        direct.command("RPUSH", "list", "x");
        Await.until("it is served", () -> blocked(direct) == 0);
        hive.routes()
                .open(
                        leadership,
                        RelayHarness.endpoint(master),
                        System.nanoTime() + Duration.ofHours(1).toNanos());
        client.expect("*2\r\n$4\r\nlist\r\n$1\r\nx\r\n+PONG\r\n");
        assertThat(hive.counts().unknownOutcomes()).isZero();
    }

    @Test
    void anAnswerThatCameAfterTheLeaseIsPassedOnOnlyIfItIsRenewed() {
        RedisServer master = hive.redis();
        RedisConnection direct = hive.direct(master);
        for (boolean renewed : new boolean[] {true, false}) {
            Leadership leadership = hive.open(RelayHarness.endpoint(master), Duration.ofSeconds(2));
            long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            RawClient client = hive.client().send("BLPOP list 0\r\n");
            Await.until("it is blocked", () -> blocked(direct) == 1);
            Await.until("the lease is over", () -> System.nanoTime() - end > 0);
            direct.command("RPUSH", "list", "x");
            Await.until("it is served", () -> blocked(direct) == 0);
            // Another command of this client waits: the relay knows that the lease is over.
            client.send("PING\r\n");
            Await.until("it waits", () -> hive.counts().parkedSessions() == 1);
            assertThat(client.available()).isZero();
            if (renewed) {
                hive.renew(leadership);
                client.expect("*2\r\n$4\r\nlist\r\n$1\r\nx\r\n+PONG\r\n");
            } else {
                hive.open(master);
                client.expectError("UNKNOWNOUTCOME");
                client.expect("+PONG\r\n");
            }
        }
    }

    @Test
    void whenTheParkTimeoutEndsWhatIsUnderWayIsUnknown() {
        try (RelayHarness brief = new RelayHarness(s -> s.withParking(SHORT, 1 << 20))) {
            RedisServer master = brief.master();
            RawClient client = brief.client().send("BLPOP list 0\r\n");
            RedisConnection direct = brief.direct(master);
            Await.until("it is blocked", () -> blocked(direct) == 1);
            brief.routes().close("test");
            client.expectError("UNKNOWNOUTCOME");
            client.send("PING\r\n").expectError("NOMASTER");
            Await.until("Redis has forgotten it", () -> blocked(direct) == 0);
        }
    }

    @Test
    void aMasterThatDiesLeavesUnknownOutcomesAndTheClient() {
        RedisServer master = hive.master();
        RawClient client = hive.client().send("BLPOP list 0\r\n");
        RedisConnection direct = hive.direct(master);
        Await.until("it is blocked", () -> blocked(direct) == 1);
        master.kill();
        client.expectError("UNKNOWNOUTCOME");
        client.send("INCR n\r\n");
        Await.until("it waits", () -> hive.counts().parkedSessions() == 1);
        hive.master();
        client.expect(":1\r\n");
    }

    /** All of it is set up again, and the client keeps its connection. */
    @Test
    void stateMovesToTheNextMaster() {
        RedisServer old = hive.master();
        RawClient selected = hive.client().send("SELECT 1\r\n").expect("+OK\r\n");
        RawClient named = hive.client().send("CLIENT SETNAME me\r\n").expect("+OK\r\n");
        RawClient watching = hive.client().send("WATCH k\r\n").expect("+OK\r\n");
        RawClient queueing = hive.client().send("MULTI\r\n").expect("+OK\r\n");
        queueing.send("INCR q\r\n").expect("+QUEUED\r\n");
        RawClient subscribed = hive.client().send("SUBSCRIBE a\r\n");
        subscribed.expect("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
        RawClient monitor = hive.client().send("MONITOR\r\n").expect("+OK\r\n");
        int clients = hive.counts().clients();
        assertThat(old.isAlive()).isTrue();

        RedisServer next = hive.master();
        RedisConnection direct = hive.direct(next);
        selected.send("SET k 1\r\n").expect("+OK\r\n");
        direct.command("SELECT", "1");
        assertThat(direct.number("EXISTS", "k")).isEqualTo(1);
        named.send("CLIENT GETNAME\r\n").expect("$2\r\nme\r\n");
        // What was watched may have changed while nobody watched.
        watching.send("MULTI\r\nSET k 2\r\n").expect("+OK\r\n+QUEUED\r\n");
        watching.send("EXEC\r\n").expect("*-1\r\n");
        watching.send("GET k\r\n").expect("$-1\r\n");
        // Nothing of it had run, and the master was left and not lost: it is replayed.
        queueing.send("INCR q\r\nEXEC\r\n").expect("+QUEUED\r\n*2\r\n:1\r\n:2\r\n");
        Await.until("it is subscribed", () -> direct.number("PUBLISH", "a", "x") == 1);
        subscribed.expect("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nx\r\n");
        Await.until("it is seen", () -> monitor.readLine().contains("PUBLISH"));
        assertThat(hive.counts().clients()).isEqualTo(clients);
        assertThat(hive.counts().cutClients()).isZero();
    }

    /** Rule 1: a refusal says that it did not run; for how long it is tried again has a bound. */
    @Test
    void whoRefusesToBeMasterIsAskedForNoLongerThanACommandWaits() {
        try (RelayHarness brief = new RelayHarness(s -> s.withParking(SHORT, 1 << 20))) {
            RedisServer master = brief.master();
            RawClient client = brief.client().send("SET k v\r\n").expect("+OK\r\n");
            brief.direct(master).command("REPLICAOF", "127.0.0.1", "1");
            client.send("SET k w\r\nGET k\r\n").expectError("NOMASTER");
            client.readLine();
            brief.direct(master).command("REPLICAOF", "NO", "ONE");
            Await.until(
                    "it is master again",
                    () -> client.send("SET k x\r\n").readLine().equals("+OK"));
        }
    }

    @Test
    void halfAReplyClosesTheClient() {
        RedisServer master = hive.master();
        hive.direct(master).command("SET", "big", "x".repeat(16 << 20));
        RawClient client = hive.slowClient().send("GET big\r\n");
        client.expect("$" + (16 << 20) + "\r\n");
        hive.master();
        Await.until("it is closed", () -> hive.counts().cutClients() == 1);
        int length = client.read(16 << 20).length();
        assertThat(length).isLessThan(16 << 20);
    }

    @Test
    void halfACommandThatWasSentDidNotRun() {
        hive.master();
        RawClient client = hive.client().send("PING\r\n").expect("+PONG\r\n");
        String half = "x".repeat(50_000);
        client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n" + half);
        Await.until("it is under way", () -> hive.counts().commands() == 2);
        RedisServer next = hive.master();
        client.send(half + "\r\nGET k\r\n");
        client.expectError("NOTRUN");
        client.expect("$-1\r\n");
        assertThat(hive.direct(next).number("DBSIZE")).isZero();
        assertThat(hive.counts().unknownOutcomes()).isZero();
    }

    @Test
    void aMasterThatTalksNonsenseIsLeft() throws Exception {
        try (var nonsense =
                new java.net.ServerSocket(
                        6379, 1, java.net.InetAddress.getByName(Loopback.address(6379)))) {
            Thread talker =
                    Thread.ofVirtual()
                            .start(() -> {
                                try (var socket = nonsense.accept()) {
                                    byte[] request = socket.getInputStream().readNBytes(6);
                                    assertThat(request).hasSize(6);
                                    socket.getOutputStream().write("what?\r\n".getBytes(US_ASCII));
                                    socket.getInputStream().readAllBytes();
                                } catch (java.io.IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            });
            String host = nonsense.getInetAddress().getHostAddress();
            hive.open(RedisEndpoint.parse(host, 6379), Duration.ofHours(1));
            RawClient client = hive.client().send("PING\r\n");
            talker.join();
            hive.master();
            client.expect("+PONG\r\n");
        }
    }

    private Jedis jedis() {
        return new Jedis(hive.address().getHostString(), hive.address().getPort(), 30_000);
    }

    private static void incr(Jedis jedis, AtomicLong unknown) {
        try {
            jedis.incr("n");
        } catch (JedisDataException e) {
            assertThat(e).hasMessageStartingWith("UNKNOWNOUTCOME");
            unknown.incrementAndGet();
        }
    }

    private static long blocked(RedisConnection direct) {
        return Long.parseLong(direct.info("clients").getOrDefault("blocked_clients", "0"));
    }

    private static long connected(RedisConnection direct) {
        return Long.parseLong(direct.info("clients").getOrDefault("connected_clients", "0"));
    }
}

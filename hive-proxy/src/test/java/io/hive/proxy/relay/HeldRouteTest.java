package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.leader.Leadership;
import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of clients while the route is held for a handover, and when the relay leaves. */
@ExtendWith(Leaks.class)
@Timeout(60)
class HeldRouteTest {
    private final RelayHarness hive = new RelayHarness();
    private final AtomicInteger quiet = new AtomicInteger();

    @AfterEach
    void end() {
        hive.close();
    }

    private void hold() {
        hive.routes().hold(quiet::incrementAndGet);
    }

    private void awaitQuiet() {
        Await.until("nothing is under way", () -> quiet.get() == 1);
    }

    @Test
    void whatIsUnderWayIsAnsweredAndWhatComesWaits() {
        RedisServer old = hive.master();
        RawClient first = hive.client().send("PING\r\n").expect("+PONG\r\n");
        RawClient second = hive.client().send("PING\r\n").expect("+PONG\r\n");
        old.freeze();
        first.send("INCR n\r\n");
        Await.until("it is sent", () -> hive.counts().commands() == 3);
        hold();
        second.send("INCR n\r\n");
        Await.until("it waits", () -> hive.counts().parkedSessions() > 0);
        assertThat(quiet).hasValue(0);

        old.thaw();

        first.expect(":1\r\n");
        awaitQuiet();
        assertThat(hive.direct(old).command("GET", "n")).isEqualTo("1");
        RedisServer next = hive.master();
        second.expect(":1\r\n");
        assertThat(hive.direct(next).command("GET", "n")).isEqualTo("1");
        assertThat(hive.counts().unknownOutcomes()).isZero();
    }

    @Test
    void theSameMasterGoesOn() {
        RedisServer master = hive.redis();
        Leadership leadership = hive.open(master);
        RawClient client = hive.client().send("INCR n\r\n").expect(":1\r\n");
        hold();
        awaitQuiet();
        client.send("INCR n\r\nINCR n\r\n");
        Await.until("it waits", () -> hive.counts().parkedSessions() == 1);

        hive.routes()
                .open(
                        leadership,
                        RelayHarness.endpoint(master),
                        System.nanoTime() + Duration.ofHours(1).toNanos());

        client.expect(":2\r\n:3\r\n");
        assertThat(quiet).hasValue(1);
    }

    @Test
    void whatBlocksIsNotWaitedForAndWaitsOnTheNextMaster() {
        RedisServer old = hive.master();
        RawClient client = hive.client().send("BLPOP list 0\r\n");
        RedisConnection direct = hive.direct(old);
        Await.until("it is blocked", () -> blocked(direct) == 1);
        hold();
        awaitQuiet();
        direct.command("REPLICAOF", "127.0.0.1", "1");
        RedisServer next = hive.master();
        RedisConnection successor = hive.direct(next);
        Await.until("it is blocked there", () -> blocked(successor) == 1);

        successor.command("RPUSH", "list", "x");

        client.expect("*2\r\n$4\r\nlist\r\n$1\r\nx\r\n");
    }

    @Test
    void aTransactionGoesOnWhole() {
        hive.master();
        RawClient client = hive.client().send("MULTI\r\nINCR n\r\n").expect("+OK\r\n+QUEUED\r\n");
        hold();
        awaitQuiet();
        client.send("INCR n\r\nEXEC\r\n");
        Await.until("it waits", () -> hive.counts().parkedSessions() == 1);
        hive.master();
        client.expect("+QUEUED\r\n*2\r\n:1\r\n:2\r\n");
    }

    @Test
    void aLargeCommandThatWasBegunIsEnded() {
        RedisServer old = hive.master();
        String half = "x".repeat(100_000);
        RawClient client = hive.client().send("PING\r\n").expect("+PONG\r\n");
        client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$200000\r\n" + half);
        RedisConnection direct = hive.direct(old);
        Await.until("a part of it is there", () -> inputOf(direct) > 50_000);
        hold();

        client.send(half + "\r\n").expect("+OK\r\n");

        awaitQuiet();
        assertThat(direct.number("STRLEN", "k")).isEqualTo(200_000);
    }

    @Test
    void aClosedRouteEndsTheHold() {
        hive.master();
        RawClient client = hive.client().send("PING\r\n").expect("+PONG\r\n");
        hold();
        hive.routes().close("test");
        client.send("PING\r\n");
        Await.until("it waits", () -> hive.counts().parkedSessions() == 1);
        hive.master();
        client.expect("+PONG\r\n");
    }

    @Test
    void whoHasNothingUnderWayIsClosedWhenTheRelayLeavesAndTheOthersOnceTheyHaveNot() {
        hive.master();
        RawClient idle = hive.client().send("PING\r\n").expect("+PONG\r\n");
        RawClient subscribed = hive.client().send("SUBSCRIBE c\r\n");
        subscribed.expect("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        RawClient busy = hive.client().send("MULTI\r\n").expect("+OK\r\n");
        CompletableFuture<Boolean> left =
                CompletableFuture.supplyAsync(() -> hive.leave(Duration.ofSeconds(30)));

        idle.expectClosed();
        subscribed.expectClosed();
        assertThatThrownBy(hive::client).hasMessageContaining("refused");
        assertThat(left).isNotDone();
        busy.send("INCR n\r\nEXEC\r\n").expect("+QUEUED\r\n*1\r\n:1\r\n");

        busy.expectClosed();
        assertThat(left.join()).isTrue();
    }

    private static long blocked(RedisConnection direct) {
        return Long.parseLong(direct.info("clients").get("blocked_clients"));
    }

    /** What the server has of the largest command that is not whole yet. */
    private static long inputOf(RedisConnection direct) {
        String clients = direct.text("CLIENT", "LIST");
        return clients.lines()
                .flatMap(line -> java.util.Arrays.stream(line.split(" ", -1)))
                .filter(field -> field.startsWith("qbuf="))
                .mapToLong(field -> Long.parseLong(field.substring("qbuf=".length())))
                .max()
                .orElse(0);
    }
}

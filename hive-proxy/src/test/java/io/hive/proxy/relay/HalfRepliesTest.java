package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.transport.Transport;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A master is lost in the middle of a reply, of which the client may have a part. */
@ExtendWith(Leaks.class)
class HalfRepliesTest {
    private static final int LENGTH = 400_000;
    private static final int SOME = 300_000;

    private final RelayHarness hive = new RelayHarness(Transport.best(), 1, settings -> settings);

    @AfterEach
    void end() {
        hive.close();
    }

    /** What writes stays on the lane, and its reply is passed on as it comes. */
    @Test
    void aCrashClosesTheOneAndNotTheOthers() {
        StallProxy proxy = stalling(hive);
        RawClient half = hive.client();
        RawClient behind = hive.client();
        half.send("GETDEL large\r\n").expect("$" + LENGTH + "\r\n");
        behind.send("GET small\r\nINCR n\r\n");
        half.expectMany(SOME / 2, 'x');
        Await.until("it stalls", proxy::stalls);
        RedisServer next = hive.redis();
        hive.direct(next).command("SET", "small", "next");
        proxy.close();
        hive.open(next);
        // It waited for the batch before it to be answered, and was never sent.
        behind.expect("$4\r\nnext\r\n:1\r\n");
        while (true) {
            String rest = half.read(1);
            if (rest.isEmpty()) {
                break;
            }
            assertThat(rest).isEqualTo("x");
        }
        assertThat(hive.counts().cutClients()).isEqualTo(1);
    }

    @Test
    void aPlannedChangeLeavesTheOthersTheirReplies() {
        StallProxy proxy = stalling(hive);
        RawClient half = hive.client();
        RawClient behind = hive.client();
        half.send("GETDEL large\r\n").expect("$" + LENGTH + "\r\n");
        behind.send("GET small\r\nGET other\r\n");
        half.expectMany(SOME / 2, 'x');
        Await.until("it stalls", proxy::stalls);
        RedisServer next = hive.redis();
        RedisConnection direct = hive.direct(next);
        direct.command("SET", "small", "next");
        direct.command("SET", "other", "new");
        hive.open(next);
        behind.expect("$4\r\nnext\r\n$3\r\nnew\r\n");
        behind.send("PING\r\n").expect("+PONG\r\n");
    }

    /** A reply that waits for replicas has not reached the client: it gets an error instead. */
    @Test
    void whatWaitsForReplicasIsUnknown() {
        try (RelayHarness acks =
                new RelayHarness(
                        Transport.best(), 1, s -> s.withAcknowledgement(1, Duration.ofHours(1)))) {
            StallProxy proxy = stalling(acks);
            RawClient client = acks.client();
            client.send("GETDEL large\r\nGET small\r\n");
            Await.until("it stalls", proxy::stalls);
            RedisServer next = acks.redis();
            acks.direct(next).command("SET", "small", "next");
            proxy.close();
            acks.open(next);
            client.expectError("UNKNOWNOUTCOME");
            client.expect("$4\r\nnext\r\n");
            assertThat(acks.counts().heldBytes()).isZero();
        }
    }

    /** A master that stops in the middle of a large reply, over a lane that is set up. */
    private static StallProxy stalling(RelayHarness relay) {
        RedisServer master = relay.redis();
        RedisConnection direct = relay.direct(master);
        direct.command("SET", "large", "x".repeat(LENGTH));
        direct.command("SET", "small", "last");
        StallProxy proxy = new StallProxy(master);
        relay.closeAtTheEnd(proxy);
        relay.open(proxy.endpoint(), Duration.ofHours(1));
        relay.client().send("PING\r\n").expect("+PONG\r\n");
        proxy.limit(SOME);
        return proxy;
    }
}

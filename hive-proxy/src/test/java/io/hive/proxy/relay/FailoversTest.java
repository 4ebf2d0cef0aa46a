package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A hundred clients that know what they are owed, while masters come and go. {@code
 * -Dhive.failovers} is how many times they do, {@code -Dhive.failovers.seed} repeats the order of
 * what is done.
 */
@ExtendWith(Leaks.class)
@Timeout(1200)
class FailoversTest {
    private static final int FAILOVERS = Integer.getInteger("hive.failovers", 4);
    private static final long SEED = Long.getLong("hive.failovers.seed", new Random().nextLong());

    /** What each client does between two failovers, at least. */
    private static final int ROUNDS = 5;

    private final RelayHarness hive = new RelayHarness();
    private final Chaos chaos = new Chaos();
    private final Random random = new Random(SEED);
    private final List<ChaosClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private RedisServer master = hive.redis("--repl-diskless-sync-delay", "0");
    private RedisServer replica = replicaOf(master);

    @AfterEach
    void end() throws InterruptedException {
        chaos.stop();
        hive.close();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void theClientsFindNothingWrongWithRedisItself() throws InterruptedException {
        start(new InetSocketAddress(master.address(), master.port()));
        allGoOn();
        finish();
    }

    @Test
    void theClientsFindWhatIsWrong() throws InterruptedException {
        hive.open(master);
        start(hive.address());
        allGoOn();
        RedisConnection direct = hive.direct(master);
        direct.command("SELECT", "1");
        // a client may write its own value again before it reads the wrong one
        Await.until(
                "it is found",
                () -> {
                    for (int i = 0; i < 70; i++) {
                        direct.command("SET", "c" + i + ":k1", "c" + (i + 1) + ":1:c" + i + ":k1");
                    }
                    return !chaos.failures().isEmpty();
                });
    }

    @Test
    void masters() throws InterruptedException {
        hive.open(master);
        start(hive.address());
        for (int i = 0; i < FAILOVERS; i++) {
            allGoOn();
            crash(random.nextInt(4));
        }
        allGoOn();
        finish();
        assertThat(hive.counts().unknownOutcomes()).isEqualTo(chaos.unknown.get());
        assertThat(hive.counts().notRun()).isEqualTo(chaos.notRun.get());
    }

    @Test
    void handedOverMasters() throws InterruptedException {
        hive.open(master);
        start(hive.address());
        for (int i = 0; i < FAILOVERS; i++) {
            allGoOn();
            handOver();
        }
        allGoOn();
        finish();
        assertThat(hive.counts().unknownOutcomes()).isZero();
        assertThat(hive.counts().notRun()).isZero();
    }

    /** The master is lost: killed, or frozen, with the relay told at once or later. */
    private void crash(int how) {
        chaos.crashBegins();
        if (how == 1) {
            hive.routes().close("lost");
        }
        RedisServer lost = master;
        if (how == 2) {
            lost.freeze();
        } else {
            lost.kill();
        }
        if (how == 3) {
            hive.routes().close("lost");
        }
        hive.direct(replica).command("REPLICAOF", "NO", "ONE");
        hive.open(replica);
        chaos.crashEnds();
        lost.kill();
        master = replica;
        replica = replicaOf(master);
    }

    /** The master is told to follow its replica, once that has all: what comes then is refused. */
    private void handOver() {
        RedisConnection old = hive.direct(master);
        RedisConnection next = hive.direct(replica);
        old.command("CLIENT", "PAUSE", "20000", "WRITE");
        long offset = offset(old, "master_repl_offset");
        Await.until("the replica has all", () -> offset(next, "slave_repl_offset") >= offset);
        old.command("REPLICAOF", replica.address(), "" + replica.port());
        next.command("REPLICAOF", "NO", "ONE");
        old.command("CLIENT", "UNPAUSE");
        Await.until("some were refused", () -> refused(old) > 20);
        hive.open(replica);
        RedisServer demoted = master;
        master = replica;
        replica = demoted;
        awaitInSync(replica);
    }

    private void start(InetSocketAddress address) {
        for (int i = 0; i < 35; i++) {
            clients.add(new ChaosClient.Plain(chaos, address, i, SEED, 1));
            clients.add(new ChaosClient.Plain(chaos, address, 35 + i, SEED, 16));
        }
        for (int i = 0; i < 10; i++) {
            clients.add(new ChaosClient.Transactions(chaos, address, 70 + i, SEED, i < 5));
        }
        for (int i = 0; i < 5; i++) {
            clients.add(new ChaosClient.Queue(chaos, address, 80 + i, SEED));
            clients.add(new ChaosClient.Subscriber(chaos, address, 90 + i, SEED));
        }
        for (ChaosClient client : clients) {
            threads.add(Thread.ofVirtual().name(client.toString()).start(client));
        }
    }

    /** Every client gets answers, more than were under way. */
    private void allGoOn() {
        List<Long> before = clients.stream().map(ChaosClient::rounds).toList();
        for (int i = 0; i < clients.size(); i++) {
            ChaosClient client = clients.get(i);
            long enough = before.get(i) + ROUNDS;
            Await.until(
                    client + " goes on",
                    Duration.ofSeconds(60),
                    () -> client.rounds() >= enough || !chaos.failures().isEmpty());
        }
        noFailure();
    }

    private void finish() throws InterruptedException {
        chaos.stop();
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(60))).as(thread.getName()).isTrue();
        }
        noFailure();
        Await.until("all have left", () -> hive.counts().clients() == 0);
        assertThat(hive.counts().cutClients()).isZero();
        assertThat(hive.counts().parkedBytes()).isZero();
        assertThat(hive.counts().parkedSessions()).isZero();
    }

    private void noFailure() {
        Throwable first = chaos.failures().peek();
        if (first != null) {
            List<String> all = chaos.failures().stream().map(Throwable::getMessage).toList();
            throw new AssertionError(
                    "seed %d, %d clients failed:%n%s"
                            .formatted(SEED, all.size(), String.join("\n", all)),
                    first);
        }
    }

    private RedisServer replicaOf(RedisServer of) {
        RedisServer started =
                hive.redis(
                        "--repl-diskless-sync-delay",
                        "0",
                        "--replicaof",
                        of.address() + " " + of.port());
        awaitInSync(started);
        return started;
    }

    private void awaitInSync(RedisServer server) {
        RedisConnection direct = hive.direct(server);
        Await.until(
                server + " is in sync",
                () -> "up".equals(direct.info("replication").get("master_link_status")));
    }

    private static long offset(RedisConnection direct, String which) {
        return Long.parseLong(direct.info("replication").getOrDefault(which, "-1"));
    }

    private static long refused(RedisConnection direct) {
        String count = direct.info("errorstats").getOrDefault("errorstat_READONLY", "count=0");
        return Long.parseLong(count.substring("count=".length()));
    }
}

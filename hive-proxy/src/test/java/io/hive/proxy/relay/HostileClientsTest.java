package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that do what they can to be a burden: fifty others get their answers all the same, the
 * relay holds little, and what it held is given back. What the hostile ones get for it is not
 * judged: they may be held up or cut off.
 */
@ExtendWith(Leaks.class)
class HostileClientsTest {
    private static final int MIB = 1 << 20;

    /** More buffers than this for one hostile client, or a few dozen, is too much. */
    private static final long BUFFER_BOUND = 24L * MIB;

    /** What else it may cost; much of it is what the leak detection notes of each buffer. */
    private static final long HEAP_BOUND = 32L * MIB;

    /** Connections to Redis that may be kept for later, at most. */
    private static final int KEPT = 64;

    private static final String SOME = "y".repeat(MIB);
    private static final int OTHERS = 50;
    private static final long SEED = Long.getLong("hive.hostile.seed", new Random().nextLong());
    private static final int LEAVERS = Integer.getInteger("hive.hostile.leavers", 3_000);

    private final RelayHarness hive = new RelayHarness();
    private final RedisServer master = hive.master();
    private final RedisConnection direct = hive.direct(master);
    private final List<RawClient> others = new ArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private long buffersBefore;
    private long heapBefore;
    private int turn;

    @AfterEach
    void end() throws InterruptedException {
        stop.set(true);
        hive.close();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void oneThatNeverReadsSmallReplies() {
        direct.command("SET", "small", "x".repeat(100));
        oneThatNeverReads("GET small\r\n".repeat(1000), 300);
    }

    @Test
    void oneThatNeverReadsBigValues() {
        direct.command("SET", "big", "x".repeat(MIB));
        oneThatNeverReads("GET big\r\n".repeat(10), 30);
    }

    @Test
    void oneThatNeverReadsLongLists() {
        String[] push = new String[10_002];
        java.util.Arrays.fill(push, "element");
        push[0] = "RPUSH";
        push[1] = "long";
        for (int i = 0; i < 10; i++) {
            direct.command(push);
        }
        oneThatNeverReads("LRANGE long 0 -1\r\n".repeat(5), 20);
    }

    @Test
    void oneThatNeverReadsItsMessages() {
        othersCome(hive.address());
        RawClient hostile = hive.slowClient();
        hostile.send("SUBSCRIBE c\r\n").expect("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        String message = "x".repeat(100_000);
        for (int i = 0; i < 300; i++) {
            direct.command("PUBLISH", "c", message);
        }
        othersAreAnswered(20);
        littleIsHeld();
        hostile.close();
        allIsGivenBack();
    }

    private void oneThatNeverReads(String commands, int times) {
        othersCome(hive.address());
        RawClient hostile = hive.slowClient();
        AtomicLong sent = new AtomicLong();
        Thread writer = flood(hostile, commands, times, sent);
        awaitHeldUp(List.of(writer), sent);
        othersAreAnswered(20);
        littleIsHeld();
        hostile.close();
        allIsGivenBack();
    }

    /** A byte at a time of commands that are big, and of some that are not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void someThatTrickle(boolean withoutRelay) {
        InetSocketAddress to = withoutRelay ? redis() : hive.address();
        othersCome(to);
        List<RawClient> tricklers = new ArrayList<>();
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tricklers.add(client(to));
            String value = "v".repeat(i == 0 ? 40_000 : 2_000) + i;
            commands.add(array("SET", "trickled" + i, value) + "ECHO done" + i + "\r\n");
        }
        int longest = commands.stream().mapToInt(String::length).max().orElseThrow();
        for (int at = 0; at < longest; at++) {
            for (int i = 0; i < tricklers.size(); i++) {
                if (at < commands.get(i).length()) {
                    tricklers.get(i).send(commands.get(i).substring(at, at + 1));
                }
            }
            if (at % 4_000 == 0) {
                othersAreAnswered(2);
            }
        }
        if (!withoutRelay) {
            littleIsHeld();
        }
        for (int i = 0; i < tricklers.size(); i++) {
            tricklers.get(i).expect("+OK\r\n$5\r\ndone" + i + "\r\n").close();
            assertThat(direct.number("STRLEN", "trickled" + i)).isEqualTo(i == 0 ? 40_001 : 2_001);
        }
        if (!withoutRelay) {
            allIsGivenBack();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870912\r\n",
                "*3\r\n$3\r\nSET\r\n$536870912\r\n",
                "*2\r\n$536870912\r\n",
                "*1048576\r\n$3\r\nDEL\r\n$1\r\n",
                "$",
                "x"
            })
    void someThatAnnounceMuchAndStop(String announced) {
        othersCome(hive.address());
        List<RawClient> hostile = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            hostile.add(hive.client().send(announced + "abc"));
        }
        othersAreAnswered(10);
        littleIsHeld();
        // One of them goes on for a while; what has come may be with Redis, but not here.
        AtomicLong sent = new AtomicLong();
        Thread writer = flood(hostile.getFirst(), SOME, 48, sent);
        othersAreAnswered(10);
        littleIsHeld();
        hostile.forEach(RawClient::close);
        join(writer);
        allIsGivenBack();
        assertThat(direct.number("EXISTS", "k")).isZero();
    }

    /** The same while no master is there: what waits is bounded in all. */
    @Test
    void someThatAnnounceMuchWhileThereIsNoMaster() {
        othersCome(hive.address());
        hive.routes().close("test");
        List<RawClient> hostile = new ArrayList<>();
        List<Thread> writers = new ArrayList<>();
        AtomicLong sent = new AtomicLong();
        for (int i = 0; i < 20; i++) {
            hostile.add(hive.client().send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870912\r\n"));
            writers.add(flood(hostile.getLast(), SOME, 16, sent));
        }
        awaitHeldUp(writers, sent);
        // What may be parked is 64 MiB in all.
        assertThat(hive.counts().parkedBytes()).isLessThanOrEqualTo(80L * MIB);
        assertThat(RelayHarness.bufferMemory() - buffersBefore)
                .isLessThan(80L * MIB + 2 * BUFFER_BOUND);
        hostile.forEach(RawClient::close);
        writers.forEach(HostileClientsTest::join);
        hive.open(master);
        othersAreAnswered(2);
        allIsGivenBack();
        assertThat(hive.counts().parkedBytes()).isZero();
    }

    /** They read what they get, and never stop asking. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void someThatPipelineWithoutEnd(boolean withoutRelay) {
        InetSocketAddress to = withoutRelay ? redis() : hive.address();
        othersCome(to);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<AtomicLong> counts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawClient hostile = client(to);
            AtomicLong sent = new AtomicLong();
            counts.add(new AtomicLong());
            AtomicLong received = counts.getLast();
            Thread writer = flood(hostile, ("INCR endless" + i + "\r\n").repeat(500), -1, sent);
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> count(hostile, writer, sent, received, failures)));
        }
        for (int i = 0; i < 10; i++) {
            othersAreAnswered(5);
            for (AtomicLong count : counts) {
                long now = count.get();
                Await.until("it gets answers, too", () -> count.get() > now);
            }
        }
        if (!withoutRelay) {
            littleIsHeld();
        }
        stop.set(true);
        threads.forEach(HostileClientsTest::join);
        assertThat(failures).isEmpty();
        for (int i = 0; i < 3; i++) {
            assertThat(direct.text("GET", "endless" + i)).isEqualTo("" + counts.get(i).get());
        }
    }

    /** Each reply is one more than the one before, until there is one for each command. */
    private static void count(
            RawClient client,
            Thread writer,
            AtomicLong sent,
            AtomicLong received,
            Queue<Throwable> failures) {
        try {
            while (writer.isAlive() || received.get() < 500 * sent.get()) {
                String expected = ":" + (received.get() + 1);
                assertThat(client.readLine()).isEqualTo(expected);
                received.incrementAndGet();
            }
        } catch (RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void someThatSendTinySegments(boolean withoutRelay) throws InterruptedException {
        InetSocketAddress to = withoutRelay ? redis() : hive.address();
        othersCome(to);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            RawClient client = client(to);
            threads.add(Thread.ofVirtual().start(() -> crumbs(client, number, failures)));
        }
        othersAreAnswered(20);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).as("seed %d", SEED).isEmpty();
        othersAreAnswered(1);
    }

    private static void crumbs(RawClient client, int number, Queue<Throwable> failures) {
        try {
            Random random = new Random(SEED + number);
            StringBuilder sent = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                String value = "crumb " + number + "/" + i + "\r\n" + "z".repeat(random.nextInt(9));
                sent.append(array("SET", "crumbs" + number, value));
                sent.append(array("GET", "crumbs" + number)).append("ECHO e").append("\r\n");
                expected.append("+OK\r\n$").append(value.length()).append("\r\n").append(value);
                expected.append("\r\n$1\r\ne\r\n");
            }
            for (int at = 0; at < sent.length(); ) {
                int piece = Math.min(1 + random.nextInt(3), sent.length() - at);
                client.send(sent.substring(at, at + piece));
                at += piece;
            }
            client.expect(expected.toString());
        } catch (RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    /** They leave in the middle of commands and replies of every kind. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyThatLeave(boolean masterComesAndGoes) throws InterruptedException {
        direct.command("SET", "big", "x".repeat(MIB));
        othersCome(hive.address());
        othersAreAnswered(1);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        AtomicLong left = new AtomicLong();
        int each = LEAVERS / 4;
        for (int i = 0; i < 4; i++) {
            Random random = new Random(SEED + i);
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    for (int n = 0; n < each; n++) {
                                        leave(random);
                                        left.incrementAndGet();
                                    }
                                } catch (IOException | RuntimeException e) {
                                    failures.add(e);
                                }
                            }));
        }
        while (threads.stream().anyMatch(Thread::isAlive)) {
            if (masterComesAndGoes) {
                long now = left.get();
                hive.routes().close("test");
                Await.until("some leave", () -> left.get() > now + 20 || !anyAlive());
                hive.open(master);
            }
            othersAreAnswered(2);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).as("seed %d", SEED).isEmpty();
        littleIsHeld();
        allIsGivenBack();
        othersAreAnswered(5);
        assertThat(direct.info("clients")).containsEntry("blocked_clients", "0");
        assertThat(direct.info("clients")).containsEntry("tracking_clients", "0");
        assertThat(direct.list("PUBSUB", "CHANNELS")).isEmpty();
        assertThat(direct.number("PUBSUB", "NUMPAT")).isZero();
        assertThat(direct.text("CLIENT", "LIST")).doesNotContain("flags=O");
        assertThat(hive.counts().parkedBytes()).as("seed %d", SEED).isZero();
        assertThat(hive.counts().parkedSessions()).isZero();
    }

    private boolean anyAlive() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    private static final List<String> KINDS =
            List.of(
                    "SET leaver \"a b\"\r\nGET leaver\r\n",
                    array("SET", "leaver", "y".repeat(20_000)),
                    "*3\r\n$3\r\nSET\r\n$6\r\nleaver\r\n$100000\r\n" + "z".repeat(500),
                    "GET big\r\nGET big\r\nPING\r\n",
                    "MULTI\r\nINCR leavers\r\nGET big\r\nEXEC\r\n",
                    "WATCH leaver\r\nMULTI\r\n",
                    "BLPOP nobody 0\r\nPING\r\n",
                    "XREAD BLOCK 0 STREAMS nobody $\r\n",
                    "WAIT 1 0\r\n",
                    "SUBSCRIBE leavers a b\r\nPSUBSCRIBE lea*\r\nPING\r\nUNSUBSCRIBE\r\n",
                    "SSUBSCRIBE leavers\r\n",
                    "HELLO 3 SETNAME leaver\r\nSUBSCRIBE leavers\r\nGET big\r\n",
                    "HELLO 3\r\nCLIENT TRACKING on\r\nGET leaver\r\nSET leaver 2\r\n",
                    "MONITOR\r\n",
                    "CLIENT REPLY OFF\r\nSET leaver 1\r\nPING\r\nCLIENT REPLY ON\r\n",
                    "CLIENT REPLY SKIP\r\nGET big\r\nPING\r\n",
                    "AUTH default x\r\nSELECT 3\r\nSET leaver 3\r\n",
                    "SELECT 3\r\nRESET\r\nPING\r\n",
                    "EVAL \"return redis.call('GET', 'big')\" 0\r\n",
                    "SYNC\r\nSHUTDOWN\r\nPING\r\n",
                    "PING\r\nQUIT\r\nPING\r\n",
                    "PING\r\n*1\r\n+what\r\n",
                    "PUBLISH leavers hello\r\n".repeat(50),
                    "INCR leavers\r\n".repeat(200),
                    "SCAN 0\r\nCLIENT ID\r\nCLIENT LIST\r\n");

    private void leave(Random random) throws IOException {
        String kind = KINDS.get(random.nextInt(KINDS.size()));
        int cut = random.nextBoolean() ? kind.length() : random.nextInt(kind.length() + 1);
        try (Socket socket = new Socket()) {
            if (random.nextBoolean()) {
                socket.setReceiveBufferSize(8 * 1024);
            }
            socket.connect(hive.address(), 30_000);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(1 + random.nextInt(5));
            socket.getOutputStream().write(kind.substring(0, cut).getBytes(ISO_8859_1));
            for (int i = random.nextInt(3); i > 0; i--) {
                read(socket, 1 + random.nextInt(i == 2 ? 10 : 100_000));
            }
            switch (random.nextInt(4)) {
                case 0 -> socket.setSoLinger(true, 0);
                case 1 -> {
                    socket.shutdownOutput();
                    read(socket, 100);
                }
                default -> {}
            }
        } catch (java.net.SocketException _) {
            // It was cut off, for one of the kinds.
        }
    }

    /** Up to so many bytes, if they come. */
    private static void read(Socket socket, int most) throws IOException {
        try {
            int left = most;
            byte[] buffer = new byte[16 * 1024];
            while (left > 0) {
                int read = socket.getInputStream().read(buffer, 0, Math.min(left, buffer.length));
                if (read < 0) {
                    return;
                }
                left -= read;
            }
        } catch (java.net.SocketTimeoutException _) {
            // Then it leaves with less.
        }
    }

    /** Writes until all is written, the test is over or the other side has had enough. */
    private Thread flood(RawClient client, String text, int times, AtomicLong sent) {
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            byte[] bytes = text.getBytes(ISO_8859_1);
                            try {
                                for (int i = 0; i != times && !stop.get(); i++) {
                                    client.send(bytes);
                                    sent.incrementAndGet();
                                }
                            } catch (UncheckedIOException _) {
                                // It was cut off, or has been closed.
                            }
                        });
        threads.add(writer);
        return writer;
    }

    /** Until they have sent all, or the relay takes no more, or has cut them off. */
    private static void awaitHeldUp(List<Thread> writers, AtomicLong sent) {
        long[] last = {-1};
        Await.until(
                "they are done or held up",
                () -> {
                    if (writers.stream().noneMatch(Thread::isAlive)) {
                        return true;
                    }
                    long now = sent.get();
                    boolean stalled = now == last[0];
                    last[0] = now;
                    return !writers.getLast().join(Duration.ofMillis(300)) && stalled;
                });
    }

    private void othersCome(InetSocketAddress to) {
        for (int i = 0; i < OTHERS; i++) {
            others.add(client(to));
        }
        othersAreAnswered(3);
        heapBefore = heap();
        buffersBefore = RelayHarness.bufferMemory();
    }

    /** Each asks one thing at a time, all at once, and gets what is its own. */
    private void othersAreAnswered(int rounds) {
        for (int round = 0; round < rounds; round++) {
            turn++;
            for (int i = 0; i < OTHERS; i++) {
                others.get(i).send(array("SET", "other" + i, i + "/" + turn));
            }
            for (int i = 0; i < OTHERS; i++) {
                others.get(i).expect("+OK\r\n").send(array("GET", "other" + i));
            }
            for (int i = 0; i < OTHERS; i++) {
                String value = i + "/" + turn;
                others.get(i).expect("$" + value.length() + "\r\n" + value + "\r\n");
            }
        }
    }

    private void littleIsHeld() {
        Await.until(
                "buffers are within %d MiB".formatted(BUFFER_BOUND / MIB),
                () -> {
                    long more = RelayHarness.bufferMemory() - buffersBefore;
                    assertThat(more).isLessThan(BUFFER_BOUND);
                    return true;
                });
        Await.until(
                "the heap is within %d MiB".formatted(HEAP_BOUND / MIB),
                () -> {
                    assertThat(heap() - heapBefore).isLessThan(HEAP_BOUND);
                    return true;
                });
    }

    /** Only the fifty are left, with no more connections to Redis than they or a pool need. */
    private void allIsGivenBack() {
        Await.until("only the others are left", () -> hive.counts().clients() == OTHERS);
        Await.until("upstreams are", () -> hive.counts().upstreams() <= OTHERS + KEPT);
        Await.until(
                "and Redis knows",
                () -> {
                    String connected = direct.info("clients").get("connected_clients");
                    assertThat(connected).isNotNull();
                    return Integer.parseInt(connected) <= OTHERS + KEPT + 1;
                });
        littleIsHeld();
        othersAreAnswered(1);
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private InetSocketAddress redis() {
        return new InetSocketAddress(master.address(), master.port());
    }

    private RawClient client(InetSocketAddress to) {
        RawClient client = new RawClient(to);
        hive.closeAtTheEnd(client);
        return client;
    }

    private static void join(Thread thread) {
        try {
            assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String array(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }
}

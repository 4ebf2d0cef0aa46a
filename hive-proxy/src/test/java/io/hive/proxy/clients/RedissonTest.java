package io.hive.proxy.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.relay.Leaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RLock;
import org.redisson.api.RMap;
import org.redisson.api.RScript;
import org.redisson.api.RStream;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamCreateGroupArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadArgs;
import org.redisson.api.stream.StreamReadGroupArgs;

/** What an application does with Redisson. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.hive.proxy.clients.Setting#all")
@ExtendWith(Leaks.class)
class RedissonTest {
    private static final String READ = "return redis.call('GET', KEYS[1])";
    private static final String WRITE = "return redis.call('INCR', KEYS[1])";

    private final Setting setting;
    private final Scene scene;
    private final RedissonClient mine;
    private final RedissonClient theirs;

    RedissonTest(Setting setting) {
        this.setting = setting;
        scene = new Scene(setting);
        try {
            RedissonClients clients = scene.keep(new RedissonClients(scene));
            mine = clients.connect();
            theirs = clients.connect();
        } catch (RuntimeException e) {
            scene.close();
            throw e;
        }
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void readsAndWritesUnderWayAndInTheGap() {
        mine.getBucket("k").set("v");
        List<Future<?>> read = new ArrayList<>();
        List<Future<?>> written = new ArrayList<>();
        scene.change()
                .inFlight(
                        2,
                        () -> {
                            read.add(mine.getBucket("k").getAsync());
                            written.add(theirs.getAtomicLong("n").incrementAndGetAsync());
                        })
                .inTheGap(
                        0,
                        () -> {
                            read.add(mine.getBucket("k").getAsync());
                            written.add(mine.getAtomicLong("later").incrementAndGetAsync());
                        })
                .run();
        read.forEach(future -> scene.outcome(future).assertValue("v"));
        scene.outcome(written.getLast()).assertValue(1L);
        Outcome outcome = scene.outcome(written.getFirst());
        if (setting.crashes() && outcome.failed()) {
            outcome.assertError("UNKNOWNOUTCOME");
            assertThat(mine.getAtomicLong("n").get()).isBetween(0L, 1L);
        } else {
            outcome.assertValue(1L);
            assertThat(mine.getAtomicLong("n").get()).isEqualTo(1);
        }
        assertThat(scene.direct().text("GET", "k")).isEqualTo("v");
        for (int i = 1; i <= 8; i++) {
            assertThat(theirs.getAtomicLong("again").incrementAndGet()).isEqualTo(i);
        }
    }

    /** A lock that is not released ends with its Redis. */
    @Test
    @SuppressWarnings("LockNotBeforeTry")
    void locks() throws Exception {
        RLock lock = mine.getLock("lock");
        lock.lock();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        RLock other = theirs.getLock("lock");
        assertThat(other.tryLock()).isFalse();
        Future<Boolean> waiter =
                scene.start(() -> {
                    other.lockInterruptibly();
                    inside.countDown();
                    leave.await();
                    other.unlock();
                    return true;
                });
        scene.await(
                "it waits",
                () ->
                        scene.direct().number("PUBSUB", "NUMPAT") == 0
                                && !scene.direct().list("PUBSUB", "CHANNELS").isEmpty());
        scene.change().run();
        scene.await(
                "it waits on the master that is",
                () -> !scene.direct().list("PUBSUB", "CHANNELS").isEmpty());
        assertThat(lock.isHeldByCurrentThread()).isTrue();
        assertThat(lock.isLocked()).isTrue();
        // The next master has no script yet: Redisson sends its text then.
        lock.lock();
        lock.unlock();
        assertThat(lock.isHeldByCurrentThread()).isTrue();
        lock.unlock();
        scene.await("the other has it", () -> inside.getCount() == 0);
        assertThat(lock.tryLock()).isFalse();
        leave.countDown();
        scene.outcome(waiter).assertValue(true);
        assertThat(lock.tryLock()).isTrue();
        lock.unlock();
        assertThat(scene.direct().number("EXISTS", "lock")).isZero();
    }

    @Test
    void maps() {
        RMap<String, String> map = mine.getMap("map");
        RMap<String, String> same = theirs.getMap("map");
        assertThat(map.put("a", "1")).isNull();
        assertThat(map.put("a", "2")).isEqualTo("1");
        map.putAll(Map.of("b", "1", "c", "1"));
        assertThat(same.getAll(Set.of("a", "b"))).isEqualTo(Map.of("a", "2", "b", "1"));
        scene.change().run();
        assertThat(map.readAllMap()).isEqualTo(Map.of("a", "2", "b", "1", "c", "1"));
        assertThat(same.put("a", "3")).isEqualTo("2");
        assertThat(map.putIfAbsent("a", "4")).isEqualTo("3");
        assertThat(same.remove("b")).isEqualTo("1");
        assertThat(map.replace("c", "1", "5")).isTrue();
        assertThat(same.readAllMap()).isEqualTo(Map.of("a", "3", "c", "5"));
        assertThat(map.entrySet()).hasSize(2);
    }

    @Test
    void batches() {
        assertThat(batch(mine, BatchOptions.ExecutionMode.IN_MEMORY, "a")).isEqualTo(expected());
        List<Future<?>> replies = new ArrayList<>();
        scene.change()
                .inTheGap(
                        0,
                        () ->
                                replies.add(
                                        scene.start(() ->
                                                batch(
                                                        theirs,
                                                        BatchOptions.ExecutionMode.IN_MEMORY,
                                                        "b"))))
                .run();
        scene.outcome(replies.getFirst()).assertValue(expected());
        assertThat(batch(mine, BatchOptions.ExecutionMode.IN_MEMORY, "c")).isEqualTo(expected());
    }

    @Test
    void atomicBatches() {
        BatchOptions.ExecutionMode atomic = BatchOptions.ExecutionMode.REDIS_WRITE_ATOMIC;
        assertThat(batch(mine, atomic, "a")).isEqualTo(expected());
        List<Future<?>> replies = new ArrayList<>();
        scene.change()
                .inFlight(1, () -> replies.add(scene.start(() -> batch(mine, atomic, "b"))))
                .inTheGap(0, () -> replies.add(scene.start(() -> batch(theirs, atomic, "c"))))
                .run();
        Outcome underWay = scene.outcome(replies.getFirst());
        if (setting.crashes() && underWay.failed()) {
            assertThat(underWay.error()).containsPattern("^(UNKNOWNOUTCOME|EXECABORT) ");
        } else {
            underWay.assertValue(expected());
        }
        scene.outcome(replies.getLast()).assertValue(expected());
        assertThat(batch(mine, atomic, "d")).isEqualTo(expected());
    }

    @Test
    void blockingQueues() {
        RBlockingQueue<String> queue = mine.getBlockingQueue("q");
        RBlockingQueue<String> late = mine.getBlockingQueue("late");
        RBlockingQueue<String> from = mine.getBlockingQueue("from");
        RBlockingQueue<String> producer = theirs.getBlockingQueue("q");
        Future<String> before = queue.takeAsync();
        scene.awaitBlocked(1);
        producer.add("1");
        assertThat(scene.get(before)).isEqualTo("1");
        Future<String> taken = queue.takeAsync();
        Future<String> moved = from.pollLastAndOfferFirstToAsync("to", 60, TimeUnit.SECONDS);
        scene.awaitBlocked(2);
        List<Future<String>> lates = new ArrayList<>();
        scene.change().inTheGap(0, () -> lates.add(late.takeAsync())).run();
        if (setting.crashes()) {
            // They may have taken something.
            scene.outcome(taken).assertError("UNKNOWNOUTCOME");
            scene.outcome(moved).assertError("UNKNOWNOUTCOME");
            taken = queue.takeAsync();
            moved = from.pollLastAndOfferFirstToAsync("to", 60, TimeUnit.SECONDS);
        }
        scene.awaitBlocked(3, taken, moved, lates.getFirst());
        producer.add("2");
        theirs.getQueue("from").add("3");
        theirs.getQueue("late").add("4");
        assertThat(scene.get(taken)).isEqualTo("2");
        assertThat(scene.get(moved)).isEqualTo("3");
        assertThat(scene.get(lates.getFirst())).isEqualTo("4");
        assertThat(theirs.getQueue("to").readAll()).containsExactly("3");
        assertThat(queue.poll()).isNull();
    }

    @Test
    void topics() {
        List<String> heard = new CopyOnWriteArrayList<>();
        mine.getTopic("news")
                .addListener(
                        String.class, (channel, message) -> heard.add(channel + " " + message));
        mine.getPatternTopic("p.*")
                .addListener(
                        String.class,
                        (pattern, channel, message) ->
                                heard.add(pattern + " " + channel + " " + message));
        assertThat(theirs.getTopic("news").publish("1")).isEqualTo(1);
        scene.await("it is heard", () -> heard.size() == 1);
        assertThat(theirs.getTopic("p.a").publish("2")).isEqualTo(1);
        scene.await("it is heard", () -> heard.size() == 2);
        scene.change().run();
        scene.awaitSubscribed(1, "news");
        assertThat(theirs.getTopic("news").publish("3")).isEqualTo(1);
        scene.await("it is heard", () -> heard.size() == 3);
        assertThat(theirs.getTopic("p.b").publish("4")).isEqualTo(1);
        scene.await("it is heard", () -> heard.size() == 4);
        mine.getTopic("late")
                .addListener(
                        String.class, (channel, message) -> heard.add(channel + " " + message));
        mine.getTopic("news").removeAllListeners();
        scene.awaitSubscribed(1, "late");
        assertThat(theirs.getTopic("news").publish("5")).isZero();
        assertThat(theirs.getTopic("late").publish("6")).isEqualTo(1);
        scene.await("it is heard", () -> heard.size() == 5);
        assertThat(heard).containsExactly("news 1", "p.* p.a 2", "news 3", "p.* p.b 4", "late 6");
    }

    @Test
    void scripts() {
        mine.getBucket("k").set("v");
        RScript script = mine.getScript();
        List<Object> keys = List.of("k");
        String sha = script.scriptLoad(READ);
        assertThat(
                        script.<String>evalSha(
                                RScript.Mode.READ_ONLY, sha, RScript.ReturnType.STRING, keys))
                .isEqualTo("v");
        assertThat(increment(script)).isEqualTo(1);
        scene.change().run();
        if (setting.changes()) {
            // A replica has no scripts: clients send the text then.
            assertThatThrownBy(() ->
                            script.<String>evalSha(
                                    RScript.Mode.READ_ONLY, sha, RScript.ReturnType.STRING, keys))
                    .hasMessageContaining("NOSCRIPT");
        }
        assertThat(
                        script.<String>eval(
                                RScript.Mode.READ_ONLY, READ, RScript.ReturnType.STRING, keys))
                .isEqualTo("v");
        // By its digest first, and by its text where that is not known.
        assertThat(increment(script)).isEqualTo(2);
        assertThat(increment(script)).isEqualTo(3);
        assertThat(mine.getAtomicLong("n").compareAndSet(3, 7)).isTrue();
        assertThat(mine.getAtomicLong("n").compareAndSet(3, 8)).isFalse();
    }

    @Test
    void scans() {
        Set<String> keys = new HashSet<>();
        RBatch batch = mine.createBatch();
        for (int i = 0; i < 1000; i++) {
            keys.add("key" + i);
            var _ = batch.getBucket("key" + i).setAsync("x");
        }
        batch.execute();
        KeysScanOptions some = KeysScanOptions.defaults().pattern("key*").chunkSize(20);
        Iterator<String> pages = mine.getKeys().getKeys(some).iterator();
        Set<String> seen = new HashSet<>();
        seen.add(pages.next());
        scene.change().run();
        if (setting.changes()) {
            assertThatThrownBy(() -> pages.forEachRemaining(seen::add))
                    .hasMessageStartingWith("STALECURSOR");
        } else {
            pages.forEachRemaining(seen::add);
            assertThat(seen).isEqualTo(keys);
        }
        Set<String> again = new HashSet<>();
        mine.getKeys().getKeys(some).forEach(again::add);
        assertThat(again).isEqualTo(keys);
    }

    @Test
    void streamsWithGroups() {
        RStream<String, String> stream = mine.getStream("s");
        RStream<String, String> producer = theirs.getStream("s");
        stream.createGroup(StreamCreateGroupArgs.name("group").makeStream());
        StreamMessageId one = producer.add(StreamAddArgs.entry("n", "1"));
        StreamMessageId two = producer.add(StreamAddArgs.entry("n", "2"));
        assertThat(stream.readGroup("group", "me", StreamReadGroupArgs.neverDelivered()))
                .containsOnlyKeys(one, two);
        assertThat(stream.ack("group", one)).isEqualTo(1);
        StreamReadGroupArgs wait =
                StreamReadGroupArgs.neverDelivered().timeout(Duration.ofMinutes(5));
        Future<Map<StreamMessageId, Map<String, String>>> waiting =
                stream.readGroupAsync("group", "me", wait);
        scene.awaitBlocked(1);
        scene.change().run();
        if (setting.crashes()) {
            // It may have been given an entry, which is then pending.
            scene.outcome(waiting).assertError("UNKNOWNOUTCOME");
            waiting = stream.readGroupAsync("group", "me", wait);
        }
        scene.awaitBlocked(1, waiting);
        StreamMessageId three = producer.add(StreamAddArgs.entry("n", "3"));
        assertThat(scene.get(waiting)).containsOnlyKeys(three);
        assertThat(stream.getPendingInfo("group").getTotal()).isEqualTo(2);
        assertThat(stream.ack("group", two, three)).isEqualTo(2);
        assertThat(stream.getPendingInfo("group").getTotal()).isZero();
    }

    @Test
    void aStreamIsFollowedFromItsEnd() {
        RStream<String, String> stream = mine.getStream("s");
        stream.add(StreamAddArgs.entry("n", "old"));
        Future<Map<StreamMessageId, Map<String, String>>> read =
                stream.readAsync(
                        StreamReadArgs.greaterThan(StreamMessageId.NEWEST)
                                .timeout(Duration.ofMinutes(5)));
        scene.awaitBlocked(1);
        // The end is where it was when the client asked, not where the next master's is.
        scene.change().onTheNextMaster(redis -> redis.command("XADD", "s", "*", "n", "1")).run();
        assertThat(scene.get(read).values()).containsExactly(Map.of("n", "1"));
    }

    @Test
    void largeValues() {
        String large = "0123456789abcdef".repeat(1 << 16);
        String larger = "fedcba9876543210".repeat(1 << 16);
        mine.getBucket("k").set(large);
        assertThat(mine.getBucket("k").get()).isEqualTo(large);
        List<Future<?>> reads = new ArrayList<>();
        List<Future<?>> writes = new ArrayList<>();
        scene.change()
                .inFlight(
                        1,
                        () -> {
                            reads.add(mine.getBucket("k").getAsync());
                            writes.add(theirs.getBucket("l").setAsync(larger));
                        })
                .inTheGap(0, () -> reads.add(theirs.getBucket("k").getAsync()))
                .run();
        reads.forEach(read -> scene.outcome(read).assertValue(large));
        Outcome written = scene.outcome(writes.getFirst());
        if (setting.crashes() && written.failed()) {
            // It was sent in part, or as a whole.
            assertThat(written.error()).containsPattern("^(NOTRUN|UNKNOWNOUTCOME) ");
            assertThat(mine.getBucket("l").get()).isIn(null, larger);
        } else if (setting.changes() && written.failed()) {
            // What is large is not kept, so that it is the client's to repeat (rule 10).
            assertThat(written.error()).containsPattern("^(NOTRUN|READONLY) ");
            assertThat(mine.getBucket("l").get()).isNull();
        } else {
            assertThat(written.error()).isEmpty();
            assertThat(mine.getBucket("l").get()).isEqualTo(larger);
        }
        mine.getBucket("m").set(larger);
        assertThat(theirs.getBucket("m").get()).isEqualTo(larger);
    }

    @Test
    void loadGoesOn() {
        try (Load load = new Load(scene)) {
            for (int i = 0; i < Load.CLIENTS; i++) {
                RedissonClient client = i % 2 == 0 ? mine : theirs;
                load.add(
                        (key, value) -> client.getBucket(key).set(value),
                        key -> client.<String>getBucket(key).get());
            }
            load.run();
        }
    }

    private static List<Object> batch(
            RedissonClient client, BatchOptions.ExecutionMode mode, String name) {
        RBatch batch = client.createBatch(BatchOptions.defaults().executionMode(mode));
        for (int i = 0; i < 100; i++) {
            var _ = batch.getAtomicLong("n" + name).incrementAndGetAsync();
            var _ = batch.getBucket("k" + name).setAsync("v" + i);
            var _ = batch.getBucket("k" + name).getAsync();
        }
        return new ArrayList<>(batch.execute().getResponses());
    }

    private static List<Object> expected() {
        List<Object> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            expected.add(i + 1L);
            expected.add(null);
            expected.add("v" + i);
        }
        return expected;
    }

    private static long increment(RScript script) {
        return script.<Long>eval(
                RScript.Mode.READ_WRITE, WRITE, RScript.ReturnType.LONG, List.of("n"));
    }
}

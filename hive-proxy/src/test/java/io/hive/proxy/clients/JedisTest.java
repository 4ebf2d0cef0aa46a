package io.hive.proxy.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.relay.Leaks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.ReliableTransaction;
import redis.clients.jedis.Response;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.params.XReadParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.util.KeyValue;

/** What an application does with Jedis. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.hive.proxy.clients.Setting#all")
@ExtendWith(Leaks.class)
class JedisTest {
    private static final String READ = "return redis.call('GET', KEYS[1])";
    private static final String WRITE = "return redis.call('INCR', KEYS[1])";

    /** Another text, so that running it does not make the first one known. */
    private static final String READ_TOO = "return redis.call('GET', KEYS[1]) --";

    private final Setting setting;
    private final Scene scene;
    private final JedisClients clients;

    JedisTest(Setting setting) {
        this.setting = setting;
        scene = new Scene(setting);
        clients = new JedisClients(scene);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void keepsUserNameAndDatabase() {
        Jedis plain = clients.connect();
        Jedis changed = clients.connect();
        assertThat(changed.auth(Setting.USER, Setting.PASSWORD)).isEqualTo("OK");
        assertThat(changed.select(5)).isEqualTo("OK");
        assertThat(changed.clientSetname("changed")).isEqualTo("OK");
        changed.set("where", "in 5");
        plain.set("where", "at home");
        assertThatThrownBy(() -> changed.auth(Setting.USER, "wrong"))
                .hasMessageStartingWith("WRONGPASS");
        assertThatThrownBy(() -> changed.select(99)).hasMessageStartingWith("ERR DB index");
        scene.change().run();
        assertThat(changed.aclWhoAmI()).isEqualTo(Setting.USER);
        assertThat(changed.clientGetname()).isEqualTo("changed");
        assertThat(changed.get("where")).isEqualTo("in 5");
        assertThat(plain.aclWhoAmI()).isEqualTo(setting.login() ? Setting.USER : "default");
        assertThat(plain.clientGetname()).isEqualTo(setting.login() ? Setting.NAME : null);
        assertThat(plain.get("where")).isEqualTo("at home");
        plain.hset("h", Map.of("a", "1"));
        assertThat(plain.hgetAll("h")).isEqualTo(Map.of("a", "1"));
        assertThat(scene.direct().text("GET", "where")).isEqualTo("at home");
    }

    @Test
    void readsAndWritesUnderWayAndInTheGap() {
        Jedis reader = clients.connect();
        Jedis writer = clients.connect();
        Jedis lateReader = clients.connect();
        Jedis lateWriter = clients.connect();
        lateReader.set("k", "v");
        List<Future<?>> read = new ArrayList<>();
        List<Future<?>> written = new ArrayList<>();
        scene.change()
                .inFlight(
                        2,
                        () -> {
                            read.add(scene.start(() -> reader.get("k")));
                            written.add(scene.start(() -> writer.incr("n")));
                        })
                .inTheGap(
                        1,
                        () -> {
                            read.add(scene.start(() -> lateReader.get("k")));
                            written.add(scene.start(() -> lateWriter.incr("later")));
                        })
                .run();
        read.forEach(future -> scene.outcome(future).assertValue("v"));
        scene.outcome(written.getLast()).assertValue(1L);
        Outcome outcome = scene.outcome(written.getFirst());
        if (setting.crashes() && outcome.failed()) {
            outcome.assertError("UNKNOWNOUTCOME");
            assertThat(lateReader.get("n")).isIn(null, "1");
        } else {
            outcome.assertValue(1L);
            assertThat(lateReader.get("n")).isEqualTo("1");
        }
        assertThat(writer.incr("again")).isEqualTo(1);
        assertThat(reader.get("again")).isEqualTo("1");
    }

    @Test
    void pipelines() {
        int rounds = 300;
        Jedis first = clients.connect();
        Jedis second = clients.connect();
        Jedis third = clients.connect();
        assertInOrder(pipeline(first, "a", rounds), "a");
        List<Future<List<Object>>> replies = new ArrayList<>();
        scene.change()
                .inFlight(1, () -> replies.add(scene.start(() -> pipeline(second, "b", rounds))))
                .inTheGap(1, () -> replies.add(scene.start(() -> pipeline(third, "c", rounds))))
                .run();
        List<Object> underWay = scene.get(replies.getFirst());
        if (setting.crashes()) {
            for (int i = 0; i < underWay.size(); i++) {
                if (i % 3 == 2) {
                    assertThat(underWay.get(i)).isIn(null, "b" + i / 3);
                } else if (underWay.get(i) instanceof JedisDataException failure) {
                    assertThat(failure).hasMessageMatching("(UNKNOWNOUTCOME|NOTRUN) .*");
                }
            }
        } else {
            assertInOrder(underWay, "b");
        }
        assertInOrder(scene.get(replies.getLast()), "c");
        assertInOrder(pipeline(second, "d", rounds), "d");
    }

    @Test
    void aTransactionThatIsOpenMeanwhile() {
        Jedis jedis = clients.connect();
        ReliableTransaction transaction = new ReliableTransaction(jedis.getConnection());
        transaction.set("k", "v");
        Response<Long> incremented = transaction.incr("n");
        scene.change().run();
        Outcome exec = Scene.outcomeOf(transaction::exec);
        if (setting.crashes()) {
            exec.assertError("EXECABORT");
            assertThat(jedis.get("k")).isNull();
        } else {
            exec.assertValue(List.of("OK", 1L));
            assertThat(incremented.get()).isEqualTo(1);
            assertThat(jedis.get("k")).isEqualTo("v");
        }
        Transaction next = jedis.multi();
        next.set("k", "after");
        next.get("k");
        assertThat(next.exec()).containsExactly("OK", "after");
    }

    @Test
    void aWholeTransactionThatIsUnderWay() {
        Jedis jedis = clients.connect();
        Jedis late = clients.connect();
        List<Future<?>> execs = new ArrayList<>();
        scene.change()
                .inFlight(2, () -> execs.add(scene.start(() -> transaction(jedis, "n"))))
                .inTheGap(1, () -> execs.add(scene.start(() -> transaction(late, "m"))))
                .run();
        Outcome exec = scene.outcome(execs.getFirst());
        if (setting.crashes() && exec.failed()) {
            // Jedis sends EXEC once the others are answered.
            assertThat(exec.error()).containsPattern("^(UNKNOWNOUTCOME|EXECABORT) ");
        } else {
            exec.assertValue(List.of(1L));
            assertThat(jedis.get("n")).isEqualTo("1");
        }
        scene.outcome(execs.getLast()).assertValue(List.of(1L));
        assertThat(transaction(jedis, "after")).containsExactly(1L);
    }

    @Test
    void watchedKeys() {
        Jedis jedis = clients.connect();
        Jedis other = clients.connect();
        Jedis begun = clients.connect();
        jedis.watch("k");
        other.set("k", "theirs");
        Transaction refused = jedis.multi();
        refused.set("k", "mine");
        assertThat(refused.exec()).isNull();
        jedis.watch("k");
        begun.watch("k");
        ReliableTransaction transaction = new ReliableTransaction(begun.getConnection());
        transaction.set("k", "begun");
        scene.change().run();
        // Nothing shows whether the key was changed meanwhile.
        Transaction mine = jedis.multi();
        mine.set("k", "mine");
        if (setting.changes()) {
            assertThat(mine.exec()).isNull();
        } else {
            assertThat(mine.exec()).containsExactly("OK");
        }
        assertThat(transaction.exec()).isNull();
        assertThat(other.get("k")).isEqualTo(setting.changes() ? "theirs" : "mine");
        jedis.watch("k");
        Transaction again = jedis.multi();
        again.set("k", "mine again");
        assertThat(again.exec()).containsExactly("OK");
    }

    @Test
    void blockingQueues() {
        Jedis left = clients.connect();
        Jedis right = clients.connect();
        Jedis mover = clients.connect();
        Jedis late = clients.connect();
        Jedis producer = clients.connect();
        Future<KeyValue<String, String>> before = scene.start(() -> left.blpop(0.0, "l"));
        scene.awaitBlocked(1);
        producer.rpush("l", "1");
        assertThat(scene.get(before)).isEqualTo(new KeyValue<>("l", "1"));
        Future<KeyValue<String, String>> popped = scene.start(() -> left.blpop(0.0, "l"));
        Future<KeyValue<String, String>> rightPopped = scene.start(() -> right.brpop(0.0, "r"));
        Future<String> moved = scene.start(() -> move(mover));
        scene.awaitBlocked(3);
        List<Future<KeyValue<String, String>>> lates = new ArrayList<>();
        scene.change()
                .inTheGap(1, () -> lates.add(scene.start(() -> late.blpop(0.0, "late"))))
                .run();
        if (setting.crashes()) {
            // They may have popped something.
            scene.outcome(popped).assertError("UNKNOWNOUTCOME");
            scene.outcome(rightPopped).assertError("UNKNOWNOUTCOME");
            scene.outcome(moved).assertError("UNKNOWNOUTCOME");
            popped = scene.start(() -> left.blpop(0.0, "l"));
            rightPopped = scene.start(() -> right.brpop(0.0, "r"));
            moved = scene.start(() -> move(mover));
        }
        scene.awaitBlocked(4, popped, rightPopped, moved, lates.getFirst());
        producer.rpush("l", "2");
        producer.rpush("r", "3");
        producer.rpush("m", "4");
        producer.rpush("late", "5");
        assertThat(scene.get(popped)).isEqualTo(new KeyValue<>("l", "2"));
        assertThat(scene.get(rightPopped)).isEqualTo(new KeyValue<>("r", "3"));
        assertThat(scene.get(moved)).isEqualTo("4");
        assertThat(scene.get(lates.getFirst())).isEqualTo(new KeyValue<>("late", "5"));
        assertThat(producer.lrange("to", 0, -1)).containsExactly("4");
        assertThat(left.get("none")).isNull();
    }

    @Test
    void subscriptions() {
        Jedis subscriber = clients.connect();
        Jedis patterns = clients.connect();
        Jedis publisher = clients.connect();
        Heard heard = new Heard();
        Heard heardByPattern = new Heard();
        List<Future<?>> ends = new ArrayList<>();
        ends.add(
                scene.start(() -> {
                    subscriber.subscribe(heard, "news", "old");
                    return "left";
                }));
        ends.add(
                scene.start(() -> {
                    patterns.psubscribe(heardByPattern, "p.*");
                    return "left";
                }));
        scene.await(
                "they are told so",
                () -> heard.subscribed.size() == 2 && heardByPattern.subscribed.size() == 1);
        assertThat(publisher.publish("news", "1")).isEqualTo(1);
        assertThat(publisher.publish("p.a", "2")).isEqualTo(1);
        scene.change().run();
        scene.awaitSubscribed(1, "news", "old");
        assertThat(publisher.publish("news", "3")).isEqualTo(1);
        assertThat(publisher.publish("p.b", "4")).isEqualTo(1);
        heard.unsubscribe("old");
        heard.subscribe("late");
        scene.awaitSubscribed(1, "news", "late");
        assertThat(publisher.publish("old", "5")).isZero();
        assertThat(publisher.publish("late", "6")).isEqualTo(1);
        scene.await("the last has come", () -> heard.messages.contains("late 6"));
        scene.await("the pattern's, too", () -> heardByPattern.messages.size() == 2);
        assertThat(heard.messages).containsExactly("news 1", "news 3", "late 6");
        assertThat(heardByPattern.messages).containsExactly("p.* p.a 2", "p.* p.b 4");
        assertThat(heard.subscribed).containsExactly("news", "old", "late");
        assertThat(heardByPattern.subscribed).containsExactly("p.*");
        heard.unsubscribe();
        heardByPattern.punsubscribe();
        ends.forEach(end -> scene.outcome(end).assertValue("left"));
        // It is a plain connection again.
        assertThat(subscriber.incr("n")).isEqualTo(1);
        assertThat(patterns.incr("n")).isEqualTo(2);
    }

    @Test
    void scripts() {
        Jedis jedis = clients.connect();
        Jedis other = clients.connect();
        List<String> keys = List.of("k");
        jedis.set("k", "v");
        String sha = jedis.scriptLoad(READ);
        assertThat(jedis.evalsha(sha, keys, List.of())).isEqualTo("v");
        assertThatThrownBy(() -> jedis.evalsha("0".repeat(40), keys, List.of()))
                .hasMessageStartingWith("NOSCRIPT");
        List<Future<?>> underWay = new ArrayList<>();
        scene.change()
                .inFlight(
                        1,
                        () -> {
                            if (setting.crashes()) {
                                underWay.add(scene.start(() -> other.eval(WRITE, 1, "n")));
                            }
                            underWay.add(
                                    scene.start(
                                            () -> jedis.evalReadonly(READ_TOO, keys, List.of())));
                        })
                .run();
        scene.outcome(underWay.getLast()).assertValue("v");
        if (setting.crashes()) {
            Outcome outcome = scene.outcome(underWay.getFirst());
            assertThat(outcome.unknown() || Long.valueOf(1).equals(outcome.value()))
                    .as("%s", outcome)
                    .isTrue();
        }
        if (setting.changes()) {
            // A replica has no scripts: clients send the text then.
            assertThatThrownBy(() -> jedis.evalsha(sha, keys, List.of()))
                    .hasMessageStartingWith("NOSCRIPT");
        }
        assertThat(jedis.eval(READ, keys, List.of())).isEqualTo("v");
        assertThat(jedis.evalsha(sha, keys, List.of())).isEqualTo("v");
        assertThat(jedis.eval(WRITE, 1, "after")).isEqualTo(1L);
    }

    @Test
    void scans() {
        Jedis jedis = clients.connect();
        TreeSet<String> keys = new TreeSet<>();
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            keys.add("key" + i);
            fields.put("field" + i, "x");
        }
        jedis.mset(keys.stream().flatMap(key -> List.of(key, "x").stream()).toArray(String[]::new));
        jedis.hset("hash", fields);
        ScanParams some = new ScanParams().count(20).match("*e*");
        ScanResult<String> page = jedis.scan(ScanParams.SCAN_POINTER_START, some);
        String inHash = jedis.hscan("hash", ScanParams.SCAN_POINTER_START, some).getCursor();
        assertThat(page.isCompleteIteration()).isFalse();
        scene.change().run();
        if (setting.changes()) {
            assertThatThrownBy(() -> jedis.scan(page.getCursor(), some))
                    .hasMessageStartingWith("STALECURSOR");
            assertThatThrownBy(() -> jedis.hscan("hash", inHash, some))
                    .hasMessageStartingWith("STALECURSOR");
        } else {
            assertThat(jedis.scan(page.getCursor(), some).getResult()).isNotEmpty();
            assertThat(jedis.hscan("hash", inHash, some).getResult()).isNotEmpty();
        }
        TreeSet<String> seen = new TreeSet<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> next = jedis.scan(cursor, new ScanParams().count(20).match("key*"));
            seen.addAll(next.getResult());
            cursor = next.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        assertThat(seen).isEqualTo(keys);
    }

    @Test
    void streamsWithGroups() {
        Jedis jedis = clients.connect();
        Jedis producer = clients.connect();
        jedis.xgroupCreate("s", "group", new StreamEntryID(), true);
        StreamEntryID one = producer.xadd("s", StreamEntryID.NEW_ENTRY, Map.of("n", "1"));
        StreamEntryID two = producer.xadd("s", StreamEntryID.NEW_ENTRY, Map.of("n", "2"));
        assertThat(readGroup(jedis)).containsExactly(one, two);
        assertThat(jedis.xack("s", "group", one)).isEqualTo(1);
        Future<List<StreamEntryID>> waiting = scene.start(() -> readGroup(jedis));
        scene.awaitBlocked(1);
        scene.change().run();
        if (setting.crashes()) {
            // It may have been given an entry, which is then pending.
            scene.outcome(waiting).assertError("UNKNOWNOUTCOME");
            waiting = scene.start(() -> readGroup(jedis));
        }
        scene.awaitBlocked(1, waiting);
        StreamEntryID three = producer.xadd("s", StreamEntryID.NEW_ENTRY, Map.of("n", "3"));
        assertThat(scene.get(waiting)).containsExactly(three);
        assertThat(jedis.xpending("s", "group").getTotal()).isEqualTo(2);
        assertThat(jedis.xack("s", "group", two, three)).isEqualTo(2);
        assertThat(jedis.xpending("s", "group").getTotal()).isZero();
    }

    @Test
    void aStreamIsFollowedFromItsEnd() {
        Jedis jedis = clients.connect();
        Jedis producer = clients.connect();
        producer.xadd("s", StreamEntryID.NEW_ENTRY, Map.of("n", "old"));
        Future<List<StreamEntry>> read =
                scene.start(() -> follow(jedis, StreamEntryID.XREAD_NEW_ENTRY));
        scene.awaitBlocked(1);
        // The end is where it was when the client asked, not where the next master's is.
        scene.change().onTheNextMaster(redis -> redis.command("XADD", "s", "*", "n", "1")).run();
        List<StreamEntry> first = scene.get(read);
        assertThat(first).extracting(StreamEntry::getFields).containsExactly(Map.of("n", "1"));
        Future<List<StreamEntry>> more = scene.start(() -> follow(jedis, first.getFirst().getID()));
        scene.awaitBlocked(1);
        producer.xadd("s", StreamEntryID.NEW_ENTRY, Map.of("n", "2"));
        assertThat(scene.get(more))
                .extracting(StreamEntry::getFields)
                .containsExactly(Map.of("n", "2"));
    }

    @Test
    void aFollowedStreamGoesOnAfterwards() {
        Jedis jedis = clients.connect();
        Jedis producer = clients.connect();
        Future<List<StreamEntry>> read =
                scene.start(() -> follow(jedis, StreamEntryID.XREAD_NEW_ENTRY));
        scene.awaitBlocked(1);
        scene.change().run();
        scene.awaitBlocked(1, read);
        producer.xadd("s", StreamEntryID.NEW_ENTRY, Map.of("n", "1"));
        assertThat(scene.get(read))
                .extracting(StreamEntry::getFields)
                .containsExactly(Map.of("n", "1"));
    }

    @Test
    void largeValues() {
        Jedis jedis = clients.connect();
        Jedis other = clients.connect();
        Jedis late = clients.connect();
        String large = "0123456789abcdef".repeat(1 << 16);
        String larger = "fedcba9876543210".repeat(1 << 16);
        assertThat(jedis.set("k", large)).isEqualTo("OK");
        assertThat(jedis.get("k")).isEqualTo(large);
        List<Future<?>> reads = new ArrayList<>();
        List<Future<?>> writes = new ArrayList<>();
        scene.change()
                .inFlight(
                        1,
                        () -> {
                            reads.add(scene.start(() -> jedis.get("k")));
                            writes.add(scene.start(() -> other.set("l", larger)));
                        })
                .inTheGap(1, () -> reads.add(scene.start(() -> late.get("k"))))
                .run();
        reads.forEach(read -> scene.outcome(read).assertValue(large));
        Outcome written = scene.outcome(writes.getFirst());
        if (setting.crashes() && written.failed()) {
            // It was sent in part, or as a whole.
            assertThat(written.error()).containsPattern("^(NOTRUN|UNKNOWNOUTCOME) ");
            assertThat(jedis.get("l")).isIn(null, larger);
        } else if (setting.changes() && written.failed()) {
            // What is large is not kept, so that it is the client's to repeat (rule 10).
            assertThat(written.error()).containsPattern("^(NOTRUN|READONLY) ");
            assertThat(jedis.get("l")).isNull();
        } else {
            written.assertValue("OK");
            assertThat(jedis.get("l")).isEqualTo(larger);
        }
        assertThat(other.set("m", larger)).isEqualTo("OK");
        assertThat(other.get("m")).isEqualTo(larger);
    }

    @Test
    void loadGoesOn() {
        RedisClient pool = clients.pool(Load.CLIENTS);
        try (Load load = new Load(scene)) {
            for (int i = 0; i < Load.CLIENTS; i++) {
                load.add(pool::set, pool::get);
            }
            load.run();
        }
    }

    private static List<Object> pipeline(Jedis jedis, String name, int rounds) {
        Pipeline pipeline = jedis.pipelined();
        for (int i = 0; i < rounds; i++) {
            pipeline.incr("n" + name);
            pipeline.set("k" + name, name + i);
            pipeline.get("k" + name);
        }
        return pipeline.syncAndReturnAll();
    }

    private static void assertInOrder(List<Object> replies, String name) {
        List<Object> expected = new ArrayList<>();
        for (int i = 0; i < replies.size() / 3; i++) {
            expected.addAll(List.of(i + 1L, "OK", name + i));
        }
        assertThat(replies).isEqualTo(expected);
    }

    private static List<Object> transaction(Jedis jedis, String counter) {
        Transaction transaction = jedis.multi();
        transaction.incr(counter);
        return transaction.exec();
    }

    private static String move(Jedis jedis) {
        return jedis.blmove("m", "to", ListDirection.LEFT, ListDirection.RIGHT, 0);
    }

    private static List<StreamEntryID> readGroup(Jedis jedis) {
        return jedis
                .xreadGroup(
                        "group",
                        "me",
                        XReadGroupParams.xReadGroupParams().block(0),
                        Map.of("s", StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY))
                .getFirst()
                .getValue()
                .stream()
                .map(StreamEntry::getID)
                .toList();
    }

    private static List<StreamEntry> follow(Jedis jedis, StreamEntryID from) {
        return jedis.xread(XReadParams.xReadParams().block(0), Map.of("s", from))
                .getFirst()
                .getValue();
    }

    private static final class Heard extends JedisPubSub {
        private final List<String> messages = new CopyOnWriteArrayList<>();
        private final List<String> subscribed = new CopyOnWriteArrayList<>();

        @Override
        public void onMessage(String channel, String message) {
            messages.add(channel + " " + message);
        }

        @Override
        public void onPMessage(String pattern, String channel, String message) {
            messages.add(pattern + " " + channel + " " + message);
        }

        @Override
        public void onSubscribe(String channel, int count) {
            subscribed.add(channel);
        }

        @Override
        public void onPSubscribe(String pattern, int count) {
            subscribed.add(pattern);
        }
    }
}

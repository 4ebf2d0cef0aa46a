package io.hive.proxy.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.relay.Leaks;
import io.lettuce.core.Consumer;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
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

/** What an application does with Lettuce. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.hive.proxy.clients.Setting#all")
@ExtendWith(Leaks.class)
class LettuceTest {
    private static final String READ = "return redis.call('GET', KEYS[1])";

    /** Another text, so that running it does not make the first one known. */
    private static final String READ_TOO = "return redis.call('GET', KEYS[1]) --";

    private final Setting setting;
    private final Scene scene;
    private final LettuceClient client;

    LettuceTest(Setting setting) {
        this.setting = setting;
        scene = new Scene(setting);
        client = scene.keep(new LettuceClient(scene));
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void keepsUserNameAndDatabase() {
        RedisCommands<String, String> plain = client.connect().sync();
        RedisCommands<String, String> changed = client.connect().sync();
        assertThat(changed.auth(Setting.USER, Setting.PASSWORD)).isEqualTo("OK");
        assertThat(changed.select(5)).isEqualTo("OK");
        assertThat(changed.clientSetname("changed")).isEqualTo("OK");
        changed.set("where", "in 5");
        plain.set("where", "at home");
        assertThatThrownBy(() -> changed.auth(Setting.USER, "wrong"))
                .hasMessageStartingWith("WRONGPASS");
        assertThatThrownBy(() -> changed.select(99)).hasMessageStartingWith("ERR DB index");
        scene.change().run();
        assertThat(changed.aclWhoami()).isEqualTo(Setting.USER);
        assertThat(changed.clientGetname()).isEqualTo("changed");
        assertThat(changed.get("where")).isEqualTo("in 5");
        assertThat(plain.aclWhoami()).isEqualTo(setting.login() ? Setting.USER : "default");
        assertThat(plain.clientGetname()).isEqualTo(setting.login() ? Setting.NAME : null);
        assertThat(plain.get("where")).isEqualTo("at home");
        plain.hset("h", Map.of("a", "1"));
        assertThat(plain.hgetall("h")).isEqualTo(Map.of("a", "1"));
        assertThat(scene.direct().text("GET", "where")).isEqualTo("at home");
    }

    @Test
    void readsAndWritesUnderWayAndInTheGap() {
        StatefulRedisConnection<String, String> reader = client.connect();
        StatefulRedisConnection<String, String> writer = client.connect();
        StatefulRedisConnection<String, String> both = client.connect();
        StatefulRedisConnection<String, String> idle = client.connect();
        idle.sync().set("k", "v");
        List<Future<?>> read = new ArrayList<>();
        List<Future<?>> written = new ArrayList<>();
        List<Future<?>> later = new ArrayList<>();
        scene.change()
                .inFlight(
                        5,
                        () -> {
                            read.add(reader.async().get("k"));
                            read.add(reader.async().get("k"));
                            written.add(writer.async().incr("n"));
                            written.add(both.async().incr("m"));
                            read.add(both.async().get("k"));
                        })
                .inTheGap(
                        1,
                        () -> {
                            read.add(reader.async().get("k"));
                            later.add(reader.async().incr("later"));
                            later.add(idle.async().incr("later"));
                            read.add(idle.async().get("k"));
                        })
                .run();
        read.forEach(future -> scene.outcome(future).assertValue("v"));
        assertThat(later.stream().map(scene::value)).containsExactlyInAnyOrder(1L, 2L);
        for (int i = 0; i < 2; i++) {
            Outcome outcome = scene.outcome(written.get(i));
            String value = idle.sync().get(i == 0 ? "n" : "m");
            if (setting.crashes() && outcome.failed()) {
                outcome.assertError("UNKNOWNOUTCOME");
                assertThat(value).isIn(null, "1");
            } else {
                outcome.assertValue(1L);
                assertThat(value).isEqualTo("1");
            }
        }
        assertThat(writer.sync().incr("again")).isEqualTo(1);
        assertThat(both.sync().incr("again")).isEqualTo(2);
    }

    @Test
    void pipelines() {
        int rounds = 300;
        StatefulRedisConnection<String, String> first = client.connect();
        StatefulRedisConnection<String, String> second = client.connect();
        StatefulRedisConnection<String, String> third = client.connect();
        assertInOrder(pipeline(first, "a", rounds), "a");
        List<Future<?>> underWay = new ArrayList<>();
        List<Future<?>> inTheGap = new ArrayList<>();
        scene.change()
                .inFlight(1, () -> underWay.addAll(pipeline(second, "b", rounds)))
                .inTheGap(1, () -> inTheGap.addAll(pipeline(third, "c", rounds)))
                .run();
        if (setting.crashes()) {
            for (int i = 0; i < underWay.size(); i++) {
                Outcome outcome = scene.outcome(underWay.get(i));
                if (i % 3 == 2) {
                    assertThat(outcome.error()).as("the error of a read").isEmpty();
                    assertThat(outcome.value()).isIn(null, "b" + i / 3);
                } else if (outcome.failed()) {
                    assertThat(outcome.error()).containsPattern("^(UNKNOWNOUTCOME|NOTRUN) ");
                }
            }
        } else {
            assertInOrder(underWay, "b");
        }
        assertInOrder(inTheGap, "c");
        assertInOrder(pipeline(second, "d", rounds), "d");
    }

    @Test
    void aTransactionThatIsOpenMeanwhile() {
        StatefulRedisConnection<String, String> connection = client.connect();
        RedisCommands<String, String> sync = connection.sync();
        sync.multi();
        RedisFuture<String> set = connection.async().set("k", "v");
        RedisFuture<Long> incremented = connection.async().incr("n");
        scene.change().run();
        Outcome exec = scene.outcome(connection.async().exec());
        // Where the route moves before the connection is seen to break, a crash is like a handover:
        // nothing of the transaction has run, and all of it runs on the new master.
        if (setting.crashes() && exec.failed()) {
            exec.assertError("EXECABORT");
            assertThat(sync.get("k")).isNull();
        } else {
            assertThat(exec.error()).isEmpty();
            assertThat((TransactionResult) exec.value()).containsExactly("OK", 1L);
            scene.outcome(set).assertValue("OK");
            scene.outcome(incremented).assertValue(1L);
            assertThat(sync.get("k")).isEqualTo("v");
        }
        sync.multi();
        sync.set("k", "after");
        sync.get("k");
        assertThat(sync.exec()).containsExactly("OK", "after");
    }

    @Test
    void anExecThatIsUnderWay() {
        StatefulRedisConnection<String, String> connection = client.connect();
        connection.sync().multi();
        RedisFuture<Long> incremented = connection.async().incr("n");
        List<Future<?>> execs = new ArrayList<>();
        scene.change().inFlight(1, () -> execs.add(connection.async().exec())).run();
        Outcome exec = scene.outcome(execs.getFirst());
        if (setting.crashes()) {
            exec.assertError("UNKNOWNOUTCOME");
        } else {
            assertThat(exec.error()).isEmpty();
            assertThat((TransactionResult) exec.value()).containsExactly(1L);
            scene.outcome(incremented).assertValue(1L);
            assertThat(connection.sync().get("n")).isEqualTo("1");
        }
        assertThat(connection.sync().incr("after")).isEqualTo(1);
    }

    @Test
    void watchedKeys() {
        RedisCommands<String, String> sync = client.connect().sync();
        RedisCommands<String, String> other = client.connect().sync();
        RedisCommands<String, String> begun = client.connect().sync();
        sync.watch("k");
        other.set("k", "theirs");
        sync.multi();
        sync.set("k", "mine");
        assertThat(sync.exec().wasDiscarded()).isTrue();
        sync.watch("k");
        begun.watch("k");
        begun.multi();
        begun.set("k", "begun");
        scene.change().run();
        // Nothing shows whether the key was changed meanwhile.
        sync.multi();
        sync.set("k", "mine");
        assertThat(sync.exec().wasDiscarded()).isEqualTo(setting.changes());
        assertThat(begun.exec().wasDiscarded()).isTrue();
        assertThat(other.get("k")).isEqualTo(setting.changes() ? "theirs" : "mine");
        sync.watch("k");
        sync.multi();
        sync.set("k", "mine again");
        assertThat(sync.exec()).containsExactly("OK");
    }

    @Test
    void blockingQueues() {
        RedisAsyncCommands<String, String> left = client.connect().async();
        RedisAsyncCommands<String, String> right = client.connect().async();
        RedisAsyncCommands<String, String> mover = client.connect().async();
        RedisCommands<String, String> producer = client.connect().sync();
        RedisAsyncCommands<String, String> late = client.connect().async();
        RedisFuture<KeyValue<String, String>> before = left.blpop(0L, "l");
        scene.awaitBlocked(1);
        producer.rpush("l", "1");
        assertThat(scene.get(before)).isEqualTo(KeyValue.just("l", "1"));
        RedisFuture<KeyValue<String, String>> popped = left.blpop(0L, "l");
        RedisFuture<KeyValue<String, String>> rightPopped = right.brpop(0L, "r");
        RedisFuture<String> moved = mover.blmove("m", "to", LMoveArgs.Builder.leftRight(), 0L);
        scene.awaitBlocked(3);
        List<RedisFuture<KeyValue<String, String>>> lates = new ArrayList<>();
        scene.change().inTheGap(1, () -> lates.add(late.blpop(0L, "late"))).run();
        if (setting.crashes()) {
            // They may have popped something.
            scene.outcome(popped).assertError("UNKNOWNOUTCOME");
            scene.outcome(rightPopped).assertError("UNKNOWNOUTCOME");
            scene.outcome(moved).assertError("UNKNOWNOUTCOME");
            popped = left.blpop(0L, "l");
            rightPopped = right.brpop(0L, "r");
            moved = mover.blmove("m", "to", LMoveArgs.Builder.leftRight(), 0L);
        }
        scene.awaitBlocked(4, popped, rightPopped, moved, lates.getFirst());
        producer.rpush("l", "2");
        producer.rpush("r", "3");
        producer.rpush("m", "4");
        producer.rpush("late", "5");
        assertThat(scene.get(popped)).isEqualTo(KeyValue.just("l", "2"));
        assertThat(scene.get(rightPopped)).isEqualTo(KeyValue.just("r", "3"));
        assertThat(scene.get(moved)).isEqualTo("4");
        assertThat(scene.get(lates.getFirst())).isEqualTo(KeyValue.just("late", "5"));
        assertThat(producer.lrange("to", 0, -1)).containsExactly("4");
        assertThat(scene.get(left.get("none"))).isNull();
    }

    @Test
    void subscriptions() {
        StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub();
        RedisCommands<String, String> publisher = client.connect().sync();
        Heard heard = new Heard();
        subscriber.addListener(heard);
        subscriber.sync().subscribe("news", "old");
        subscriber.sync().psubscribe("p.*");
        scene.await("it is told so", () -> heard.subscribed.size() == 3);
        assertThat(publisher.publish("news", "1")).isEqualTo(1);
        assertThat(publisher.publish("p.a", "2")).isEqualTo(1);
        scene.change().run();
        scene.awaitSubscribed(1, "news", "old");
        assertThat(publisher.publish("news", "3")).isEqualTo(1);
        assertThat(publisher.publish("p.b", "4")).isEqualTo(1);
        subscriber.sync().unsubscribe("old");
        subscriber.sync().subscribe("late");
        scene.awaitSubscribed(1, "news", "late");
        assertThat(publisher.publish("old", "5")).isZero();
        assertThat(publisher.publish("late", "6")).isEqualTo(1);
        scene.await("the last has come", () -> heard.messages.contains("late 6"));
        assertThat(heard.messages)
                .containsExactly("news 1", "p.* p.a 2", "news 3", "p.* p.b 4", "late 6");
        assertThat(heard.subscribed).containsExactly("news", "old", "p.*", "late");
    }

    @Test
    void scripts() {
        StatefulRedisConnection<String, String> connection = client.connect();
        StatefulRedisConnection<String, String> other = client.connect();
        RedisCommands<String, String> sync = connection.sync();
        sync.set("k", "v");
        String sha = sync.scriptLoad(READ);
        String[] keys = {"k"};
        assertThat(sync.<String>evalsha(sha, ScriptOutputType.VALUE, keys)).isEqualTo("v");
        assertThatThrownBy(() -> sync.evalsha("0".repeat(40), ScriptOutputType.VALUE, keys))
                .hasMessageStartingWith("NOSCRIPT");
        String write = "return redis.call('INCR', KEYS[1])";
        List<Future<?>> underWay = new ArrayList<>();
        scene.change()
                .inFlight(
                        1,
                        () -> {
                            if (setting.crashes()) {
                                underWay.add(
                                        other.async().eval(write, ScriptOutputType.INTEGER, "n"));
                            }
                            underWay.add(
                                    connection
                                            .async()
                                            .evalReadOnly(READ_TOO, ScriptOutputType.VALUE, keys));
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
            assertThatThrownBy(() -> sync.evalsha(sha, ScriptOutputType.VALUE, keys))
                    .hasMessageStartingWith("NOSCRIPT");
        }
        assertThat(sync.<String>eval(READ, ScriptOutputType.VALUE, keys)).isEqualTo("v");
        assertThat(sync.<String>evalsha(sha, ScriptOutputType.VALUE, keys)).isEqualTo("v");
        assertThat(sync.<Long>eval(write, ScriptOutputType.INTEGER, "after")).isEqualTo(1);
    }

    @Test
    void scans() {
        RedisCommands<String, String> sync = client.connect().sync();
        TreeSet<String> keys = new TreeSet<>();
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            keys.add("key" + i);
            fields.put("field" + i, "x");
        }
        Map<String, String> pairs = new HashMap<>();
        keys.forEach(key -> pairs.put(key, "x"));
        sync.mset(pairs);
        sync.hset("hash", fields);
        ScanArgs some = ScanArgs.Builder.limit(20).match("*e*");
        KeyScanCursor<String> cursor = sync.scan(some);
        MapScanCursor<String, String> inHash = sync.hscan("hash", some);
        assertThat(cursor.isFinished()).isFalse();
        assertThat(inHash.isFinished()).isFalse();
        scene.change().run();
        if (setting.changes()) {
            assertThatThrownBy(() -> sync.scan(cursor, some)).hasMessageStartingWith("STALECURSOR");
            assertThatThrownBy(() -> sync.hscan("hash", inHash, some))
                    .hasMessageStartingWith("STALECURSOR");
        } else {
            assertThat(sync.scan(cursor, some).getKeys()).isNotEmpty();
            assertThat(sync.hscan("hash", inHash, some).getMap()).isNotEmpty();
        }
        TreeSet<String> seen = new TreeSet<>();
        ScanIterator.scan(sync, ScanArgs.Builder.limit(20).match("key*"))
                .forEachRemaining(seen::add);
        assertThat(seen).isEqualTo(keys);
        assertThat(sync.hscan("hash", ScanCursor.INITIAL, ScanArgs.Builder.limit(100_000)).getMap())
                .hasSizeGreaterThanOrEqualTo(1);
    }

    @Test
    void streamsWithGroups() {
        StatefulRedisConnection<String, String> connection = client.connect();
        RedisCommands<String, String> sync = connection.sync();
        RedisCommands<String, String> producer = client.connect().sync();
        sync.xgroupCreate(
                StreamOffset.from("s", "0"), "group", XGroupCreateArgs.Builder.mkstream());
        String one = producer.xadd("s", Map.of("n", "1"));
        String two = producer.xadd("s", Map.of("n", "2"));
        assertThat(scene.get(readGroup(connection)))
                .extracting(StreamMessage::getId)
                .containsExactly(one, two);
        assertThat(sync.xack("s", "group", one)).isEqualTo(1);
        RedisFuture<List<StreamMessage<String, String>>> waiting = readGroup(connection);
        scene.awaitBlocked(1);
        scene.change().run();
        if (setting.crashes()) {
            // It may have been given an entry, which is then pending.
            scene.outcome(waiting).assertError("UNKNOWNOUTCOME");
            waiting = readGroup(connection);
        }
        scene.awaitBlocked(1, waiting);
        String three = producer.xadd("s", Map.of("n", "3"));
        assertThat(scene.get(waiting)).extracting(StreamMessage::getId).containsExactly(three);
        assertThat(sync.xpending("s", "group").getCount()).isEqualTo(2);
        assertThat(sync.xack("s", "group", two, three)).isEqualTo(2);
        assertThat(sync.xpending("s", "group").getCount()).isZero();
    }

    @Test
    void aStreamIsFollowedFromItsEnd() {
        StatefulRedisConnection<String, String> connection = client.connect();
        RedisCommands<String, String> producer = client.connect().sync();
        producer.xadd("s", Map.of("n", "old"));
        RedisFuture<List<StreamMessage<String, String>>> read =
                follow(connection, StreamOffset.latest("s"));
        scene.awaitBlocked(1);
        // The end is where it was when the client asked, not where the next master's is.
        scene.change().onTheNextMaster(redis -> redis.command("XADD", "s", "*", "n", "1")).run();
        List<StreamMessage<String, String>> first = scene.get(read);
        assertThat(first).extracting(StreamMessage::getBody).containsExactly(Map.of("n", "1"));
        RedisFuture<List<StreamMessage<String, String>>> more =
                follow(connection, StreamOffset.from("s", first.getFirst().getId()));
        scene.awaitBlocked(1);
        producer.xadd("s", Map.of("n", "2"));
        assertThat(scene.get(more))
                .extracting(StreamMessage::getBody)
                .containsExactly(Map.of("n", "2"));
    }

    @Test
    void aFollowedStreamGoesOnAfterwards() {
        StatefulRedisConnection<String, String> connection = client.connect();
        RedisCommands<String, String> producer = client.connect().sync();
        producer.xadd("s", Map.of("n", "old"));
        RedisFuture<List<StreamMessage<String, String>>> read =
                follow(connection, StreamOffset.latest("s"));
        scene.awaitBlocked(1);
        scene.change().run();
        scene.awaitBlocked(1, read);
        producer.xadd("s", Map.of("n", "1"));
        assertThat(scene.get(read))
                .extracting(StreamMessage::getBody)
                .containsExactly(Map.of("n", "1"));
    }

    @Test
    void largeValues() {
        StatefulRedisConnection<String, String> connection = client.connect();
        StatefulRedisConnection<String, String> other = client.connect();
        StatefulRedisConnection<String, String> late = client.connect();
        String large = "0123456789abcdef".repeat(1 << 16);
        String larger = "fedcba9876543210".repeat(1 << 16);
        assertThat(connection.sync().set("k", large)).isEqualTo("OK");
        assertThat(connection.sync().get("k")).isEqualTo(large);
        List<Future<?>> reads = new ArrayList<>();
        List<Future<?>> writes = new ArrayList<>();
        scene.change()
                .inFlight(
                        1,
                        () -> {
                            reads.add(connection.async().get("k"));
                            writes.add(other.async().set("l", larger));
                        })
                .inTheGap(1, () -> reads.add(late.async().get("k")))
                .run();
        reads.forEach(read -> scene.outcome(read).assertValue(large));
        Outcome written = scene.outcome(writes.getFirst());
        if (setting.crashes() && written.failed()) {
            // It was sent in part, or as a whole.
            assertThat(written.error()).containsPattern("^(NOTRUN|UNKNOWNOUTCOME) ");
            assertThat(connection.sync().get("l")).isIn(null, larger);
        } else if (setting.changes() && written.failed()) {
            // What is large is not kept, so that it is the client's to repeat (rule 10).
            assertThat(written.error()).containsPattern("^(NOTRUN|READONLY) ");
            assertThat(connection.sync().get("l")).isNull();
        } else {
            written.assertValue("OK");
            assertThat(connection.sync().get("l")).isEqualTo(larger);
        }
        assertThat(other.sync().set("m", larger)).isEqualTo("OK");
        assertThat(other.sync().get("m")).isEqualTo(larger);
    }

    @Test
    void loadGoesOn() {
        try (Load load = new Load(scene)) {
            for (int i = 0; i < Load.CLIENTS; i++) {
                RedisCommands<String, String> sync = client.connect().sync();
                load.add(sync::set, sync::get);
            }
            load.run();
        }
    }

    /** Waits for entries that nobody in the group has been given. */
    @SuppressWarnings("unchecked")
    private static RedisFuture<List<StreamMessage<String, String>>> readGroup(
            StatefulRedisConnection<String, String> connection) {
        return connection
                .async()
                .xreadgroup(
                        Consumer.from("group", "me"),
                        XReadArgs.Builder.block(0),
                        StreamOffset.lastConsumed("s"));
    }

    /** Waits for the entries behind this one. */
    @SuppressWarnings("unchecked")
    private static RedisFuture<List<StreamMessage<String, String>>> follow(
            StatefulRedisConnection<String, String> connection, StreamOffset<String> from) {
        return connection.async().xread(XReadArgs.Builder.block(0), from);
    }

    private List<Future<?>> pipeline(
            StatefulRedisConnection<String, String> connection, String name, int rounds) {
        List<Future<?>> replies = new ArrayList<>();
        RedisAsyncCommands<String, String> async = connection.async();
        connection.setAutoFlushCommands(false);
        for (int i = 0; i < rounds; i++) {
            replies.add(async.incr("n" + name));
            replies.add(async.set("k" + name, name + i));
            replies.add(async.get("k" + name));
        }
        connection.flushCommands();
        connection.setAutoFlushCommands(true);
        return replies;
    }

    private void assertInOrder(List<Future<?>> replies, String name) {
        for (int i = 0; i < replies.size(); i += 3) {
            scene.outcome(replies.get(i)).assertValue(i / 3 + 1L);
            scene.outcome(replies.get(i + 1)).assertValue("OK");
            scene.outcome(replies.get(i + 2)).assertValue(name + i / 3);
        }
    }

    private static final class Heard implements RedisPubSubListener<String, String> {
        private final List<String> messages = new CopyOnWriteArrayList<>();
        private final List<String> subscribed = new CopyOnWriteArrayList<>();

        @Override
        public void message(String channel, String message) {
            messages.add(channel + " " + message);
        }

        @Override
        public void message(String pattern, String channel, String message) {
            messages.add(pattern + " " + channel + " " + message);
        }

        @Override
        public void subscribed(String channel, long count) {
            subscribed.add(channel);
        }

        @Override
        public void psubscribed(String pattern, long count) {
            subscribed.add(pattern);
        }

        @Override
        public void unsubscribed(String channel, long count) {}

        @Override
        public void punsubscribed(String pattern, long count) {}
    }
}

package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.hive.proxy.relay.CommandRules.Compare;
import io.hive.proxy.relay.CommandRules.Rule;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** One client's random commands, the same for the same random numbers. For one thread. */
final class CommandStream {
    private static final List<String> TYPES =
            List.of(
                    "str", "num", "bits", "hll", "list", "set", "iset", "zset", "geo", "hash",
                    "stream");

    private static final Map<String, String> SCRIPTS =
            Map.of(
                    "lua-get",
                    "return redis.call('GET', KEYS[1])",
                    "lua-set",
                    "return redis.call('SET', KEYS[1], ARGV[1])",
                    "lua-types",
                    "return {1, 'a\\r\\n', {ok='fine'}, {err='BAD luck'}, false, {{}}, 3.7}",
                    "lua-error",
                    "redis.call('INCR', KEYS[1]) return redis.call('nosuch')",
                    "lua-resp3",
                    "redis.setresp(3) return {map={redis.call('HLEN', KEYS[1])}, true,"
                            + " {double=3.5}}");

    private static final List<String> JUNK =
            List.of("", "zz", "-1", "9999999999999999999", "\0\r\n", "*3\r\n$3\r\nSET\r\n");

    /**
     * A command, and what belongs to it.
     *
     * @param name as the server lists it, such as {@code client|kill}
     * @param compare how its reply does
     * @param queued how the parts of an EXEC's reply do
     * @param silent whether it is not answered
     * @param marker sent in a PING behind it where it may be answered several times; else empty
     * @param other whether another client sends it, once all before it was answered
     */
    record Command(
            String name,
            List<String> words,
            Compare compare,
            List<Compare> queued,
            boolean silent,
            String marker,
            boolean other) {
        Command(List<String> words, Compare compare) {
            this(nameOf(words), List.copyOf(words), compare, List.of(), false, "", false);
        }

        Command withQueued(List<Compare> compares) {
            return new Command(name, words, compare, List.copyOf(compares), silent, marker, other);
        }

        Command unanswered() {
            return new Command(name, words, compare, queued, true, marker, other);
        }

        Command marked(String text) {
            return new Command(name, words, compare, queued, silent, text, other);
        }

        Command byAnother() {
            return new Command(name, words, compare, queued, silent, marker, true);
        }

        private static String nameOf(List<String> words) {
            String first = words.getFirst().toLowerCase(Locale.ROOT);
            String second = words.size() < 2 ? "" : words.get(1).toLowerCase(Locale.ROOT);
            return first + "|" + second;
        }

        /** The first word, as the server lists it. */
        String first() {
            return name.substring(0, name.indexOf('|'));
        }

        String form(Reply reply) {
            if (queued.isEmpty() || queued.size() != reply.parts().size() || reply.type() != '*') {
                return compare.form(reply);
            }
            StringBuilder form = new StringBuilder();
            for (int i = 0; i < queued.size(); i++) {
                form.append(queued.get(i).form(reply.parts().get(i))).append('\n');
            }
            return form.toString();
        }

        @Override
        public String toString() {
            List<String> printed = new ArrayList<>();
            words.forEach(word ->
                    printed.add(word.length() > 100 ? word.length() + "…" : Printed.of(word)));
            return (other ? "another client: " : "") + String.join(" ", printed);
        }
    }

    private final Random random;
    private final String prefix;
    private final boolean resp3;
    private final boolean alone;
    private final List<String> dumps;
    private final List<Rule> rules;
    private final Deque<Rule> due = new ArrayDeque<>();
    private boolean loud;
    private int markers;
    private int ids;
    private int trackings;

    /**
     * Makes a stream.
     *
     * @param prefix of all keys and channels
     * @param alone whether nobody else uses the servers, so that commands may concern all of it
     * @param dumps payloads for RESTORE
     * @param rules each is used at least once while the stream lasts, in random order
     */
    CommandStream(
            Random random,
            String prefix,
            boolean resp3,
            boolean alone,
            List<String> dumps,
            List<Rule> rules) {
        this.random = random;
        this.prefix = prefix;
        this.resp3 = resp3;
        this.alone = alone;
        this.dumps = dumps;
        this.rules = rules.stream().filter(rule -> alone || !rule.global()).toList();
        List<Rule> first = new ArrayList<>(this.rules);
        java.util.Collections.shuffle(first, random);
        due.addAll(first);
    }

    /** What each stream begins with. */
    List<Command> begin() {
        List<Command> scene = new ArrayList<>();
        scene.add(hello());
        if (alone) {
            scene.add(exact("FUNCTION", "LOAD", "REPLACE", library("one", "read", "change")));
        }
        scene.addAll(fill());
        return scene;
    }

    /** Everything that changes what comes after it, at least once. */
    List<Command> scenes() {
        loud = true;
        List<Command> all = new ArrayList<>();
        Set<String> missing = new TreeSet<>(CommandRules.IN_SCENES);
        missing.remove("quit");
        do {
            for (int i = 1; i < 12; i++) {
                List<Command> scene = scene(i);
                scene.forEach(
                        command -> missing.removeAll(List.of(command.name(), command.first())));
                all.addAll(scene);
            }
        } while (alone && !missing.isEmpty());
        return all;
    }

    /**
     * The next command, or several that belong together; none that may be answered many times, or
     * not at all, before {@link #scenes()}.
     */
    List<Command> next() {
        int kind = random.nextInt(100);
        boolean isLoud = kind >= 4 && kind <= 6;
        return kind < 12 && (loud || !isLoud) ? scene(kind) : List.of(plain());
    }

    /** Whether there are rules that were not used yet. */
    boolean hasUnused() {
        return !due.isEmpty();
    }

    /** What leaves nothing behind, and a last sign of life. */
    Command end() {
        return exact("PING", "the end").marked("the end of " + prefix);
    }

    private List<Command> scene(int kind) {
        return switch (kind) {
            case 0 -> fill();
            case 1, 2 -> transaction();
            case 3 -> watched();
            case 4, 5 -> subscription();
            case 6 -> silence();
            case 7 -> List.of(exact("RESET"), exact("GET", key("str")), hello());
            case 8 -> user();
            case 9 -> script();
            case 10 -> tracking();
            default -> greetings();
        };
    }

    private Command plain() {
        Rule rule = due.poll();
        // As it should be, the first time.
        return rule == null ? of(any(), true) : of(rule, false);
    }

    private Rule any() {
        while (true) {
            Rule rule = rules.get(random.nextInt(rules.size()));
            if (!rule.once()) {
                return rule;
            }
        }
    }

    private Command of(Rule rule, boolean spoilt) {
        List<String> words = new ArrayList<>(rule.grammar().make(random, this::word));
        if (spoilt && !rule.fixed() && random.nextInt(12) == 0) {
            spoil(words, rule.blocking());
        }
        return new Command(words, rule.compare());
    }

    private void spoil(List<String> words, boolean blocking) {
        int at = 1 + random.nextInt(Math.max(1, words.size() - 1));
        switch (random.nextInt(blocking ? 2 : 4)) {
            case 0 -> words.add(own("zz"));
            case 1 -> {
                if (words.size() > 1) {
                    words.removeLast();
                }
            }
            default -> {
                if (at < words.size()) {
                    words.set(at, own(JUNK.get(random.nextInt(JUNK.size()))));
                }
            }
        }
    }

    /** What is out of place may be taken for a key, which must not be another client's. */
    private String own(String junk) {
        return alone ? junk : prefix + junk;
    }

    /** Keys of each type, as many as the commands expect. */
    private List<Command> fill() {
        List<Command> scene = new ArrayList<>();
        scene.add(exact("SELECT", "0"));
        for (String type : TYPES) {
            for (int i = 0; i < 3; i++) {
                String key = prefix + type + ":" + i;
                scene.add(exact("DEL", key));
                scene.add(made(type, key, i));
            }
        }
        return scene;
    }

    private Command made(String type, String key, int i) {
        return switch (type) {
            case "str" -> exact("SET", key, value());
            case "num" -> exact("SET", key, "" + 10 * i);
            case "bits" -> exact("SET", key, "foobar" + i);
            case "hll" -> exact("PFADD", key, "a", "b", "m" + i);
            case "list" -> exact("RPUSH", key, "m1", "m2", "m3", value(), "m1");
            case "set" -> exact("SADD", key, "m1", "m2", "m3", "m" + (4 + i), "x y");
            case "iset" -> exact("SADD", key, "1", "2", "30", "" + i);
            case "zset" -> exact("ZADD", key, "1", "m1", "2", "m2", "2.5", "m3", "" + i, "m4");
            case "geo" -> exact("GEOADD", key, "13.36", "38.11", "m1", "15.08", "37.5", "m2");
            case "hash" -> exact("HSET", key, "f1", "1", "f2", "v\r\n", "f3", "3.5");
            case "stream" -> exact("XADD", key, ++ids + "-1", "f1", "v");
            default -> throw new IllegalArgumentException(type);
        };
    }

    private List<Command> transaction() {
        List<Command> scene = new ArrayList<>();
        scene.add(exact("MULTI"));
        List<Compare> queued = new ArrayList<>();
        int commands = random.nextInt(6);
        for (int i = 0; i < commands; i++) {
            Command command = of(any(), true);
            scene.add(new Command(command.words(), Compare.EXACT));
            queued.add(command.compare());
        }
        switch (random.nextInt(8)) {
            case 0 -> scene.add(exact("DISCARD"));
            case 1 -> {
                scene.add(exact("MULTI"));
                scene.add(exact("WATCH", key("str")));
                scene.add(exact("EXEC").withQueued(queued));
                scene.add(exact("DISCARD"));
            }
            case 2 -> {
                scene.add(exact("nosuch"));
                scene.add(exact("EXEC"));
            }
            case 3 -> {
                scene.add(exact("SELECT", "1"));
                scene.add(exact("SET", key("str"), value()));
                queued.add(Compare.EXACT);
                queued.add(Compare.EXACT);
                scene.add(exact("EXEC").withQueued(queued));
                scene.add(exact("GET", key("str")));
                scene.add(exact("SELECT", "0"));
            }
            default -> scene.add(exact("EXEC").withQueued(queued));
        }
        return scene;
    }

    private List<Command> watched() {
        String watched = key("str");
        List<Command> scene = new ArrayList<>();
        scene.add(exact("WATCH", watched, key("num")));
        switch (random.nextInt(5)) {
            case 0 -> scene.add(exact("UNWATCH"));
            case 1 -> scene.add(exact("SET", watched, value()));
            case 2 -> scene.add(exact("SET", watched, value()).byAnother());
            case 3 -> scene.add(exact("EXEC"));
            default -> scene.add(exact("WATCH", key("set")));
        }
        scene.add(exact("MULTI"));
        scene.add(exact("SET", watched, "watched"));
        scene.add(exact("EXEC").withQueued(List.of(Compare.EXACT)));
        scene.add(exact("GET", watched));
        return scene;
    }

    private List<Command> subscription() {
        List<Command> scene = new ArrayList<>();
        String kind = List.of("", "P", "S").get(random.nextInt(3));
        List<String> names = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            names.add(kind.equals("P") ? prefix + "ch*" : word("ch"));
        }
        scene.add(many(kind + "SUBSCRIBE", names));
        for (int i = 0; i < 3; i++) {
            Command publish = exact(kind.equals("S") ? "SPUBLISH" : "PUBLISH", word("ch"), value());
            scene.add(publish.byAnother());
            scene.add(many("PING", List.of()));
            if (random.nextBoolean()) {
                scene.add(resp3 ? plainLocal() : many("GET", List.of(key("str"))));
            }
        }
        if (random.nextBoolean()) {
            String more = word("ch");
            scene.add(many("SUBSCRIBE", List.of(more)));
            scene.add(many("UNSUBSCRIBE", List.of(more, prefix + "none")));
        }
        // All but one: the order in which several would be given up is the server's.
        List<String> others = names.stream().filter(n -> !n.equals(names.getFirst())).toList();
        if (!others.isEmpty()) {
            scene.add(many(kind + "UNSUBSCRIBE", others));
        }
        for (String each : List.of("", "P", "S")) {
            scene.add(many(each + "UNSUBSCRIBE", List.of()));
        }
        scene.add(many("SUBSCRIBE", List.of()));
        return scene;
    }

    private Command plainLocal() {
        return exact(random.nextBoolean() ? "GET" : "INCR", key("str"));
    }

    private List<Command> silence() {
        List<Command> scene = new ArrayList<>();
        if (random.nextBoolean()) {
            scene.add(exact("CLIENT", "REPLY", "SKIP").unanswered());
            scene.add(exact("INCR", key("num")).unanswered());
            scene.add(exact("INCR", key("num")));
        } else {
            scene.add(exact("client", "reply", "off").unanswered());
            for (int i = random.nextInt(4); i > 0; i--) {
                scene.add(exact("APPEND", key("str"), value()).unanswered());
            }
            if (random.nextInt(4) == 0) {
                scene.add(exact("nosuch").unanswered());
                scene.add(exact("CLIENT", "REPLY", "SKIP").unanswered());
            }
            scene.add(exact("Client", "Reply", "On"));
        }
        scene.add(exact("CLIENT", "REPLY", random.nextBoolean() ? "ON" : "maybe"));
        scene.add(exact("GET", key("str")));
        return scene;
    }

    private List<Command> user() {
        String user = prefix + "user";
        List<Command> scene = new ArrayList<>();
        scene.add(
                exact(
                        "ACL",
                        "SETUSER",
                        user,
                        "on",
                        ">secret",
                        "~" + prefix + "*",
                        "+get",
                        "+ping"));
        scene.add(exact("AUTH", user, "wrong"));
        scene.add(exact("GET", key("str")));
        scene.add(exact("AUTH", user, "secret"));
        scene.add(exact("GET", key("str")));
        scene.add(exact("SET", key("str"), "forbidden"));
        scene.add(exact("GET", "forbidden"));
        if (random.nextBoolean()) {
            scene.add(exact("RESET"));
            scene.add(hello());
        } else {
            scene.add(exact("AUTH", "default", "whatever"));
        }
        scene.add(exact("ACL", "WHOAMI"));
        scene.add(exact("AUTH", "nobody", "x"));
        scene.add(exact("AUTH", "x"));
        scene.add(exact("AUTH"));
        scene.add(exact("ACL", "DELUSER", user, "nobody"));
        return scene;
    }

    private List<Command> script() {
        String script = SCRIPTS.get("lua-get");
        List<Command> scene = new ArrayList<>();
        if (alone) {
            scene.add(exact("SCRIPT", "FLUSH"));
            scene.add(exact("EVALSHA", sha(script), "1", key("str")));
            scene.add(exact("FUNCTION", "LOAD", library("two", "r2", "c2")));
            scene.add(exact("FUNCTION", "LOAD", "REPLACE", library("one", "read", "change")));
            scene.add(exact("FUNCTION", "LOAD", "x"));
        }
        scene.add(exact("SCRIPT", "LOAD", script));
        scene.add(exact("EVALSHA", sha(script), "1", key("str")));
        scene.add(exact("EVALSHA_RO", sha(script), "1", key("list")));
        scene.add(exact("EVALSHA", sha("nosuch"), "1", key("str")));
        return scene;
    }

    private List<Command> tracking() {
        List<Command> scene = new ArrayList<>();
        // Redis remembers what a connection has read while it tracked, also after it has turned
        // that off; Hive's session has another connection the next time, so it reads other keys
        String tracked = prefix + "tracked" + ++trackings + ":";
        String how = List.of("NOLOOP", "OPTIN", "OPTOUT").get(random.nextInt(3));
        scene.add(
                random.nextBoolean()
                        ? exact("CLIENT", "TRACKING", "on")
                        : exact("CLIENT", "TRACKING", "on", how));
        scene.add(exact("CLIENT", "CACHING", random.nextBoolean() ? "yes" : "no"));
        for (int i = 0; i < 4; i++) {
            String key = tracked + random.nextInt(3);
            scene.add(exact("GET", key));
            scene.add(exact("SET", key, value()));
            scene.add(random.nextBoolean() ? exact("SET", key, "2").byAnother() : plainLocal());
        }
        scene.add(exact("CLIENT", "TRACKINGINFO"));
        scene.add(exact("CLIENT", "TRACKING", "off"));
        scene.add(exact("CLIENT", "TRACKING", "maybe"));
        return scene;
    }

    private List<Command> greetings() {
        return List.of(
                exact("HELLO", "4"),
                exact("HELLO", "x"),
                exact("HELLO", "3", "AUTH", "nobody", "x"),
                exact("HELLO", resp3 ? "3" : "2", "SETNAME", "a b"),
                new Command(List.of("HELLO"), Compare.NUMBERS),
                new Command(
                        List.of("HELLO", resp3 ? "2" : "3", "AUTH", "default", "x", "SETNAME", "n"),
                        Compare.NUMBERS),
                exact("CLIENT", "GETNAME"),
                exact("HMGET", key("hash"), "f1", "none"),
                exact("HGET", key("hash"), "none"),
                exact("ZSCORE", key("zset"), "m1"),
                hello(),
                exact("ZSCORE", key("zset"), "m1"));
    }

    private Command hello() {
        return new Command(List.of("HELLO", resp3 ? "3" : "2"), Compare.NUMBERS);
    }

    private Command many(String word, List<String> arguments) {
        List<String> words = new ArrayList<>(arguments);
        words.addFirst(word);
        return new Command(words, Compare.EXACT).marked("marker " + ++markers + " of " + prefix);
    }

    private static Command exact(String... words) {
        return new Command(List.of(words), Compare.EXACT);
    }

    private static String library(String name, String read, String change) {
        return """
        #!lua name=%s
        redis.register_function{function_name='%s', flags={'no-writes'},
          callback=function(keys) return redis.call('GET', keys[1]) end}
        redis.register_function('%s', function(keys) return redis.call('INCR', keys[1]) end)
        """
                .formatted(name, read, change);
    }

    /** What stands in a rule in angle brackets. */
    private String word(String name) {
        String script = SCRIPTS.get(name);
        if (script != null) {
            return script;
        }
        return switch (name) {
            case "k" -> key(TYPES.get(random.nextInt(TYPES.size())));
            case "none" -> prefix + "none";
            case "auto" -> prefix + "auto";
            // No other command has these, as members with different scores have no order by name.
            case "lex" -> prefix + "lex:" + random.nextInt(2);
            case "glob" -> prefix + one("*", "str:*", "[", "none*");
            case "v" -> value();
            case "name" ->
                    one("nosuch", "x", "GETT", "*", "get.", "f\u00fc", "c" + random.nextInt());
            case "m" -> "m" + random.nextInt(8);
            case "im" -> "" + random.nextInt(40);
            case "f" -> "f" + random.nextInt(6);
            case "n" -> one("0", "1", "2", "3", "-1", "-2", "100", "x");
            case "pos" -> one("0", "1", "2", "3", "5", "7");
            case "score" -> one("0", "1", "2", "-1.5", "3.25", "1e3", "inf", "x");
            case "min" -> one("-inf", "0", "(1", "2");
            case "max" -> one("+inf", "2", "(3", "100");
            case "lexmin" -> one("-", "[m1", "(m2", "x");
            case "lexmax" -> one("+", "[m3", "(m5", "[m9");
            case "bf" -> one("u8", "i16", "u4", "i64");
            case "lon" -> one("13.36", "15.08", "2.35", "200");
            case "lat" -> one("38.11", "37.5", "48.85", "52");
            case "ttl" -> one("10000", "20000");
            case "pttl" -> one("10000000", "20000000");
            case "at" -> one("4102444800", "4102444900");
            case "pat" -> one("4102444800000", "4102444900000");
            case "wait" -> one("0.01", "0.02");
            case "newsid" -> ++ids + "-" + random.nextInt(1, 3);
            case "sid" -> random.nextInt(ids + 1) + one("", "-1", "-2");
            case "group" -> "g" + random.nextInt(3);
            case "cons" -> "c" + random.nextInt(3);
            case "ch" -> prefix + "ch" + random.nextInt(3);
            case "sha" -> sha(one("nosuch", SCRIPTS.get("lua-get")));
            case "dump" -> random.nextInt(8) == 0 ? "x" : dumps.get(random.nextInt(dumps.size()));
            default -> key(name);
        };
    }

    /** Mostly one of this type; sometimes one of another, or none at all. */
    private String key(String type) {
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException("no such word: " + type);
        }
        int kind = random.nextInt(20);
        String of = kind == 0 ? TYPES.get(random.nextInt(TYPES.size())) : type;
        return prefix + (kind == 1 ? "none" : of + ":" + random.nextInt(3));
    }

    private String value() {
        return switch (random.nextInt(40)) {
            case 0 -> "";
            case 1 -> "x".repeat(3000 + random.nextInt(2000));
            case 2, 3, 4 -> "\r\n$-1\r\n+OK\r\n*2\r\n" + random.nextInt(10);
            case 5, 6, 7, 8 -> bytes(random.nextInt(100));
            case 9, 10, 11, 12, 13, 14, 15, 16 -> "" + random.nextInt(-100, 1000);
            case 17, 18, 19 -> "" + random.nextInt(100) / 8.0;
            case 20, 21, 22 -> "long-" + "y".repeat(random.nextInt(200));
            default -> "v" + random.nextInt(100);
        };
    }

    private String bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    private String one(String... of) {
        return of[random.nextInt(of.length)];
    }

    private static String sha(String script) {
        try {
            byte[] bytes = script.getBytes(ISO_8859_1);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Names of rules and scenes, both as a whole and with their second word. */
    static Set<String> named(List<Rule> rules) {
        Set<String> names = new TreeSet<>(CommandRules.IN_SCENES);
        for (Rule rule : rules) {
            names.add(rule.grammar().name());
            names.add(rule.grammar().name() + "|" + rule.grammar().second());
        }
        return names;
    }
}

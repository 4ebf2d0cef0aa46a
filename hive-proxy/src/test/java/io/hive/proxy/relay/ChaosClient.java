package io.hive.proxy.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client that knows what every answer has to be, or may be. Only it uses the keys that begin with
 * its name, and what it writes says who wrote it, which write of his it was, and where to. Ends
 * with the first wrong answer.
 */
abstract class ChaosClient implements Runnable {
    /** Reads may not fail; writes may where the master was lost with them under way. */
    static final String UNKNOWN = "UNKNOWNOUTCOME";

    static final String NOT_RUN = "NOTRUN";

    final Chaos chaos;
    final InetSocketAddress address;
    final String name;
    final int number;
    final Random random;
    private final AtomicLong rounds = new AtomicLong();
    private final Map<String, Written> keys = new HashMap<>();
    private int settled;
    private boolean calm;

    /** What is known of a key. */
    private static final class Written {
        /** The number of the last write that was sent. */
        long sent;

        /** Which write is the last that the master has; -1 if a lost master may have had more. */
        long known;

        /** Writes that are said not to have run. */
        final Set<Long> never = new HashSet<>();
    }

    ChaosClient(Chaos chaos, InetSocketAddress address, int number, long seed) {
        this.chaos = chaos;
        this.address = address;
        this.number = number;
        this.name = "c" + number;
        random = new Random(seed + number);
    }

    /** How often it has gone round. Any thread. */
    long rounds() {
        return rounds.get();
    }

    @Override
    public void run() {
        try {
            live();
        } catch (IOException | RuntimeException | AssertionError e) {
            chaos.fail(new AssertionError(this + ", round " + rounds() + ": " + e, e));
        }
    }

    @Override
    public String toString() {
        return name + " (" + getClass().getSimpleName() + ")";
    }

    abstract void live() throws IOException;

    /** Half of them have a protocol, a database and a name that must not be lost. */
    ChaosConnection connect(String suffix) throws IOException {
        ChaosConnection connection = new ChaosConnection(name + suffix, address);
        if (number % 2 == 0) {
            require(connection.ask("HELLO", number % 4 == 0 ? "3" : "2"), r -> !r.isError());
            require(connection.ask("SELECT", "" + number % 3), r -> r.head().equals("+OK"));
            require(connection.ask("CLIENT", "SETNAME", name), r -> r.head().equals("+OK"));
        }
        return connection;
    }

    /** The last thing that it asks: nothing may have come twice. */
    void bid(ChaosConnection connection) throws IOException {
        require(
                connection.ask("ECHO", "farewell " + name),
                r -> r.text().equals("farewell " + name));
        if (connection.hasMore()) {
            throw new AssertionError("an answer to nothing: " + connection.receive());
        }
        connection.close();
    }

    /** All answers of a round have come: whether a master may have been lost meanwhile. */
    void roundEnds() {
        int stage = chaos.stage();
        calm = Chaos.isCalm(settled, stage);
        if (!calm) {
            keys.values().forEach(written -> written.known = -1);
        }
        settled = stage;
    }

    /** The answers of a round have been looked at. */
    void roundDone() {
        if (!calm) {
            // A write that was acknowledged just before the loss may be lost, too.
            keys.values().forEach(written -> written.known = -1);
        }
        rounds.incrementAndGet();
    }

    /** Whether no master was lost since the round before. */
    boolean isCalm() {
        return calm;
    }

    private Written written(String key) {
        return keys.computeIfAbsent(key, _ -> new Written());
    }

    /** The value of the next write to a key. */
    String next(String key) {
        return value(key, ++written(key).sent);
    }

    long sent(String key) {
        return written(key).sent;
    }

    private String value(String key, long number) {
        return name + ":" + number + ":" + key;
    }

    /** The answer to a write that ran. */
    void ran(String key, long write) {
        written(key).known = calm ? write : -1;
    }

    /** The answer to a write is that it did not run, so that nobody may ever see it. */
    void neverRan(String key, long write) {
        written(key).never.add(write);
    }

    /** What was read of a key; in calm it is the last write, else an earlier one may be. */
    long read(String key, Reply reply, long lastSent) {
        Written written = written(key);
        long seen = 0;
        if (!reply.isNull()) {
            require(reply, Reply::isBulk);
            String[] parts = reply.text().split(":", 3);
            require(reply, r -> parts.length == 3 && parts[0].equals(name) && parts[2].equals(key));
            seen = Long.parseLong(parts[1]);
        }
        // A read that was sent again on the next master may see what was sent after it.
        long newest = calm ? lastSent : written.sent;
        if (seen > newest || written.never.contains(seen)) {
            throw new AssertionError(
                    "read write %d of %s, of which %d were sent; did not run: %s"
                            .formatted(seen, key, newest, written.never));
        }
        if (calm && written.known >= 0 && seen != written.known) {
            throw new AssertionError(
                    "read write %d of %s, and it is at %d".formatted(seen, key, written.known));
        }
        written.known = calm ? seen : -1;
        return seen;
    }

    /** The answer to an INCR: how often it ran, no more and no less. */
    void counted(String key, Reply reply) {
        Written written = written(key);
        require(reply, r -> r.type() == ':');
        long count = Long.parseLong(reply.text());
        if (count > written.sent - written.never.size()) {
            throw new AssertionError(
                    "%s is %d, and was increased %d times at most"
                            .formatted(key, count, written.sent - written.never.size()));
        }
        if (calm && written.known >= 0 && count != written.known + 1) {
            throw new AssertionError("%s is %d after %d".formatted(key, count, written.known));
        }
        written.known = calm ? count : -1;
    }

    /**
     * Whether a write was answered with one of the errors it may have.
     *
     * @param behindUnknown whether an earlier one of the same pipeline was
     */
    boolean excused(Reply reply, boolean behindUnknown) {
        if (!reply.isError()) {
            return false;
        }
        String code = reply.code();
        boolean fine = !calm && (code.equals(UNKNOWN) || (code.equals(NOT_RUN) && behindUnknown));
        if (!fine) {
            throw new AssertionError(
                    "an error where none may be: %s (%s, %s)"
                            .formatted(
                                    reply,
                                    calm ? "no master was lost meanwhile" : "a master was lost",
                                    behindUnknown ? "behind an unknown one" : "nothing unknown"));
        }
        (code.equals(UNKNOWN) ? chaos.unknown : chaos.notRun).incrementAndGet();
        return true;
    }

    static void require(Reply reply, java.util.function.Predicate<Reply> holds) {
        if (!holds.test(reply)) {
            throw new AssertionError("a wrong answer: " + reply);
        }
    }

    /** Writes and reads, one at a time or up to 16 at once. */
    static final class Plain extends ChaosClient {
        private final int most;

        private record Sent(String what, String key, long write) {}

        Plain(Chaos chaos, InetSocketAddress address, int number, long seed, int most) {
            super(chaos, address, number, seed);
            this.most = most;
        }

        @Override
        void live() throws IOException {
            try (ChaosConnection connection = connect("")) {
                while (!chaos.isStopped()) {
                    round(connection, 1 + random.nextInt(most));
                }
                bid(connection);
            }
        }

        private void round(ChaosConnection connection, int size) throws IOException {
            List<List<String>> commands = new ArrayList<>();
            List<Sent> sent = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                String key = name + ":k" + random.nextInt(3);
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> {
                        String value = next(key);
                        commands.add(List.of("SET", key, value));
                        sent.add(new Sent("SET", key, sent(key)));
                    }
                    case 3, 4 -> {
                        commands.add(List.of("GET", key));
                        sent.add(new Sent("GET", key, sent(key)));
                    }
                    case 5, 6 -> {
                        String counter = name + ":n";
                        next(counter);
                        commands.add(List.of("INCR", counter));
                        sent.add(new Sent("INCR", counter, sent(counter)));
                    }
                    default -> {
                        String said = "said by " + name + " " + rounds() + " " + i;
                        commands.add(List.of("ECHO", said));
                        sent.add(new Sent("ECHO", said, 0));
                    }
                }
            }
            connection.send(commands);
            List<Reply> replies = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                replies.add(connection.receive());
            }
            roundEnds();
            check(sent, replies);
            roundDone();
        }

        private void check(List<Sent> sent, List<Reply> replies) {
            boolean unknown = false;
            // Which writes did not run is said of all, also those behind what is looked at.
            for (int i = 0; i < sent.size(); i++) {
                if (replies.get(i).code().equals(NOT_RUN)) {
                    neverRan(sent.get(i).key(), sent.get(i).write());
                }
            }
            for (int i = 0; i < sent.size(); i++) {
                Sent command = sent.get(i);
                Reply reply = replies.get(i);
                switch (command.what()) {
                    case "GET" -> read(command.key(), reply, command.write());
                    case "ECHO" -> require(reply, r -> r.text().equals(command.key()));
                    case "SET" -> {
                        if (!excused(reply, unknown)) {
                            require(reply, r -> r.head().equals("+OK"));
                            ran(command.key(), command.write());
                        }
                    }
                    default -> {
                        if (!excused(reply, unknown)) {
                            counted(command.key(), reply);
                        }
                    }
                }
                unknown |= reply.code().equals(UNKNOWN);
            }
        }
    }

    /** Writes two keys at once in transactions, at once or step by step, and reads both. */
    static final class Transactions extends ChaosClient {
        private final boolean pipelined;

        Transactions(
                Chaos chaos, InetSocketAddress address, int number, long seed, boolean pipelined) {
            super(chaos, address, number, seed);
            this.pipelined = pipelined;
        }

        @Override
        void live() throws IOException {
            String one = name + ":a";
            String other = name + ":b";
            try (ChaosConnection connection = connect("")) {
                while (!chaos.isStopped()) {
                    write(connection, one, other);
                    read(connection, one, other);
                }
                bid(connection);
            }
        }

        private void write(ChaosConnection connection, String one, String other)
                throws IOException {
            List<List<String>> commands =
                    List.of(
                            List.of("MULTI"),
                            List.of("SET", one, next(one)),
                            List.of("SET", other, next(other)),
                            List.of("EXEC"));
            List<Reply> replies = new ArrayList<>();
            if (pipelined) {
                connection.send(commands);
                for (List<String> _ : commands) {
                    replies.add(connection.receive());
                }
            } else {
                for (List<String> command : commands) {
                    connection.send(List.of(command));
                    replies.add(connection.receive());
                }
            }
            roundEnds();
            require(replies.getFirst(), r -> r.head().equals("+OK"));
            boolean unknown = false;
            boolean queued = true;
            for (Reply reply : replies.subList(1, 3)) {
                if (excused(reply, unknown)) {
                    queued = false;
                    unknown |= reply.code().equals(UNKNOWN);
                } else {
                    require(reply, r -> r.head().equals("+QUEUED"));
                }
            }
            Reply exec = replies.getLast();
            if (exec.code().equals("EXECABORT") && !isCalm()) {
                chaos.aborted.incrementAndGet();
                neverRan(one, sent(one));
                neverRan(other, sent(other));
            } else if (exec.code().equals(NOT_RUN) && unknown) {
                neverRan(one, sent(one));
                neverRan(other, sent(other));
            } else if (!excused(exec, unknown)) {
                require(exec, r -> r.parts().size() == 2);
                exec.parts().forEach(part -> require(part, r -> r.head().equals("+OK")));
                if (!queued) {
                    throw new AssertionError("it ran, and not all was queued: " + replies);
                }
                ran(one, sent(one));
                ran(other, sent(other));
            }
            roundDone();
        }

        private void read(ChaosConnection connection, String one, String other) throws IOException {
            Reply both = connection.ask("MGET", one, other);
            roundEnds();
            require(both, r -> r.parts().size() == 2);
            long first = read(one, both.parts().getFirst(), sent(one));
            long second = read(other, both.parts().getLast(), sent(other));
            if (first != second) {
                throw new AssertionError("half a transaction: " + first + " and " + second);
            }
            roundDone();
        }
    }

    /** Waits on a list of its own over one connection, and fills it over another. */
    static final class Queue extends ChaosClient {
        private long pushed;
        private long popped;
        private boolean unsure = true;

        Queue(Chaos chaos, InetSocketAddress address, int number, long seed) {
            super(chaos, address, number, seed);
        }

        @Override
        void live() throws IOException {
            String list = name + ":q";
            try (ChaosConnection waiting = connect("w");
                    ChaosConnection filling = connect("f")) {
                while (!chaos.isStopped()) {
                    round(list, waiting, filling);
                }
                bid(waiting);
                bid(filling);
            }
        }

        private void round(String list, ChaosConnection waiting, ChaosConnection filling)
                throws IOException {
            if (unsure) {
                Reply cleared = filling.ask("DEL", list);
                roundEnds();
                excused(cleared, false);
                unsure = !isCalm();
                popped = pushed;
                roundDone();
                return;
            }
            waiting.send("BLPOP", list, "5");
            filling.send("RPUSH", list, name + ":" + ++pushed + ":" + list);
            Reply push = filling.receive();
            Reply pop = waiting.receive();
            roundEnds();
            if (!excused(push, false)) {
                require(push, r -> r.type() == ':');
            }
            if (!excused(pop, false)) {
                if (pop.isNull()) {
                    require(pop, _ -> !isCalm());
                } else {
                    require(pop, r -> r.parts().size() == 2);
                    require(pop, r -> r.parts().getFirst().text().equals(list));
                    String[] parts = pop.parts().getLast().text().split(":", 3);
                    require(pop, _ -> parts[0].equals(name) && parts[2].equals(list));
                    long number = Long.parseLong(parts[1]);
                    // That an earlier one was taken off may be lost with the master.
                    require(pop, _ -> number <= pushed && (!isCalm() || number == popped + 1));
                    popped = number;
                }
            }
            unsure = !isCalm();
            roundDone();
        }
    }

    /** Gets over one connection what it says over another. */
    static final class Subscriber extends ChaosClient {
        private volatile long heard;
        private volatile boolean leaving;
        private long said;

        Subscriber(Chaos chaos, InetSocketAddress address, int number, long seed) {
            super(chaos, address, number, seed);
        }

        @Override
        void live() throws IOException {
            String channel = name + ":c";
            try (ChaosConnection ears = connect("s");
                    ChaosConnection mouth = connect("p")) {
                ears.send("SUBSCRIBE", channel);
                require(ears.receive(), r -> r.parts().getFirst().text().equals("subscribe"));
                Thread listener = Thread.ofVirtual().start(() -> listen(ears, channel));
                while (!chaos.isStopped()) {
                    say(mouth, channel);
                }
                hearOnce(mouth, channel);
                leaving = true;
                say(mouth, channel);
                join(listener);
                bid(mouth);
            }
        }

        private void say(ChaosConnection mouth, String channel) throws IOException {
            Reply published = mouth.ask("PUBLISH", channel, name + ":" + ++said + ":" + channel);
            roundEnds();
            if (!excused(published, false)) {
                require(published, r -> r.head().equals(":1") || r.head().equals(":0"));
            }
            roundDone();
        }

        /** It is still subscribed, whatever has happened. */
        private void hearOnce(ChaosConnection mouth, String channel) throws IOException {
            long before = heard;
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (heard == before && chaos.failures().isEmpty()) {
                say(mouth, channel);
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("hears nothing any more, after message " + before);
                }
            }
        }

        private void listen(ChaosConnection ears, String channel) {
            try {
                while (!leaving) {
                    Reply message = ears.receive();
                    require(message, r -> r.parts().size() == 3);
                    require(message, r -> r.parts().get(0).text().equals("message"));
                    require(message, r -> r.parts().get(1).text().equals(channel));
                    String[] parts = message.parts().get(2).text().split(":", 3);
                    require(message, _ -> parts[0].equals(name) && parts[2].equals(channel));
                    long number = Long.parseLong(parts[1]);
                    require(message, _ -> number > heard);
                    heard = number;
                }
            } catch (IOException | RuntimeException | AssertionError e) {
                chaos.fail(new AssertionError(this + " listens: " + e, e));
            }
        }

        private static void join(Thread thread) {
            try {
                thread.join(java.time.Duration.ofSeconds(30));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

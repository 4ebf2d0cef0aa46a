package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.hive.core.node.IpAddress;
import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandTable;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.resp.RequestFramer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What stands where a Redis should: answers as it was told to, and does so only in {@link #poll()}.
 * Without instructions it answers as Redis might. For one thread.
 *
 * <p>With a {@link Ledger} it is told only how to answer WAIT, and answers everything else as Redis
 * might; without instructions one replica holds all that was written.
 */
final class ScriptedMaster implements AutoCloseable {
    private static final int PORT = 6379;

    /** Errors after which a relay does something. */
    private static final List<String> ERRORS =
            List.of(
                    "-LOADING Redis is loading the dataset in memory\r\n",
                    "-READONLY You can't write against a read only replica.\r\n",
                    "-MASTERDOWN Link with MASTER is down\r\n",
                    "-UNBLOCKED force unblock from blocking operation\r\n",
                    "-EXECABORT Transaction discarded because of: READONLY You can't\r\n",
                    "-EXECABORT Transaction discarded because of previous errors.\r\n",
                    "-NOAUTH Authentication required.\r\n",
                    "-NOREPLICAS Not enough good replicas to write.\r\n",
                    "-WRONGPASS invalid\r\n",
                    "-ERR max number of clients reached\r\n",
                    "-ERR unknown command\r\n",
                    "-\r\n",
                    "-LOADING\r\n",
                    "!5\r\nERR x\r\n",
                    "-NOPERM no\r\n",
                    "-ERR " + "x".repeat(700) + "\r\n");

    /** Replies of every type, and what is none. */
    private static final List<String> ODD =
            List.of(
                    "?\r\n",
                    "+OK",
                    "*-5\r\n",
                    "$99999999999\r\n",
                    "$-1\r\n",
                    "*-1\r\n",
                    "*2\r\n*1\r\n:1\r\n$-1\r\n",
                    "%1\r\n+a\r\n*0\r\n",
                    "|1\r\n+a\r\n:1\r\n:2\r\n",
                    "~1\r\n_\r\n",
                    "*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$1\r\nv\r\n",
                    "*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n",
                    ">3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n",
                    ">2\r\n$10\r\ninvalidate\r\n_\r\n",
                    ">3\r\n+message\r\n+ch\r\n+v\r\n",
                    "*2\r\n$1\r\n0\r\n*0\r\n");

    /** What is a write, where there is a ledger, and Hive holds its reply. */
    private static final Set<String> WRITES =
            Set.of(
                    "SET",
                    "INCR",
                    "APPEND",
                    "SETRANGE",
                    "LPUSH",
                    "LPOP",
                    "BLPOP",
                    "BRPOP",
                    "BLMOVE",
                    "XADD",
                    "PUBLISH",
                    "EVAL",
                    "EXEC");

    private static final List<String> SUBSCRIPTIONS =
            List.of("SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE");
    private static final List<String> UNSUBSCRIPTIONS =
            List.of("UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE");

    private final @Nullable Ledger ledger;
    private final String address = Loopback.address(PORT);
    private final ServerSocketChannel listener;
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<Integer> script = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);

    /** The numbers of the writes that it has run. */
    private final List<Integer> written = new ArrayList<>();

    ScriptedMaster() {
        this(null);
    }

    ScriptedMaster(@Nullable Ledger ledger) {
        this.ledger = ledger;
        try {
            listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(address, PORT), 200);
            listener.configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RedisEndpoint endpoint() {
        return new RedisEndpoint(IpAddress.parse(address), PORT);
    }

    /** What to do with a command that comes: the first instruction is for the first, and so on. */
    void instruct(byte[] instructions) {
        for (byte each : instructions) {
            script.add(each & 0xff);
        }
    }

    /** Forgets the instructions that were not used, and ends what it has accepted. */
    void forget() {
        script.clear();
        connections.forEach(Connection::close);
        connections.clear();
        for (Connection next = accept(); next != null; next = accept()) {
            next.close();
        }
    }

    /** Sends this over every connection, asked or not. */
    void say(byte[] bytes) {
        connections.forEach(connection -> connection.send(bytes));
    }

    /** Says what it was told to say late. */
    void release() {
        connections.forEach(Connection::release);
    }

    /** Accepts, reads, and answers. */
    void poll() {
        for (Connection next = accept(); next != null; next = accept()) {
            connections.add(next);
        }
        for (Iterator<Connection> all = connections.iterator(); all.hasNext(); ) {
            Connection connection = all.next();
            connection.poll();
            if (connection.closed) {
                connection.close();
                all.remove();
            }
        }
    }

    private Connection accept() {
        try {
            SocketChannel channel = listener.accept();
            return channel == null ? null : new Connection(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        connections.forEach(Connection::close);
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One connection of the relay. */
    private final class Connection {
        private final SocketChannel channel;
        private final RequestFramer framer = new RequestFramer(CommandTable.builtin());
        private final ByteArrayOutputStream command = new ByteArrayOutputStream();
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        /** What is said late, and which writes a WAIT among that confirms. */
        private final ByteArrayOutputStream late = new ByteArrayOutputStream();

        private final List<Integer> confirmedLate = new ArrayList<>();

        /** How many writes had run when it was last asked for anything but a WAIT. */
        private int writtenBefore;

        private final Map<String, Set<String>> channels = new TreeMap<>();
        private int protocol = 2;
        private boolean multi;
        private boolean muted;
        private int skipped;
        private boolean closed;

        Connection(SocketChannel channel) throws IOException {
            this.channel = channel;
            channel.configureBlocking(false);
        }

        void poll() {
            write();
            try {
                for (int read = channel.read(buffer.clear());
                        read != 0 && !closed;
                        read = channel.read(buffer.clear())) {
                    if (read < 0) {
                        closed = true;
                        return;
                    }
                    take(read);
                    write();
                }
            } catch (IOException _) {
                closed = true;
            }
        }

        private void take(int read) {
            byte[] bytes = buffer.array();
            int at = 0;
            while (at < read && !closed) {
                RequestFramer.Event event = framer.next(bytes, at, read);
                int end = framer.position();
                command.write(bytes, at, end - at);
                at = end;
                switch (event) {
                    case COMMAND -> {
                        byte[] whole = command.toByteArray();
                        command.reset();
                        answer(Arguments.of(whole, 0, whole.length));
                    }
                    case BLANK -> command.reset();
                    case MORE -> {}
                    case FAULT -> throw new AssertionError("the relay sent " + framer.fault());
                }
            }
        }

        private void answer(List<byte[]> words) {
            String name = text(words.getFirst()).toUpperCase(Locale.ROOT);
            boolean wait = name.equals("WAIT") && !multi;
            Integer told = ledger == null || wait ? script.poll() : null;
            skipped--;
            String honest = audible(name, honest(name, words));
            if (ledger != null && wait && waited(ledger, told)) {
                return;
            }
            if (!wait) {
                writtenBefore = written.size();
            }
            if (told == null) {
                send(honest);
                return;
            }
            int more = told >> 4;
            switch (told & 15) {
                case 6 -> {}
                case 7 -> send(ERRORS.get(more));
                case 8 -> send(ODD.get(more));
                case 9 -> {
                    write();
                    closed = true;
                }
                case 10 -> send(honest + "+EXTRA\r\n");
                case 11 -> send(ODD.get(more) + honest);
                case 12 -> send("$" + more * 200 + "\r\n" + "v".repeat(more * 200) + "\r\n");
                case 13 -> {
                    send("$5000\r\n" + "v".repeat(more * 100));
                    write();
                    closed = true;
                }
                case 14 -> {
                    send(honest.substring(0, honest.length() / 2));
                    write();
                    send(honest.substring(honest.length() / 2));
                }
                case 15 -> send("*2\r\n$" + more * 100 + "\r\n" + "w".repeat(more * 100) + "\r\n+");
                default -> send(honest);
            }
        }

        /** Whether WAIT is dealt with, as it is where it is answered with a number. */
        private boolean waited(Ledger writes, @Nullable Integer told) {
            List<Integer> mine = List.copyOf(written.subList(0, writtenBefore));
            switch (told == null ? 0 : told & 15) {
                case 0, 1, 2, 10, 11, 14 -> {
                    writes.hold(mine);
                    return false;
                }
                case 3 -> send(":0\r\n");
                case 4, 5 -> {
                    late.writeBytes(":1\r\n".getBytes(ISO_8859_1));
                    confirmedLate.addAll(mine);
                }
                default -> {
                    return false;
                }
            }
            return true;
        }

        void release() {
            if (late.size() > 0) {
                if (ledger != null) {
                    ledger.hold(confirmedLate);
                }
                out.writeBytes(late.toByteArray());
                late.reset();
                confirmedLate.clear();
            }
        }

        /** What of a reply is to be heard: nothing after CLIENT REPLY OFF. */
        private String audible(String name, String reply) {
            boolean confirmed = SUBSCRIPTIONS.contains(name) || UNSUBSCRIPTIONS.contains(name);
            boolean heard = confirmed || (!muted && skipped != 0);
            return heard ? reply : "";
        }

        private String honest(String name, List<byte[]> words) {
            boolean bounds = List.of("MULTI", "EXEC", "DISCARD").contains(name);
            if (bounds && words.size() > 1) {
                // Were it taken for one, others on a shared connection would be in a transaction.
                return "-ERR wrong number of arguments\r\n";
            }
            if (multi && !name.equals("EXEC") && !name.equals("DISCARD")) {
                if (name.equals("RESET")) {
                    reset();
                }
                return multi ? "+QUEUED\r\n" : "+RESET\r\n";
            }
            if (SUBSCRIPTIONS.contains(name) || UNSUBSCRIPTIONS.contains(name)) {
                return subscription(name, words);
            }
            boolean subscribed = protocol == 2 && !channels.isEmpty();
            String argument = words.size() < 2 ? "" : text(words.get(1));
            if (subscribed && name.equals("PING")) {
                return "*2\r\n" + bulk("pong") + bulk(argument);
            }
            if (subscribed && !name.equals("RESET")) {
                return "-ERR Can't execute this in this context\r\n";
            }
            if (ledger != null && WRITES.contains(name)) {
                multi = false;
                int write = ledger.run();
                written.add(write);
                return (name.equals("EXEC") ? "*1\r\n" : "") + Ledger.reply(write);
            }
            return switch (name) {
                case "PING" -> words.size() < 2 ? "+PONG\r\n" : bulk(argument);
                case "RESET" -> {
                    reset();
                    yield "+RESET\r\n";
                }
                case "ECHO" -> bulk(argument);
                case "MULTI" -> {
                    multi = true;
                    yield "+OK\r\n";
                }
                case "EXEC" -> {
                    multi = false;
                    yield "*1\r\n+OK\r\n";
                }
                case "DISCARD" -> {
                    multi = false;
                    yield "+OK\r\n";
                }
                case "COMMAND" -> "-NOPERM nobody may ask\r\n";
                case "GET" -> bulk("value");
                case "WAIT" -> ledger == null ? "+OK\r\n" : ":1\r\n";
                case "HELLO" -> {
                    if (!argument.isEmpty() && !argument.matches("[23]")) {
                        yield "-NOPROTO unsupported protocol version\r\n";
                    }
                    protocol = argument.isEmpty() ? protocol : Integer.parseInt(argument);
                    yield "+OK\r\n";
                }
                case "CLIENT" -> {
                    String mode = words.size() == 3 ? text(words.get(2)) : "";
                    yield argument.equalsIgnoreCase("REPLY") ? replyMode(mode) : "+OK\r\n";
                }
                default -> "+OK\r\n";
            };
        }

        private String replyMode(String mode) {
            return switch (mode.toUpperCase(Locale.ROOT)) {
                case "ON" -> {
                    muted = false;
                    // It is heard itself, even right behind a SKIP.
                    skipped = -1;
                    yield "+OK\r\n";
                }
                case "OFF" -> {
                    muted = true;
                    yield "";
                }
                case "SKIP" -> {
                    // This one and the next; nobody has so many commands that it comes to 0 else.
                    skipped = 1;
                    yield "";
                }
                default -> "-ERR syntax error\r\n";
            };
        }

        private void reset() {
            multi = false;
            muted = false;
            channels.clear();
            protocol = 2;
        }

        /** The confirmations of SUBSCRIBE and its kin. */
        private String subscription(String name, List<byte[]> words) {
            boolean more = SUBSCRIPTIONS.contains(name);
            String kind = more ? name : name.replace("UNSUB", "SUB");
            Set<String> mine = channels.computeIfAbsent(kind, _ -> new TreeSet<>());
            List<String> named =
                    words.size() > 1
                            ? words.subList(1, words.size()).stream()
                                    .map(ScriptedMaster.Connection::text)
                                    .toList()
                            : more ? List.<String>of() : List.copyOf(mine);
            StringBuilder said = new StringBuilder();
            if (named.isEmpty() && more) {
                said.append("-ERR wrong number of arguments\r\n");
            } else if (named.isEmpty()) {
                confirm(said, name, "$-1\r\n");
            }
            for (String channel : named) {
                if (more) {
                    mine.add(channel);
                } else {
                    mine.remove(channel);
                }
                confirm(said, name, bulk(channel));
            }
            channels.values().removeIf(Set::isEmpty);
            return said.toString();
        }

        private void confirm(StringBuilder said, String name, String channel) {
            boolean shards = name.startsWith("SS") || name.startsWith("SUN");
            int count = 0;
            for (Map.Entry<String, Set<String>> each : channels.entrySet()) {
                count += each.getKey().startsWith("SS") == shards ? each.getValue().size() : 0;
            }
            said.append(protocol == 2 ? "*3\r\n" : ">3\r\n")
                    .append(bulk(name.toLowerCase(Locale.ROOT)))
                    .append(channel)
                    .append(":" + count + "\r\n");
        }

        private static String bulk(String text) {
            return "$" + text.length() + "\r\n" + text + "\r\n";
        }

        private static String text(byte[] bytes) {
            return new String(bytes, ISO_8859_1);
        }

        void send(String text) {
            send(text.getBytes(ISO_8859_1));
        }

        void send(byte[] bytes) {
            // What comes behind a reply that is late is later.
            (late.size() > 0 ? late : out).writeBytes(bytes);
        }

        private void write() {
            if (out.size() == 0) {
                return;
            }
            byte[] all = out.toByteArray();
            ByteBuffer some = ByteBuffer.wrap(all);
            try {
                channel.write(some);
            } catch (IOException _) {
                closed = true;
            }
            out.reset();
            out.write(all, some.position(), all.length - some.position());
        }

        void close() {
            closed = true;
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

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

/**
 * What stands where a Redis should: answers as it was told to, and does so only in {@link #poll()}.
 * Without instructions it answers as Redis might. For one thread.
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

    private final String address = Loopback.address(PORT);
    private final ServerSocketChannel listener;
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<Integer> script = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);

    ScriptedMaster() {
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
        private boolean multi;
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
            Integer told = script.poll();
            String honest = honest(words);
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

        private String honest(List<byte[]> words) {
            String name = text(words.getFirst()).toUpperCase(Locale.ROOT);
            boolean bounds = List.of("MULTI", "EXEC", "DISCARD").contains(name);
            if (bounds && words.size() > 1) {
                // Were it taken for one, others on a shared connection would be in a transaction.
                return "-ERR wrong number of arguments\r\n";
            }
            if (multi && !name.equals("EXEC") && !name.equals("DISCARD")) {
                multi &= !name.equals("RESET");
                return multi ? "+QUEUED\r\n" : "+RESET\r\n";
            }
            return switch (name) {
                case "PING" -> "+PONG\r\n";
                case "RESET" -> "+RESET\r\n";
                case "ECHO" -> bulk(words.size() < 2 ? "" : text(words.get(1)));
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
                default -> "+OK\r\n";
            };
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
            out.writeBytes(bytes);
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

package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.hive.proxy.relay.CommandStream.Command;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One client of each of two servers: both send the same commands, cut differently, and have to get
 * the same replies. For one thread.
 */
final class DifferentialPair implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int REMEMBERED = 40;

    private final Side left;
    private final Side right;
    private final Side leftOther;
    private final Side rightOther;
    private final Random cuts;
    private final long seed;
    private final String name;
    private final Deque<String> history = new ArrayDeque<>();

    /** One connection. */
    private static final class Side implements AutoCloseable {
        final Socket socket = new Socket();
        final ReplyReader reader;

        Side(InetSocketAddress address) {
            try {
                socket.connect(address, TIMEOUT_MILLIS);
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                reader = new ReplyReader(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void send(String text, int[] pieces) {
            byte[] bytes = text.getBytes(ISO_8859_1);
            try {
                int at = 0;
                for (int i = 0; at < bytes.length; i++) {
                    int piece =
                            i < pieces.length
                                    ? Math.min(pieces[i], bytes.length - at)
                                    : bytes.length - at;
                    socket.getOutputStream().write(bytes, at, piece);
                    at += piece;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** All that comes in answer to a command, pushes before it included. */
        List<Reply> receive(Command command) throws IOException {
            List<Reply> replies = new ArrayList<>();
            while (!command.silent()) {
                Reply reply = reader.next();
                if (reply == null) {
                    throw new IOException("the connection was closed; before that came " + replies);
                }
                replies.add(reply);
                boolean last =
                        command.marker().isEmpty() ? !reply.isPush() : isMarker(reply, command);
                if (last) {
                    break;
                }
            }
            return replies;
        }

        private static boolean isMarker(Reply reply, Command command) {
            List<Reply> parts = reply.parts();
            Reply said = reply.type() == '*' && parts.size() == 2 ? parts.get(1) : reply;
            return said.isBulk() && said.text().equals(command.marker());
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Connects twice to each.
     *
     * @param left what is right by definition
     * @param seed of how bytes are cut
     * @param run the seed of all, for the message
     */
    DifferentialPair(
            InetSocketAddress left, InetSocketAddress right, String name, long seed, long run) {
        this.left = new Side(left);
        this.right = new Side(right);
        leftOther = new Side(left);
        rightOther = new Side(right);
        this.name = name;
        this.seed = run;
        cuts = new Random(seed ^ 0x5ca1ab1e);
    }

    void exchange(List<Command> commands) {
        exchange(commands, new TreeSet<>());
    }

    /**
     * Sends commands in one batch, or in several where another client has its turn between.
     *
     * @param sent takes the names of what was sent
     */
    void exchange(List<Command> commands, Set<String> sent) {
        List<Command> batch = new ArrayList<>();
        for (Command command : commands) {
            sent.add(command.name());
            sent.add(command.first());
            if (command.other()) {
                both(batch, left, right);
                batch.clear();
                both(List.of(command), leftOther, rightOther);
            } else {
                batch.add(command);
            }
        }
        both(batch, left, right);
    }

    /** As {@link #exchange}, with a command that ends the connection. */
    void exchangeLast(Command command, Set<String> sent) {
        exchange(List.of(command), sent);
        try {
            Reply first = left.reader.next();
            Reply second = right.reader.next();
            if (first != null || second != null) {
                throw new AssertionError(message(command, "" + first, "" + second));
            }
        } catch (IOException e) {
            throw new AssertionError(message(command, "the end", e.toString()), e);
        }
    }

    private void both(List<Command> commands, Side first, Side second) {
        StringBuilder text = new StringBuilder();
        for (Command command : commands) {
            encode(text, command.words());
            if (!command.marker().isEmpty()) {
                encode(text, List.of("PING", command.marker()));
            }
        }
        int length = text.length();
        send(first, text.toString(), new int[0]);
        send(second, text.toString(), pieces(length));
        for (Command command : commands) {
            compare(command, first, second);
        }
    }

    private void send(Side side, String text, int[] pieces) {
        try {
            side.send(text, pieces);
        } catch (UncheckedIOException e) {
            String to = side == left || side == leftOther ? "the first server" : "the second";
            throw new AssertionError(
                    "cannot send to " + to + " after\n" + String.join("\n", history), e);
        }
    }

    private void compare(Command command, Side first, Side second) {
        List<Reply> expected = receive(command, first, "the first server");
        List<Reply> got = receive(command, second, "the second server, the first said " + expected);
        boolean same = expected.size() == got.size();
        for (int i = 0; same && i < got.size(); i++) {
            same = form(command, expected.get(i)).equals(form(command, got.get(i)));
        }
        if (!same) {
            throw new AssertionError(message(command, "" + expected, "" + got));
        }
        history.add(command + " -> " + got);
        if (history.size() > REMEMBERED) {
            history.remove();
        }
    }

    private static String form(Command command, Reply reply) {
        return reply.isPush() ? reply.raw() : command.form(reply);
    }

    private List<Reply> receive(Command command, Side side, String from) {
        try {
            return side.receive(command);
        } catch (IOException e) {
            throw new AssertionError(message(command, from, "" + e), e);
        }
    }

    private String message(Command command, @Nullable String expected, @Nullable String got) {
        return "-Dhive.differential.seed=%d, session %s%n%s%nexpected %s%ngot      %s%nafter%n  %s"
                .formatted(seed, name, command, expected, got, String.join("\n  ", history));
    }

    private void encode(StringBuilder text, List<String> words) {
        // What begins with a star is no inline command.
        boolean inline =
                cuts.nextInt(7) == 0
                        && !words.getFirst().startsWith("*")
                        && words.stream().mapToInt(String::length).sum() < 5000;
        String first = words.getFirst();
        String cased =
                switch (cuts.nextInt(4)) {
                    case 0 -> first.toLowerCase(java.util.Locale.ROOT);
                    case 1 -> mixed(first);
                    default -> first;
                };
        boolean known = first.matches("[A-Z_]+");
        if (inline) {
            for (int i = 0; i < words.size(); i++) {
                text.append(i > 0 ? " " : "")
                        .append(quoted(i == 0 && known ? cased : words.get(i)));
            }
            text.append(cuts.nextBoolean() ? "\r\n" : "\n");
            return;
        }
        text.append('*').append(words.size()).append("\r\n");
        for (int i = 0; i < words.size(); i++) {
            String word = i == 0 && known ? cased : words.get(i);
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
    }

    private String mixed(String word) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            text.append(cuts.nextBoolean() ? Character.toLowerCase(c) : c);
        }
        return text.toString();
    }

    private String quoted(String word) {
        if (word.matches("[A-Za-z0-9:_.*+-]+") && cuts.nextInt(4) > 0) {
            return word;
        }
        if (word.matches("[A-Za-z0-9:_.*+ -]*") && cuts.nextBoolean()) {
            return "'" + word + "'";
        }
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean harmless = c > ' ' && c < 127 && c != '"' && c != '\\';
            text.append(harmless ? "" + c : String.format("\\x%02x", (int) c));
        }
        return text.append('"').toString();
    }

    private int[] pieces(int length) {
        return switch (cuts.nextInt(4)) {
            case 0 -> new int[0];
            case 1 -> cuts.ints(Math.min(length, 600), 1, 2).toArray();
            case 2 -> cuts.ints(200, 1, 64).toArray();
            default -> cuts.ints(20, 1, 1500).toArray();
        };
    }

    @Override
    public void close() {
        left.close();
        right.close();
        leftOther.close();
        rightOther.close();
    }
}

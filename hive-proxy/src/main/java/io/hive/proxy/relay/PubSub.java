package io.hive.proxy.relay;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a session is subscribed to, as Redis has confirmed it, and the confirmations that are still
 * to come. A command is confirmed once for each of its names.
 */
final class PubSub {
    /** Names of more than this in all are not kept, so that the session does not survive a loss. */
    private static final int MAX_BYTES = 1 << 20;

    /** What a frame is to a client that is subscribed. */
    enum Frame {
        MESSAGE,
        CONFIRMATION,
        /** The reply to a command. */
        REPLY
    }

    private enum Family {
        CHANNEL("SUBSCRIBE"),
        PATTERN("PSUBSCRIBE"),
        SHARD("SSUBSCRIBE");

        private final String subscribe;

        Family(String subscribe) {
            this.subscribe = subscribe;
        }
    }

    /** A command and the confirmations that it still waits for; 0 for "one of each, at least 1". */
    private static final class Pending {
        private final Family family;
        private final boolean adds;
        private final List<String> names;
        private int left;

        Pending(Family family, boolean adds, List<String> names) {
            this.family = family;
            this.adds = adds;
            this.names = names;
            left = names.size();
        }
    }

    private final Map<Family, Set<String>> names = new EnumMap<>(Family.class);
    private final ArrayDeque<Pending> pending = new ArrayDeque<>(1);
    private int bytes;
    private boolean tooMuch;

    /** Whether the session is subscribed to something, or waits to be. */
    boolean any() {
        return !pending.isEmpty() || !names.isEmpty();
    }

    /** Whether a command waits to be confirmed. */
    boolean pending() {
        return !pending.isEmpty();
    }

    /** Whether Redis takes the connection for a subscriber's, as far as is confirmed. */
    boolean confirmed() {
        return !names.isEmpty();
    }

    /** Whether all of it can be set up again. */
    boolean restorable() {
        return !tooMuch;
    }

    /** A command was sent. */
    void sent(CommandKind kind, byte[] from, int at, int length) {
        List<byte[]> words = Arguments.of(from, at, at + length);
        List<String> named = new ArrayList<>(words.size());
        for (byte[] word : words.subList(1, words.size())) {
            named.add(new String(word, StandardCharsets.ISO_8859_1));
        }
        boolean adds =
                switch (kind) {
                    case SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE -> true;
                    default -> false;
                };
        Family family =
                switch (kind) {
                    case PSUBSCRIBE, PUNSUBSCRIBE -> Family.PATTERN;
                    case SSUBSCRIBE, SUNSUBSCRIBE -> Family.SHARD;
                    default -> Family.CHANNEL;
                };
        pending.add(new Pending(family, adds, named));
    }

    /** The oldest command got an error. */
    void refused() {
        pending.poll();
    }

    /**
     * A confirmation came.
     *
     * @return whether it was the last one that its command waits for
     */
    boolean confirmedOne() {
        Pending head = pending.peek();
        if (head == null) {
            return false;
        }
        if (head.names.isEmpty()) {
            return confirmedAll(head);
        }
        change(head, head.names.get(head.names.size() - head.left));
        head.left--;
        return over(head.left == 0);
    }

    /** One more of an unsubscription from everything, which is confirmed name by name. */
    private boolean confirmedAll(Pending head) {
        Set<String> of = names.get(head.family);
        if (of != null) {
            change(head, of.iterator().next());
        }
        return over(!names.containsKey(head.family));
    }

    private boolean over(boolean last) {
        if (last) {
            pending.poll();
        }
        return last;
    }

    private void change(Pending head, String name) {
        if (head.adds) {
            if (names.computeIfAbsent(head.family, _ -> new LinkedHashSet<>()).add(name)) {
                bytes += name.length();
                tooMuch |= bytes > MAX_BYTES;
            }
            return;
        }
        Set<String> of = names.get(head.family);
        if (of != null && of.remove(name)) {
            bytes -= name.length();
            if (of.isEmpty()) {
                names.remove(head.family);
            }
        }
    }

    /** The commands that subscribe another connection to the same, each to be confirmed once. */
    List<byte[]> restore() {
        List<byte[]> commands = new ArrayList<>();
        names.forEach((family, of) ->
                of.forEach(name -> commands.add(Profile.command(family.subscribe, name))));
        return commands;
    }

    /**
     * The command that the oldest unconfirmed one has to be sent as again; it takes what was
     * confirmed out of it, and forgets that it was sent.
     */
    byte[] again(byte[] whole) {
        Pending head = pending.poll();
        if (head == null || head.names.isEmpty() || head.left == head.names.size()) {
            return whole;
        }
        List<String> words = new ArrayList<>();
        words.add(
                head.adds ? head.family.subscribe : head.family.subscribe.replace("SUB", "UNSUB"));
        words.addAll(head.names.subList(head.names.size() - head.left, head.names.size()));
        return Profile.command(words.toArray(String[]::new));
    }

    void clear() {
        names.clear();
        pending.clear();
        bytes = 0;
        tooMuch = false;
    }

    /** What a whole frame is, by its first element; it is not moved. */
    static Frame of(ByteBuf frame) {
        int at = frame.readerIndex();
        byte type = frame.getByte(at);
        if (type == '+') {
            // A line of MONITOR begins with a time.
            byte next = frame.getByte(at + 1);
            return next >= '0' && next <= '9' ? Frame.MESSAGE : Frame.REPLY;
        }
        if (type != '*' && type != '>') {
            return Frame.REPLY;
        }
        int line = frame.indexOf(at, frame.writerIndex(), (byte) '\n') + 1;
        if (line <= 0 || line >= frame.writerIndex() || frame.getByte(line) != '$') {
            return type == '>' ? Frame.MESSAGE : Frame.REPLY;
        }
        int word = frame.indexOf(line, frame.writerIndex(), (byte) '\n') + 1;
        int end = Math.min(frame.writerIndex(), word + 16);
        String kind =
                new String(
                        ByteBufUtil.getBytes(frame, word, end - word), StandardCharsets.ISO_8859_1);
        int stop = kind.indexOf('\r');
        return switch (stop < 0 ? kind : kind.substring(0, stop)) {
            case "subscribe",
                    "psubscribe",
                    "ssubscribe",
                    "unsubscribe",
                    "punsubscribe",
                    "sunsubscribe" ->
                    Frame.CONFIRMATION;
            case "message", "pmessage", "smessage" -> Frame.MESSAGE;
            default -> type == '>' ? Frame.MESSAGE : Frame.REPLY;
        };
    }
}

package io.hive.proxy.relay;

import io.hive.proxy.command.CommandSpec;
import org.jspecify.annotations.Nullable;

/** A command that was taken back from a connection, in its place among the session's commands. */
final class Item {
    private final CommandSpec spec;
    private final int words;
    private final byte[] bytes;
    private final byte @Nullable [] answer;

    private Item(CommandSpec spec, int words, byte[] bytes, byte @Nullable [] answer) {
        this.spec = spec;
        this.words = words;
        this.bytes = bytes;
        this.answer = answer;
    }

    /** A command that is to be run again. */
    static Item again(CommandSpec spec, int words, byte[] bytes) {
        return new Item(spec, words, bytes, null);
    }

    /** The place of a command of which no more is known, with what the client gets for it. */
    static Item answer(CommandSpec spec, byte[] reply) {
        return new Item(spec, 1, new byte[0], reply);
    }

    Item answeredWith(byte[] reply) {
        return new Item(spec, words, bytes, reply);
    }

    CommandSpec spec() {
        return spec;
    }

    /** How many words it has, its name included. */
    int words() {
        return words;
    }

    byte[] bytes() {
        return bytes;
    }

    /** What the client gets in its place; null if it is to be run again. */
    byte @Nullable [] answer() {
        return answer;
    }
}

package io.hive.proxy.resp;

import org.jspecify.annotations.Nullable;

/** Finds a command by its words: a hash table with open addressing, read-only once it is made. */
final class CommandTable {
    /** Far more than there are commands, so that a name that is none is nearly always one look. */
    private static final int SLOTS = 256;

    private static final CommandTable INSTANCE = new CommandTable();

    private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];

    private record Entry(Command command, Word name, @Nullable Word subcommand) {}

    private CommandTable() {
        for (Command command : Command.values()) {
            if (!command.word().isEmpty()) {
                Word subcommand =
                        command.subcommand().isEmpty() ? null : Word.of(command.subcommand());
                add(new Entry(command, Word.of(command.word()), subcommand));
            }
        }
    }

    static Command find(Word name, Word argument) {
        if (name.hasNul()) {
            return Command.NUL_IN_NAME;
        }
        return INSTANCE.look(name, argument);
    }

    private Command look(Word name, Word argument) {
        int slot = name.hash() & (SLOTS - 1);
        Entry entry = slots[slot];
        while (entry != null) {
            if (name.matches(entry.name)
                    && (entry.subcommand == null || argument.matches(entry.subcommand))) {
                return entry.command;
            }
            slot = (slot + 1) & (SLOTS - 1);
            entry = slots[slot];
        }
        return Command.OTHER;
    }

    private void add(Entry entry) {
        int slot = entry.name.hash() & (SLOTS - 1);
        while (slots[slot] != null) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        slots[slot] = entry;
    }
}

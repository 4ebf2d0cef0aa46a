package io.hive.proxy.command;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a command's name stands for: one command, or several that the next word tells apart. */
public final class CommandFamily {
    private final CommandSpec alone;
    private final @Nullable WordMap<CommandSpec> subcommands;

    CommandFamily(CommandSpec alone, Map<String, CommandSpec> subcommands) {
        this.alone = alone;
        this.subcommands = subcommands.isEmpty() ? null : new WordMap<>(subcommands);
    }

    /** The command, whatever its arguments, or the one without a (known) subcommand. */
    public CommandSpec alone() {
        return alone;
    }

    /** Whether the next word matters. */
    public boolean hasSubcommands() {
        return subcommands != null;
    }

    /**
     * The command with this word behind its name, in any case.
     *
     * @param length of the word; only its first {@value CommandTable#MAX_WORD} bytes are looked at
     */
    public CommandSpec with(byte[] in, int from, int length) {
        WordMap<CommandSpec> words = subcommands;
        if (words == null) {
            return alone;
        }
        CommandSpec found = words.find(in, from, length);
        if (found == null) {
            // Redis 6 compares subcommands as C strings.
            int nul = CommandTable.nul(in, from, length);
            found = nul < 0 ? null : words.find(in, from, nul - from);
        }
        return Objects.requireNonNullElse(found, alone);
    }
}

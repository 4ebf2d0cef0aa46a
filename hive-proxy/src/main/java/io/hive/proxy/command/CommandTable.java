package io.hive.proxy.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The commands of a Redis, found by their words in any case without making an object. Any thread.
 *
 * <p>Flags are the server's own, so that commands of newer versions and of modules are known, too;
 * kinds go by name. Mind that Redis 7 lists a renamed command ({@code rename-command}) under its
 * old name: the new one is {@link #UNKNOWN} here.
 */
public final class CommandTable {
    /** The longest name or subcommand, in bytes. What is longer is no command. */
    public static final int MAX_WORD = WordMap.MAX_WORD;

    /** The most commands, subcommands included; Redis 8 with its modules has about 600. */
    public static final int MAX_COMMANDS = 4096;

    /**
     * What is not in the table. Redis answers that it does not know it either, unless it was
     * renamed or came with a module since: so nothing is believed of it.
     */
    public static final CommandSpec UNKNOWN =
            new CommandSpec("", CommandKind.OTHER, Nature.OPAQUE, false);

    private static final CommandSpec WITH_NUL =
            new CommandSpec("", CommandKind.NUL_IN_NAME, Nature.OPAQUE, false);

    private static final CommandFamily NOT_A_NAME = new CommandFamily(WITH_NUL, Map.of());

    private static final String RESOURCE = "commands.txt";

    private final WordMap<CommandFamily> families;
    private final CommandFamily notListed;
    private final List<CommandSpec> specs;

    private CommandTable(Map<String, CommandSpec> byName, UnaryOperator<CommandSpec> rules) {
        this.specs = byName.values().stream().map(rules).toList();
        this.families = new WordMap<>(families(byName, rules));
        this.notListed = new CommandFamily(rules.apply(UNKNOWN), Map.of());
    }

    /** The commands of Redis 7.0, for as long as the server has not been asked. */
    public static CommandTable builtin() {
        try (InputStream in = CommandTable.class.getResourceAsStream(RESOURCE)) {
            Builder builder = new Builder();
            InputStream found = Objects.requireNonNull(in, RESOURCE);
            new BufferedReader(new InputStreamReader(found, StandardCharsets.US_ASCII))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(builder::line);
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads what a server answered to {@code COMMAND}: in RESP2 or RESP3, from Redis 6 on, with or
     * without subcommands.
     *
     * @param reply has the whole reply and nothing else between {@code from} and {@code to}
     * @throws IllegalArgumentException if that is no such reply, or one with more than {@value
     *     #MAX_COMMANDS} commands
     */
    public static CommandTable fromServer(byte[] reply, int from, int to) {
        Builder builder = new Builder();
        new CommandReply(reply, from, to)
                .read((name, flags) ->
                        builder.add(
                                name,
                                OwnRules.nature(name, flags),
                                OwnRules.blocking(name, flags)));
        return builder.build();
    }

    /**
     * The same commands where only reads are let through: what may change something is {@link
     * CommandKind#NOT_A_READ}, what is not known {@link CommandKind#NOT_LISTED}.
     */
    public CommandTable forReads() {
        Map<String, CommandSpec> byName = new TreeMap<>();
        specs.forEach(spec -> byName.put(spec.name(), spec));
        return new CommandTable(byName, spec -> ReadRules.of(spec, byName));
    }

    /**
     * What a name stands for.
     *
     * @param length of the name; only its first {@value #MAX_WORD} bytes are looked at
     */
    public CommandFamily family(byte[] in, int from, int length) {
        CommandFamily family = families.find(in, from, length);
        if (family != null) {
            return family;
        }
        return nul(in, from, length) < 0 ? notListed : NOT_A_NAME;
    }

    /**
     * The command with this name, in any case, and, where there is one, this subcommand after a
     * blank. For those who have the time: it makes objects.
     */
    public CommandSpec find(String words) {
        int blank = words.indexOf(' ');
        byte[] bytes = words.getBytes(StandardCharsets.ISO_8859_1);
        return blank < 0
                ? family(bytes, 0, bytes.length).alone()
                : family(bytes, 0, blank).with(bytes, blank + 1, bytes.length - blank - 1);
    }

    /** All commands, in the order of their names. */
    public List<CommandSpec> specs() {
        return specs;
    }

    /** Where the first NUL is among the bytes that are looked at, or -1. */
    static int nul(byte[] in, int from, int length) {
        int end = from + Math.min(length, MAX_WORD);
        for (int i = from; i < end; i++) {
            if (in[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private static Map<String, CommandFamily> families(
            Map<String, CommandSpec> byName, UnaryOperator<CommandSpec> rules) {
        Map<String, Map<String, CommandSpec>> subcommands = new TreeMap<>();
        for (CommandSpec spec : byName.values()) {
            int blank = spec.name().indexOf(' ');
            String name = blank < 0 ? spec.name() : spec.name().substring(0, blank);
            Map<String, CommandSpec> own = subcommands.computeIfAbsent(name, _ -> new TreeMap<>());
            if (blank >= 0) {
                own.put(spec.name().substring(blank + 1), rules.apply(spec));
            }
        }
        Map<String, CommandFamily> families = new TreeMap<>();
        subcommands.forEach((name, own) ->
                families.put(
                        name,
                        new CommandFamily(
                                rules.apply(
                                        byName.getOrDefault(
                                                name,
                                                new CommandSpec(
                                                        name,
                                                        CommandKind.OTHER,
                                                        Nature.OPAQUE,
                                                        false))),
                                own)));
        return families;
    }

    /** Collects commands, and lays over them what Hive knows itself. */
    private static final class Builder {
        private final Map<String, CommandSpec> byName = new TreeMap<>();

        /** One of the resource: nature, whether it blocks, name, and perhaps a subcommand. */
        void line(String line) {
            String[] words = line.split(" +", 3);
            Nature nature = Nature.valueOf(words[0].toUpperCase(Locale.ROOT));
            add(words[2], nature, words[1].equals("blocking"));
        }

        void add(String name, Nature nature, boolean blocking) {
            if (tooLong(name)) {
                return;
            }
            byName.put(name, new CommandSpec(name, OwnRules.kind(name), nature, blocking));
            if (byName.size() > MAX_COMMANDS) {
                throw new IllegalArgumentException(
                        "expected at most " + MAX_COMMANDS + " commands in a reply to COMMAND");
            }
        }

        CommandTable build() {
            for (String name : OwnRules.HARMLESS) {
                // Redis 6 does not list subcommands; those of what it does list are known.
                CommandSpec owner = name.contains(" ") ? byName.get(container(name)) : null;
                if (owner != null && trusted(owner.nature())) {
                    addOwn(name);
                }
            }
            for (CommandKind kind : CommandKind.values()) {
                if (!kind.toString().isEmpty()) {
                    addOwn(kind.toString());
                }
            }
            return new CommandTable(byName, spec -> spec);
        }

        private void addOwn(String name) {
            if (!byName.containsKey(name)) {
                add(name, OwnRules.nature(name), OwnRules.blocking(name, Set.of()));
            }
        }

        private static boolean trusted(Nature nature) {
            return nature == Nature.READ || nature == Nature.WRITE;
        }

        private static String container(String name) {
            return name.substring(0, name.indexOf(' '));
        }

        private static boolean tooLong(String name) {
            int blank = name.indexOf(' ');
            return blank > MAX_WORD || name.length() - blank - 1 > MAX_WORD;
        }
    }
}

package io.hive.proxy.command;

import java.util.Map;
import java.util.Set;

/** What of each command is left where only reads are let through (docs/reads.md). */
final class ReadRules {
    /** How Redis calls the form of a script that may only read. */
    static final String READ_ONLY_FORM = "_RO";

    /** They run code that may write, and from Redis 7 on have a form that may not. */
    private static final Set<String> SCRIPTS = Set.of("EVAL", "EVALSHA", "FCALL");

    /** Not flagged as reading: it puts a text aside in the memory of the one Redis it goes to. */
    private static final String SCRIPT_LOAD = "SCRIPT LOAD";

    private ReadRules() {}

    /** The command as it is to be dealt with; all commands are given by name. */
    static CommandSpec of(CommandSpec spec, Map<String, CommandSpec> all) {
        return switch (spec.kind()) {
            case OTHER -> other(spec, all);
            case READONLY, READWRITE, ASKING -> as(spec, Nature.READ);
            case XREADGROUP,
                    CLIENT_KILL,
                    CLIENT_UNBLOCK,
                    CLIENT_IMPORT_SOURCE,
                    SCRIPT_DEBUG,
                    DEBUG ->
                    as(spec, CommandKind.NOT_A_READ);
            case NUL_IN_NAME,
                    NOT_A_READ,
                    NOT_LISTED,
                    SCRIPT,
                    AUTH,
                    HELLO,
                    SELECT,
                    RESET,
                    QUIT,
                    PING,
                    ECHO,
                    HTTP_POST,
                    HTTP_HOST,
                    MULTI,
                    EXEC,
                    DISCARD,
                    WATCH,
                    UNWATCH,
                    SUBSCRIBE,
                    PSUBSCRIBE,
                    SSUBSCRIBE,
                    UNSUBSCRIBE,
                    PUNSUBSCRIBE,
                    SUNSUBSCRIBE,
                    MONITOR,
                    XREAD,
                    WAIT,
                    WAITAOF,
                    SCAN,
                    SSCAN,
                    HSCAN,
                    ZSCAN,
                    CLIENT_ID,
                    CLIENT_INFO,
                    CLIENT_LIST,
                    CLIENT_GETNAME,
                    CLIENT_SETNAME,
                    CLIENT_SETINFO,
                    CLIENT_REPLY,
                    CLIENT_TRACKING,
                    CLIENT_TRACKINGINFO,
                    CLIENT_GETREDIR,
                    CLIENT_CACHING,
                    CLIENT_NO_EVICT,
                    CLIENT_NO_TOUCH,
                    CLIENT_CAPA,
                    CLIENT_MAINT_NOTIFICATIONS,
                    REPLCONF,
                    CONFIG_REWRITE,
                    ACL_SAVE,
                    ACL_LOAD,
                    REPLICAOF,
                    SLAVEOF,
                    FAILOVER,
                    PSYNC,
                    SYNC,
                    SHUTDOWN ->
                    spec;
        };
    }

    private static CommandSpec other(CommandSpec spec, Map<String, CommandSpec> all) {
        String name = spec.name();
        if (SCRIPTS.contains(name)) {
            boolean mayBeHeldToReading = all.containsKey(name + READ_ONLY_FORM);
            return as(spec, mayBeHeldToReading ? CommandKind.SCRIPT : CommandKind.NOT_A_READ);
        }
        if (name.equals(SCRIPT_LOAD)) {
            return as(spec, Nature.READ);
        }
        return switch (spec.nature()) {
            case READ, OPAQUE_READ -> spec;
            case WRITE, OPAQUE ->
                    as(
                            spec,
                            name.isEmpty() || hasSubcommands(name, all)
                                    ? CommandKind.NOT_LISTED
                                    : CommandKind.NOT_A_READ);
        };
    }

    /** Then this one stands for whatever subcommand is not known. */
    private static boolean hasSubcommands(String name, Map<String, CommandSpec> all) {
        return name.indexOf(' ') < 0
                && all.keySet().stream().anyMatch(other -> other.startsWith(name + " "));
    }

    private static CommandSpec as(CommandSpec spec, CommandKind kind) {
        return new CommandSpec(spec.name(), kind, spec.nature(), spec.blocking());
    }

    private static CommandSpec as(CommandSpec spec, Nature nature) {
        return new CommandSpec(spec.name(), spec.kind(), nature, spec.blocking());
    }
}

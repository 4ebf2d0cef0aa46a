package io.hive.proxy.command;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What Hive says of commands itself, where the flags that Redis gives them do not say it. */
final class OwnRules {
    /**
     * Flagged neither as reading nor as writing, and harmless to run twice. {@code WAIT} is not
     * among them: on another connection it counts other writes.
     */
    static final Set<String> HARMLESS =
            Set.of(
                    "PING",
                    "ECHO",
                    "TIME",
                    "INFO",
                    "LASTSAVE",
                    "ROLE",
                    "LOLWUT",
                    "DBSIZE",
                    "COMMAND",
                    "COMMAND COUNT",
                    "COMMAND DOCS",
                    "COMMAND GETKEYS",
                    "COMMAND GETKEYSANDFLAGS",
                    "COMMAND INFO",
                    "COMMAND LIST",
                    "CONFIG GET",
                    "CLIENT GETNAME",
                    "CLIENT GETREDIR",
                    "CLIENT ID",
                    "CLIENT INFO",
                    "CLIENT LIST",
                    "CLIENT TRACKINGINFO",
                    "MEMORY DOCTOR",
                    "MEMORY MALLOC-STATS",
                    "MEMORY PURGE",
                    "MEMORY STATS",
                    "MEMORY USAGE",
                    "OBJECT ENCODING",
                    "OBJECT FREQ",
                    "OBJECT IDLETIME",
                    "OBJECT REFCOUNT",
                    "PUBSUB CHANNELS",
                    "PUBSUB NUMPAT",
                    "PUBSUB NUMSUB",
                    "PUBSUB SHARDCHANNELS",
                    "PUBSUB SHARDNUMSUB",
                    "SCRIPT EXISTS",
                    "SCRIPT SHOW",
                    "FUNCTION DUMP",
                    "FUNCTION LIST",
                    "FUNCTION STATS",
                    "MODULE LIST",
                    "SLOWLOG GET",
                    "SLOWLOG LEN",
                    "COMMANDLOG GET",
                    "COMMANDLOG LEN",
                    "LATENCY DOCTOR",
                    "LATENCY GRAPH",
                    "LATENCY HISTOGRAM",
                    "LATENCY HISTORY",
                    "LATENCY LATEST",
                    "ACL CAT",
                    "ACL DRYRUN",
                    "ACL GENPASS",
                    "ACL GETUSER",
                    "ACL LIST",
                    "ACL USERS",
                    "ACL WHOAMI",
                    "CLUSTER COUNTKEYSINSLOT",
                    "CLUSTER COUNT-FAILURE-REPORTS",
                    "CLUSTER GETKEYSINSLOT",
                    "CLUSTER INFO",
                    "CLUSTER KEYSLOT",
                    "CLUSTER LINKS",
                    "CLUSTER MYID",
                    "CLUSTER MYSHARDID",
                    "CLUSTER NODES",
                    "CLUSTER REPLICAS",
                    "CLUSTER SHARDS",
                    "CLUSTER SLAVES",
                    "CLUSTER SLOTS",
                    "CLUSTER SLOT-STATS");

    private static final String HELP = " HELP";

    private static final Set<String> RUN_CODE =
            Set.of("EVAL", "EVALSHA", "FCALL", "EVAL_RO", "EVALSHA_RO", "FCALL_RO");

    /** Redis 7.0 does not flag WAIT. */
    private static final Set<String> BLOCKING = Set.of("WAIT", "WAITAOF");

    private static final Map<String, CommandKind> KINDS = kinds();

    private OwnRules() {}

    static CommandKind kind(String name) {
        return KINDS.getOrDefault(name, CommandKind.OTHER);
    }

    static boolean blocking(String name, Set<String> flags) {
        return flags.contains("blocking") || BLOCKING.contains(name);
    }

    static Nature nature(String name, Set<String> flags) {
        boolean write = flags.contains("write");
        boolean readonly = !write && flags.contains("readonly");
        if (flags.contains("module") || runsCode(name, flags)) {
            return readonly ? Nature.OPAQUE_READ : Nature.OPAQUE;
        }
        return readonly || (!write && harmless(name)) ? Nature.READ : Nature.WRITE;
    }

    /** The nature of a command of which there are no flags. */
    static Nature nature(String name) {
        return nature(name, Set.of());
    }

    /**
     * By name, and by what is said of no other command: keys that only the script can tell, and not
     * to be called by a script. That finds an EVAL whose name was changed, where the server tells.
     */
    private static boolean runsCode(String name, Set<String> flags) {
        return RUN_CODE.contains(name)
                || (flags.contains("noscript")
                        && flags.contains("movablekeys")
                        && !flags.contains("write"));
    }

    private static boolean harmless(String name) {
        return HARMLESS.contains(name) || name.endsWith(HELP);
    }

    private static Map<String, CommandKind> kinds() {
        Map<String, CommandKind> kinds = new HashMap<>();
        for (CommandKind kind : CommandKind.values()) {
            if (!kind.toString().isEmpty()) {
                kinds.put(kind.toString(), kind);
            }
        }
        return Map.copyOf(kinds);
    }
}

package io.hive.proxy.relay;

import io.hive.proxy.command.CommandKind;
import java.util.EnumMap;
import java.util.Map;

/** What the hive does not let a client do. */
final class Policy {
    /** An answer for each kind that {@link Treatment} says is refused. */
    private static final Map<CommandKind, Answer> REFUSALS =
            new EnumMap<>(
                    Map.ofEntries(
                            Map.entry(CommandKind.CONFIG_REWRITE, Answer.REFUSED_CONFIG_REWRITE),
                            Map.entry(CommandKind.ACL_SAVE, Answer.REFUSED_ACL_FILE),
                            Map.entry(CommandKind.ACL_LOAD, Answer.REFUSED_ACL_FILE),
                            Map.entry(CommandKind.REPLICAOF, Answer.REFUSED_REPLICAOF),
                            Map.entry(CommandKind.SLAVEOF, Answer.REFUSED_REPLICAOF),
                            Map.entry(CommandKind.FAILOVER, Answer.REFUSED_FAILOVER),
                            Map.entry(CommandKind.PSYNC, Answer.REFUSED_SYNC),
                            Map.entry(CommandKind.SYNC, Answer.REFUSED_SYNC),
                            Map.entry(CommandKind.REPLCONF, Answer.REFUSED_SYNC),
                            Map.entry(CommandKind.SHUTDOWN, Answer.REFUSED_SHUTDOWN),
                            Map.entry(CommandKind.NUL_IN_NAME, Answer.REFUSED_NAME),
                            Map.entry(CommandKind.NOT_A_READ, Answer.READ_ONLY),
                            Map.entry(CommandKind.NOT_LISTED, Answer.NOT_LISTED)));

    private Policy() {}

    /**
     * What a client gets for a command that is refused: what would undo the guards against an empty
     * master, or set up a replication that the hive does not know of (election rule 16), and on the
     * port for reads what may change something.
     */
    static Answer refusal(CommandKind kind) {
        Answer answer = REFUSALS.get(kind);
        if (answer == null) {
            throw new IllegalArgumentException(kind + " is not refused");
        }
        return answer;
    }
}

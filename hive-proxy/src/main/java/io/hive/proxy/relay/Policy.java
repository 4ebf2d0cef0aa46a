package io.hive.proxy.relay;

import io.hive.proxy.command.CommandKind;

/** What the hive does not let a client do. */
final class Policy {
    private Policy() {}

    /**
     * What a client gets for a command that is refused: what would undo the guards against an empty
     * master, or set up a replication that the hive does not know of (election rule 16).
     */
    static Answer refusal(CommandKind kind) {
        return switch (kind) {
            case CONFIG_REWRITE -> Answer.REFUSED_CONFIG_REWRITE;
            case ACL_SAVE, ACL_LOAD -> Answer.REFUSED_ACL_FILE;
            case REPLICAOF, SLAVEOF -> Answer.REFUSED_REPLICAOF;
            case FAILOVER -> Answer.REFUSED_FAILOVER;
            case PSYNC, SYNC, REPLCONF -> Answer.REFUSED_SYNC;
            case SHUTDOWN -> Answer.REFUSED_SHUTDOWN;
            case NUL_IN_NAME -> Answer.REFUSED_NAME;
            default -> throw new IllegalArgumentException(kind + " is not refused");
        };
    }
}

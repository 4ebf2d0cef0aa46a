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
            case NOT_A_READ -> Answer.READ_ONLY;
            case NOT_LISTED -> Answer.NOT_LISTED;
            case OTHER,
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
                    XREADGROUP,
                    WAIT,
                    WAITAOF,
                    SCAN,
                    SSCAN,
                    HSCAN,
                    ZSCAN,
                    CLIENT_ID,
                    CLIENT_INFO,
                    CLIENT_LIST,
                    CLIENT_KILL,
                    CLIENT_UNBLOCK,
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
                    CLIENT_IMPORT_SOURCE,
                    SCRIPT_DEBUG,
                    DEBUG,
                    READONLY,
                    READWRITE,
                    ASKING ->
                    throw new IllegalArgumentException(kind + " is not refused");
        };
    }
}

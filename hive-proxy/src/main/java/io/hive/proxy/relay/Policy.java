package io.hive.proxy.relay;

import io.hive.proxy.resp.Command;

/** What Hive does with a command, as far as its name decides. */
final class Policy {
    private Policy() {}

    /**
     * Who answers a command: the master, or Hive with a refusal.
     *
     * <p>Refused is what would undo the guards against an empty master, or set up a replication
     * that the hive does not know of (election rule 16).
     */
    static Answer answer(Command command) {
        return switch (command) {
            case CONFIG_REWRITE -> Answer.REFUSED_CONFIG_REWRITE;
            case ACL_SAVE, ACL_LOAD -> Answer.REFUSED_ACL_FILE;
            case REPLICAOF, SLAVEOF -> Answer.REFUSED_REPLICAOF;
            case FAILOVER -> Answer.REFUSED_FAILOVER;
            case PSYNC, SYNC -> Answer.REFUSED_SYNC;
            case SHUTDOWN -> Answer.REFUSED_SHUTDOWN;
            case NUL_IN_NAME -> Answer.REFUSED_NAME;
            // One command of these may be answered many times, or never.
            case SUBSCRIBE,
                    PSUBSCRIBE,
                    SSUBSCRIBE,
                    UNSUBSCRIBE,
                    PUNSUBSCRIBE,
                    SUNSUBSCRIBE,
                    MONITOR,
                    CLIENT_REPLY,
                    SCRIPT_DEBUG,
                    REPLCONF ->
                    Answer.STREAM;
            case OTHER,
                    AUTH,
                    HELLO,
                    SELECT,
                    RESET,
                    QUIT,
                    HTTP_POST,
                    HTTP_HOST,
                    MULTI,
                    EXEC,
                    DISCARD,
                    WATCH,
                    UNWATCH,
                    CLIENT_SETINFO,
                    CLIENT_SETNAME,
                    CLIENT_TRACKING,
                    CLIENT_CACHING,
                    CLIENT_NO_EVICT,
                    CLIENT_NO_TOUCH,
                    READONLY,
                    READWRITE,
                    ASKING ->
                    Answer.FROM_MASTER;
        };
    }
}

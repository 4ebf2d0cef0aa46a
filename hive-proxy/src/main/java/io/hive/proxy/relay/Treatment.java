package io.hive.proxy.relay;

import io.hive.proxy.command.CommandSpec;
import org.jspecify.annotations.Nullable;

/** What a session does about a command. */
enum Treatment {
    /** Goes over a shared connection. */
    SHARED,
    /** The same, with a cursor in it and in its reply. */
    SCAN,
    /** Waits for something to happen, so that it cannot share. */
    BLOCKING,
    /** Is none that Redis has named: one under another name, or none at all. */
    UNKNOWN,
    /** Waits where {@code BLOCK} is among its words. */
    STREAM_READ,
    /** Waits for replicas, for what was written over any connection. */
    WAIT,
    /** Is about the profile, the name or the whole connection. */
    HANDSHAKE,
    TRANSACTION,
    SUBSCRIPTION,
    MONITOR,
    REPLY_MODE,
    TRACKING,
    /** Is about the connection it comes over: the session keeps one from here on. */
    CONNECTION,
    /** Asks Hive itself to be told when it leaves. */
    MAINTENANCE,
    QUIT,
    /** Redis closes the connection without a word. */
    HANG_UP,
    REFUSED,
    /** Is refused unless it turns out to be a read: nobody has named it yet. */
    NOT_LISTED,
    /** A script, where only reads are let through: goes in the form that may only read. */
    SCRIPT;

    static Treatment of(CommandSpec spec) {
        return switch (spec.kind()) {
            case OTHER -> spec.name().isEmpty() ? UNKNOWN : spec.blocking() ? BLOCKING : SHARED;
            case PING,
                    ECHO,
                    CLIENT_LIST,
                    CLIENT_KILL,
                    CLIENT_UNBLOCK,
                    DEBUG,
                    READONLY,
                    READWRITE,
                    ASKING ->
                    SHARED;
            case SCAN, SSCAN, HSCAN, ZSCAN -> SCAN;
            case XREAD, XREADGROUP -> STREAM_READ;
            case WAIT, WAITAOF -> WAIT;
            case AUTH, HELLO, SELECT, RESET, CLIENT_SETNAME, CLIENT_SETINFO, CLIENT_GETNAME ->
                    HANDSHAKE;
            case MULTI, EXEC, DISCARD, WATCH, UNWATCH -> TRANSACTION;
            case SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE, UNSUBSCRIBE, PUNSUBSCRIBE, SUNSUBSCRIBE ->
                    SUBSCRIPTION;
            case MONITOR -> MONITOR;
            case CLIENT_REPLY -> REPLY_MODE;
            case CLIENT_TRACKING -> TRACKING;
            case CLIENT_ID,
                    CLIENT_INFO,
                    CLIENT_TRACKINGINFO,
                    CLIENT_GETREDIR,
                    CLIENT_CACHING,
                    CLIENT_NO_EVICT,
                    CLIENT_NO_TOUCH,
                    CLIENT_CAPA,
                    CLIENT_IMPORT_SOURCE,
                    SCRIPT_DEBUG ->
                    CONNECTION;
            case CLIENT_MAINT_NOTIFICATIONS -> MAINTENANCE;
            case QUIT -> QUIT;
            case HTTP_POST, HTTP_HOST -> HANG_UP;
            case NOT_LISTED -> NOT_LISTED;
            case SCRIPT -> SCRIPT;
            case NUL_IN_NAME,
                    NOT_A_READ,
                    CONFIG_REWRITE,
                    ACL_SAVE,
                    ACL_LOAD,
                    REPLICAOF,
                    SLAVEOF,
                    FAILOVER,
                    PSYNC,
                    SYNC,
                    REPLCONF,
                    SHUTDOWN ->
                    REFUSED;
        };
    }

    /** What a command is among what is under way on a shared connection; null if it may not go. */
    static @Nullable Tag shared(CommandSpec spec) {
        return of(spec) == SHARED ? tag(spec) : null;
    }

    /** Whether Redis queues such a command inside a transaction, or ends it with it. */
    boolean ofTransaction() {
        return this != QUIT && this != HANG_UP && this != REFUSED && this != NOT_LISTED;
    }

    /** What a command that waits for something to happen is among what is under way. */
    static Tag blocking(CommandSpec spec) {
        return tag(spec) == Tag.READ ? Tag.BLOCKING_READ : Tag.BLOCKING_WRITE;
    }

    /** By what running the command may do. */
    static Tag tag(CommandSpec spec) {
        return switch (spec.nature()) {
            case READ -> Tag.READ;
            case WRITE -> Tag.WRITE;
            case OPAQUE -> Tag.OPAQUE;
            case OPAQUE_READ -> Tag.OPAQUE_READ;
        };
    }
}

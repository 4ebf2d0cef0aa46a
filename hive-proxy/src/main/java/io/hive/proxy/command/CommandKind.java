package io.hive.proxy.command;

/** The commands that a relay must know, told by name and, where it decides, by subcommand. */
public enum CommandKind {
    /** Every command that means nothing special to a relay. */
    OTHER,
    /**
     * A name with a NUL in it. Redis compares names as C strings after hashing the whole, so that
     * it may take such a name for the part before the NUL.
     */
    NUL_IN_NAME,
    /** Only in a table for reads: may change something. */
    NOT_A_READ,
    /** Only in a table for reads: not known, so that nobody can say what it may change. */
    NOT_LISTED,
    /** Only in a table for reads: a script, which has a form that may only read. */
    SCRIPT,

    AUTH("AUTH"),
    HELLO("HELLO"),
    SELECT("SELECT"),
    RESET("RESET"),
    QUIT("QUIT"),
    PING("PING"),
    ECHO("ECHO"),
    /** How an HTTP request starts; Redis closes the connection. */
    HTTP_POST("POST"),
    /** A header of an HTTP request; Redis closes the connection. */
    HTTP_HOST("HOST:"),

    MULTI("MULTI"),
    EXEC("EXEC"),
    DISCARD("DISCARD"),
    WATCH("WATCH"),
    UNWATCH("UNWATCH"),

    SUBSCRIBE("SUBSCRIBE"),
    PSUBSCRIBE("PSUBSCRIBE"),
    SSUBSCRIBE("SSUBSCRIBE"),
    UNSUBSCRIBE("UNSUBSCRIBE"),
    PUNSUBSCRIBE("PUNSUBSCRIBE"),
    SUNSUBSCRIBE("SUNSUBSCRIBE"),
    MONITOR("MONITOR"),

    /** Blocks where {@code BLOCK} is among its words. */
    XREAD("XREAD"),
    /** Blocks where {@code BLOCK} is among its words. */
    XREADGROUP("XREADGROUP"),
    WAIT("WAIT"),
    WAITAOF("WAITAOF"),

    SCAN("SCAN"),
    SSCAN("SSCAN"),
    HSCAN("HSCAN"),
    ZSCAN("ZSCAN"),

    CLIENT_ID("CLIENT", "ID"),
    CLIENT_INFO("CLIENT", "INFO"),
    CLIENT_LIST("CLIENT", "LIST"),
    CLIENT_KILL("CLIENT", "KILL"),
    CLIENT_UNBLOCK("CLIENT", "UNBLOCK"),
    CLIENT_GETNAME("CLIENT", "GETNAME"),
    CLIENT_SETNAME("CLIENT", "SETNAME"),
    CLIENT_SETINFO("CLIENT", "SETINFO"),
    CLIENT_REPLY("CLIENT", "REPLY"),
    CLIENT_TRACKING("CLIENT", "TRACKING"),
    CLIENT_TRACKINGINFO("CLIENT", "TRACKINGINFO"),
    CLIENT_GETREDIR("CLIENT", "GETREDIR"),
    CLIENT_CACHING("CLIENT", "CACHING"),
    CLIENT_NO_EVICT("CLIENT", "NO-EVICT"),
    CLIENT_NO_TOUCH("CLIENT", "NO-TOUCH"),
    /** Valkey 8: what this connection's client is able to do. */
    CLIENT_CAPA("CLIENT", "CAPA"),
    /** Valkey 8.1: says that this connection imports data. */
    CLIENT_IMPORT_SOURCE("CLIENT", "IMPORT-SOURCE"),
    /** Asks to be told when the other side is about to go away. */
    CLIENT_MAINT_NOTIFICATIONS("CLIENT", "MAINT_NOTIFICATIONS"),
    SCRIPT_DEBUG("SCRIPT", "DEBUG"),
    DEBUG("DEBUG"),
    REPLCONF("REPLCONF"),
    READONLY("READONLY"),
    READWRITE("READWRITE"),
    ASKING("ASKING"),

    CONFIG_REWRITE("CONFIG", "REWRITE"),
    ACL_SAVE("ACL", "SAVE"),
    ACL_LOAD("ACL", "LOAD"),
    REPLICAOF("REPLICAOF"),
    SLAVEOF("SLAVEOF"),
    FAILOVER("FAILOVER"),
    PSYNC("PSYNC"),
    SYNC("SYNC"),
    SHUTDOWN("SHUTDOWN");

    private final String text;

    CommandKind() {
        this.text = "";
    }

    CommandKind(String name) {
        this.text = name;
    }

    CommandKind(String name, String subcommand) {
        this.text = name + " " + subcommand;
    }

    /** The command in upper case, as a person writes it; empty for kinds that are no command's. */
    @Override
    public String toString() {
        return text;
    }
}

package io.hive.proxy.resp;

/** The commands that a relay must know, told by name and, where it decides, by subcommand. */
public enum Command {
    /** Every command that means nothing to a relay. */
    OTHER,
    /**
     * A name with a NUL in it. Redis compares names as C strings after hashing the whole, so that
     * it may take such a name for the part before the NUL.
     */
    NUL_IN_NAME,

    AUTH("AUTH"),
    HELLO("HELLO"),
    SELECT("SELECT"),
    RESET("RESET"),
    QUIT("QUIT"),
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

    CLIENT_SETINFO("CLIENT", "SETINFO"),
    CLIENT_SETNAME("CLIENT", "SETNAME"),
    CLIENT_REPLY("CLIENT", "REPLY"),
    CLIENT_TRACKING("CLIENT", "TRACKING"),
    CLIENT_CACHING("CLIENT", "CACHING"),
    CLIENT_NO_EVICT("CLIENT", "NO-EVICT"),
    CLIENT_NO_TOUCH("CLIENT", "NO-TOUCH"),
    SCRIPT_DEBUG("SCRIPT", "DEBUG"),
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

    private final String name;
    private final String subcommand;

    Command() {
        this("", "");
    }

    Command(String name) {
        this(name, "");
    }

    Command(String name, String subcommand) {
        this.name = name;
        this.subcommand = subcommand;
    }

    String word() {
        return name;
    }

    String subcommand() {
        return subcommand;
    }

    /** The command as a person writes it. */
    @Override
    public String toString() {
        return subcommand.isEmpty() ? name : name + " " + subcommand;
    }
}

package io.hive.proxy.relay;

/** Where the answer to a command comes from: the master, or Hive itself, with one of its errors. */
enum Answer {
    /** One reply of the master. */
    FROM_MASTER(""),
    /** All that the master sends from here on: replies can no longer be told from messages. */
    STREAM(""),

    NO_MASTER("-NOMASTER no master within the park timeout, the command did not run"),
    OVERLOADED("-OVERLOADED too much is waiting for a master, the command did not run"),
    UNKNOWN_OUTCOME(
            "-UNKNOWNOUTCOME the master was lost with this command under way, it may have run"),
    NOT_RUN(
            "-NOTRUN the master was lost with an earlier command of this connection under way or"
                    + " with this one half sent, this one did not run"),
    /** The last answer of a connection; its text is the session's. */
    MALFORMED(""),

    REFUSED_CONFIG_REWRITE(
            "-REFUSED CONFIG REWRITE would drop what keeps a restarted Redis from being an empty"
                    + " master, change the server's own configuration instead"),
    REFUSED_ACL_FILE(
            "-REFUSED ACL SAVE and ACL LOAD would write out or remove the hive's replication user"),
    REFUSED_REPLICAOF("-REFUSED REPLICAOF and SLAVEOF are the hive's own, it decides who leads"),
    REFUSED_FAILOVER("-REFUSED FAILOVER is the hive's own, use hive handoff"),
    REFUSED_SYNC("-REFUSED PSYNC and SYNC are for replicas, which follow the master directly"),
    REFUSED_SHUTDOWN("-REFUSED SHUTDOWN would stop the master, stop its pod instead"),
    REFUSED_NAME("-REFUSED a command name with a NUL in it may hide another command");

    private final String line;

    Answer(String text) {
        line = text + "\r\n";
    }

    /** Whether Hive answers, and not the master. */
    boolean ours() {
        return this != FROM_MASTER && this != STREAM;
    }

    /** The error as it goes to a client, with its line end. */
    String line() {
        return line;
    }
}

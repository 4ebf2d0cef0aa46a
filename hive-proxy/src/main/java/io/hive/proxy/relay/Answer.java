package io.hive.proxy.relay;

import java.nio.charset.StandardCharsets;

/** What Hive itself says to a client. */
enum Answer {
    OK("+OK"),
    QUEUED("+QUEUED"),
    /** To an EXEC of a transaction that lost its master before it was executed. */
    ABORTED("-EXECABORT Transaction discarded because the master was lost, nothing of it ran"),
    /** To an EXEC of a transaction in which Hive refused a command. */
    ABORTED_BY_REFUSAL("-EXECABORT Transaction discarded because of previous errors."),
    /** To what would break the reply of EXEC. */
    NOT_IN_TRANSACTION("-ERR this command is not allowed inside a transaction"),

    NO_MASTER("-NOMASTER no master within the park timeout, the command did not run"),
    OVERLOADED("-OVERLOADED too much is waiting for a master, the command did not run"),
    UNKNOWN_OUTCOME(
            "-UNKNOWNOUTCOME the master was lost with this command under way, it may have run"),
    NOT_RUN(
            "-NOTRUN the master was lost with an earlier command of this connection under way or"
                    + " with this one half sent, this one did not run"),
    NO_ACK(
            "-NOACK the command ran on the master, too few replicas confirmed it in time, it may be"
                    + " lost"),
    STALE_CURSOR(
            "-STALECURSOR another Redis issued this cursor, the master has changed since, scan"
                    + " again from 0"),

    NOT_WITH_RESP2(
            "-ERR maintenance notifications are pushes, which need RESP3: send HELLO 3 first"),
    NO_SUCH_NOTIFICATIONS(
            "-ERR syntax error, expected CLIENT MAINT_NOTIFICATIONS ON [moving-endpoint-type"
                    + " internal-ip | internal-fqdn | external-ip | external-fqdn | none], or OFF"),

    /** As Redis says it, to what may change something on a port for reads. */
    READ_ONLY("-READONLY You can't write against a read only replica."),
    NOT_LISTED(
            "-ERR unknown command, or one that is not known to change nothing, on a port for"
                    + " reads"),

    REFUSED_CONFIG_REWRITE(
            "-REFUSED CONFIG REWRITE would drop what keeps a restarted Redis from being an empty"
                    + " master, change the server's own configuration instead"),
    REFUSED_ACL_FILE(
            "-REFUSED ACL SAVE and ACL LOAD would write out or remove the hive's replication user"),
    REFUSED_REPLICAOF("-REFUSED REPLICAOF and SLAVEOF are the hive's own, it decides who leads"),
    REFUSED_FAILOVER("-REFUSED FAILOVER is the hive's own, use hive handoff"),
    REFUSED_SYNC(
            "-REFUSED PSYNC, SYNC and REPLCONF are for replicas, which follow the master directly"),
    REFUSED_SHUTDOWN("-REFUSED SHUTDOWN would stop the master, stop its pod instead"),
    REFUSED_NAME("-REFUSED a command name with a NUL in it may hide another command");

    private final String line;

    Answer(String text) {
        line = text + "\r\n";
    }

    /** The reply as it goes to a client, with its line end. */
    byte[] line() {
        return line.getBytes(StandardCharsets.US_ASCII);
    }
}

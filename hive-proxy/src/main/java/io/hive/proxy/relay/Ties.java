package io.hive.proxy.relay;

import io.hive.proxy.resp.Command;

/**
 * What ties a session to one connection to Redis: state that a new connection would not have.
 *
 * <p>Judged by what was sent, not by whether Redis took it, so that it errs towards tied. Only a
 * transaction ends again: a WATCH may outlive an EXEC that was answered with an error.
 */
final class Ties {
    private enum Transaction {
        UNTOUCHED,
        BEGUN,
        ENDED
    }

    private String lasting = "";
    private boolean leaving;
    private Transaction transaction = Transaction.UNTOUCHED;

    /** Whether Redis was asked to close the connection. */
    boolean leaving() {
        return leaving;
    }

    /** Why the session cannot go on over another connection, or an empty text if it can. */
    String reason() {
        if (!lasting.isEmpty()) {
            return lasting;
        }
        return transaction == Transaction.BEGUN ? "MULTI" : "";
    }

    /**
     * Notes a command on its way to Redis.
     *
     * @param alone whether it is known to have no arguments; with some, MULTI and EXEC are errors
     */
    void note(Command command, boolean alone) {
        switch (command) {
            case OTHER, UNWATCH, CLIENT_SETINFO -> {}
            case MULTI -> transaction = Transaction.BEGUN;
            case EXEC, DISCARD -> {
                if (alone) {
                    transaction = Transaction.ENDED;
                }
            }
            case QUIT, HTTP_POST, HTTP_HOST -> {
                leaving = true;
                last(command.toString());
            }
            case AUTH,
                    HELLO,
                    SELECT,
                    RESET,
                    WATCH,
                    CLIENT_SETNAME,
                    CLIENT_REPLY,
                    CLIENT_TRACKING,
                    CLIENT_CACHING,
                    CLIENT_NO_EVICT,
                    CLIENT_NO_TOUCH,
                    SCRIPT_DEBUG,
                    REPLCONF,
                    READONLY,
                    READWRITE,
                    ASKING,
                    SUBSCRIBE,
                    PSUBSCRIBE,
                    SSUBSCRIBE,
                    UNSUBSCRIBE,
                    PUNSUBSCRIBE,
                    SUNSUBSCRIBE,
                    MONITOR ->
                    last(command.toString());
            case CONFIG_REWRITE,
                    ACL_SAVE,
                    ACL_LOAD,
                    REPLICAOF,
                    SLAVEOF,
                    FAILOVER,
                    PSYNC,
                    SYNC,
                    SHUTDOWN,
                    NUL_IN_NAME ->
                    throw new IllegalStateException(command + " is refused, never sent");
        }
    }

    /** Adds what another noted after this, and clears the other. */
    void takeAll(Ties later) {
        if (!later.lasting.isEmpty()) {
            last(later.lasting);
        }
        if (later.transaction != Transaction.UNTOUCHED) {
            transaction = later.transaction;
        }
        leaving |= later.leaving;
        later.clear();
    }

    void clear() {
        lasting = "";
        leaving = false;
        transaction = Transaction.UNTOUCHED;
    }

    private void last(String what) {
        if (lasting.isEmpty()) {
            lasting = what;
        }
    }
}

package io.hive.proxy.metrics;

/** Kinds of commands that are counted apart: what they are to the relay, not their names. */
public enum CommandClass {
    READ,
    WRITE,
    /** Lua and functions, which can do anything. */
    SCRIPT,
    /** Those with a cursor. */
    SCAN,
    /** Those that wait for something to happen. */
    BLOCKING,
    /** From MULTI to EXEC, and WATCH. */
    TRANSACTION,
    /** Messages: SUBSCRIBE and its kin. */
    SUBSCRIPTION,
    /** About the user, the database, the protocol, the name, or the connection itself. */
    CONNECTION,
    /** Larger than what is kept. */
    LARGE,
    /** None that Redis has named. */
    UNKNOWN,
    /** Hive's own, to set a connection up or to ask for replicas. */
    HIVE
}

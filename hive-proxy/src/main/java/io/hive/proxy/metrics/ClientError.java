package io.hive.proxy.metrics;

/** The errors that Hive itself gives to clients; the names are the codes that clients see. */
public enum ClientError {
    NOMASTER,
    OVERLOADED,
    UNKNOWNOUTCOME,
    NOTRUN,
    NOACK,
    NOREPLICAS,
    STALECURSOR,
    REFUSED,
    READONLY
}

package io.hive.proxy.metrics;

import java.util.OptionalDouble;

/** What the port for reads does. Read on any thread. */
public interface ReadFacts {
    /** What serves: 0 nobody, 1 the local replica, 2 another replica, 3 the master. */
    int source();

    /** For how long who serves is not known to have had all that the master had. */
    OptionalDouble lagSeconds();

    /** How often another Redis was chosen; only grows. */
    long moves();

    /** Clients that are connected. */
    int clients();

    /** Clients that have connected; only grows. */
    long accepted();

    /** Sessions that wait for somebody to serve. */
    long parked();

    /** Commands received from clients; only grows. */
    long commands();

    /** Bytes received from clients; only grows. */
    long receivedBytes();

    /** Bytes sent to clients; only grows. */
    long sentBytes();

    /** Commands answered with {@code READONLY}; only grows. */
    long writesRefused();
}

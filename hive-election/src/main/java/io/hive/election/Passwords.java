package io.hive.election;

/**
 * Where the password of a new replication user comes from: the one thing random that an election
 * needs, drawn outside of it.
 */
@FunctionalInterface
public interface Passwords {
    /** A password that nobody can guess, another at each call; printable, without spaces. */
    String next();
}

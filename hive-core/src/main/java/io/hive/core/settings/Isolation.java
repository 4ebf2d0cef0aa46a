package io.hive.core.settings;

/** What a node does when neither discovery nor a peer answers (election rule 13). */
public enum Isolation {
    /** It stops serving. */
    FENCE,
    /** It goes on. */
    SERVE
}

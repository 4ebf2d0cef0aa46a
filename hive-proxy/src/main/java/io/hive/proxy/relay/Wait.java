package io.hive.proxy.relay;

/** Why nothing of a session is dealt with now. */
enum Wait {
    /** Nothing: the command was dealt with, go on. */
    NONE,
    /** The client has sent no whole command. */
    INPUT,
    /** There is no master, or no connection to it yet. */
    MASTER,
    /** What is under way has to be answered first. */
    REPLIES,
    /** The client does not take its replies, or Redis not its commands. */
    ROOM
}

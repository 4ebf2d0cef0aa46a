package io.hive.core.settings;

/** Which kind of sockets to use. */
public enum SocketKind {
    /** The best that the machine has. */
    AUTO,
    EPOLL,
    IO_URING,
    NIO
}

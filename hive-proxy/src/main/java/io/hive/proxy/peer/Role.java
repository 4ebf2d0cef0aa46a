package io.hive.proxy.peer;

/** Which end of a connection one is. The codes go into every proof, so that none can be echoed. */
enum Role {
    DIALER(1),
    ACCEPTOR(2);

    private final int code;

    Role(int code) {
        this.code = code;
    }

    byte code() {
        return (byte) code;
    }

    Role other() {
        return this == DIALER ? ACCEPTOR : DIALER;
    }
}

package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What Redis says when it did not run a command (relay rule 1). */
enum Refusal {
    /**
     * It is a replica, loads its data, or has lost its master: it is not the master that it was.
     */
    NOT_MASTER,
    /** It has too few replicas to take writes. */
    NO_REPLICAS,
    /** It became a replica while a command waited; it closes the connection. */
    UNBLOCKED,
    /** A transaction was dropped since it is a replica now. */
    ABORTED,
    NONE;

    private static final int LOOK = 256;

    /** What an error reply says; it is not moved. */
    static Refusal of(ByteBuf reply) {
        int length = Math.min(LOOK, reply.readableBytes());
        byte[] start = new byte[length];
        reply.getBytes(reply.readerIndex(), start);
        if (starts(start, "-READONLY ")
                || starts(start, "-LOADING ")
                || starts(start, "-MASTERDOWN ")) {
            return NOT_MASTER;
        }
        if (starts(start, "-NOREPLICAS ")) {
            return NO_REPLICAS;
        }
        if (starts(start, "-UNBLOCKED force")) {
            return UNBLOCKED;
        }
        if (starts(start, "-EXECABORT ")) {
            String text = new String(start, StandardCharsets.ISO_8859_1);
            boolean role =
                    text.contains(": READONLY ")
                            || text.contains(": LOADING ")
                            || text.contains(": MASTERDOWN ");
            return role ? ABORTED : NONE;
        }
        return NONE;
    }

    /** Whether an error reply says that there is no such command; it is not moved. */
    static boolean noSuchCommand(ByteBuf reply) {
        byte[] start = new byte[Math.min(LOOK, reply.readableBytes())];
        reply.getBytes(reply.readerIndex(), start);
        return starts(start, "-ERR unknown command") || starts(start, "-ERR unknown subcommand");
    }

    static boolean starts(byte[] reply, String prefix) {
        if (reply.length < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (reply[i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}

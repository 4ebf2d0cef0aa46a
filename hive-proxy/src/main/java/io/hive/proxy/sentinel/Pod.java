package io.hive.proxy.sentinel;

import io.hive.core.node.IpAddress;
import io.hive.core.node.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A member as a client is to see it: where to connect to, and in what condition it is.
 *
 * @param node which member
 * @param port where clients of its role connect to: its relay
 * @param up whether its sidecar is heard
 * @param inSync whether its Redis has, or applies, what the master writes
 * @param offset how far its Redis has come
 * @param priority {@code replica-priority}
 * @param heardMillis how long ago it was heard
 */
public record Pod(
        NodeId node,
        int port,
        boolean up,
        boolean inSync,
        long offset,
        int priority,
        long heardMillis) {
    IpAddress address() {
        return node.address();
    }

    /** As sentinels write it: address, a blank, port. */
    String place() {
        return address() + " " + port;
    }

    /** As sentinels name a replica. */
    String name() {
        return address() + ":" + port;
    }

    /** 40 hexadecimal digits that stay the same for as long as the member's address does. */
    String id() {
        return id(node);
    }

    static String id(NodeId node) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return HexFormat.of()
                    .formatHex(digest.digest(node.toString().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}

package io.hive.proxy.peer;

import io.hive.core.message.PeerMessage;
import io.hive.core.node.Member;

/**
 * Hears of the peers. Called on the mesh's event loop, which carries clients, too: it must hand
 * over and return at once.
 *
 * <p>Per node the calls are: connected, then any number of messages in the order in which they were
 * sent, then disconnected; then, perhaps as another member, connected again.
 */
public interface PeerListener {
    /** A peer has proved who it is, and can be sent to. */
    void connected(Member peer);

    /** A peer said something. */
    void received(Member peer, PeerMessage message);

    /**
     * The connection is gone; nothing more comes from it.
     *
     * @param reason one line, for the log
     */
    void disconnected(Member peer, String reason);
}

package io.hive.proxy.peer;

import io.hive.core.message.PeerMessage;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The established connection to each node, and what the listener is told of it. Changed on the
 * event loop only; read by any thread.
 */
final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(PeerMesh.class);

    private final Map<NodeId, PeerConnection> byNode = new ConcurrentHashMap<>();
    private final PeerListener listener;
    private final Counters counters;
    private final long staleNanos;

    /**
     * @param staleNanos a connection that was silent for this long gives way to a new one
     */
    Links(PeerListener listener, Counters counters, long staleNanos) {
        this.listener = listener;
        this.counters = counters;
        this.staleNanos = staleNanos;
    }

    @Nullable PeerConnection to(NodeId node) {
        return byNode.get(node);
    }

    int size() {
        return byNode.size();
    }

    List<PeerConnection> all() {
        return List.copyOf(byNode.values());
    }

    /**
     * Whether a proved connection is to take the place that there is for its node. A peer in
     * another life always does: its former one is over. The same one does where the connection that
     * is there has fallen silent, since a peer does not dial whom it is connected to.
     */
    boolean admits(PeerConnection candidate) {
        PeerConnection present = byNode.get(candidate.peer().node());
        return present == null
                || !present.peer().equals(candidate.peer())
                || present.silentNanos(System.nanoTime()) > staleNanos;
    }

    void opened(PeerConnection connection) {
        Member peer = connection.peer();
        PeerConnection present = byNode.get(peer.node());
        if (present != null) {
            present.end(
                    present.peer().equals(peer)
                            ? "the peer connected anew"
                            : "the peer restarted, its new boot is " + peer.boot());
        }
        byNode.put(peer.node(), connection);
        counters.connections.increment();
        LOG.info(
                "peer {} connected: {} {}",
                peer,
                connection.role() == Role.DIALER ? "dialled at" : "came from",
                connection.remote());
        tell(() -> listener.connected(peer));
    }

    void received(PeerConnection connection, PeerMessage message) {
        counters.received.increment();
        tell(() -> listener.received(connection.peer(), message));
    }

    /** Whether it was established. */
    boolean ended(PeerConnection connection, String reason) {
        boolean was = byNode.values().remove(connection);
        if (was) {
            counters.disconnections.increment();
            LOG.info(
                    "peer {} disconnected: {}; it was connected for {} ms",
                    connection.peer(),
                    reason,
                    connection.openNanos(System.nanoTime()) / 1_000_000);
            tell(() -> listener.disconnected(connection.peer(), reason));
        }
        return was;
    }

    /**
     * A listener's defect must not take the connection, or the event loop's other work, with it.
     */
    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("a listener of the peers failed", e);
        }
    }
}

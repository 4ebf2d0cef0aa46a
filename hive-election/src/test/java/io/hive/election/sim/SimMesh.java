package io.hive.election.sim;

import io.hive.core.message.PeerMessage;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.election.Input;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One sidecar's connections to its peers. */
final class SimMesh {
    /** How long a connection may stall or be silent before it is given up. */
    private static final long PATIENCE = 3 * SimTime.SECOND;

    private static final long RETRY = 250 * SimTime.MILLI;

    private static final double DROPPED = 0.3;

    /** One peer that has said who it is. */
    private static final class Link {
        private final Member member;
        private final SimConnection connection;
        private final long sinceNanos;
        private long heardNanos;

        Link(Member member, SimConnection connection, long now) {
            this.member = member;
            this.connection = connection;
            this.sinceNanos = now;
            this.heardNanos = now;
        }

        Member member() {
            return member;
        }

        SimConnection connection() {
            return connection;
        }

        long silentNanos(long now) {
            return now - heardNanos;
        }
    }

    private final SimNode self;
    private final SimHive hive;
    private final Map<NodeId, Link> links = new TreeMap<>();
    private final Map<NodeId, Long> missingSince = new TreeMap<>();
    private final Set<NodeId> dialing = new HashSet<>();
    private final Set<SimConnection> sockets = new LinkedHashSet<>();
    private int dropping;
    private long droppedUntil = Long.MIN_VALUE / 2;
    private Set<NodeId> known = new TreeSet<>();

    SimMesh(SimNode self, SimHive hive) {
        this.self = self;
        this.hive = hive;
    }

    void start() {
        dialMissing();
    }

    /** Discovery named these. */
    void know(Collection<NodeId> nodes) {
        known = new TreeSet<>(nodes);
        known.remove(self.node());
    }

    void send(NodeId to, PeerMessage message) {
        Link link = links.get(to);
        if (link != null && !(dropping > 0 && self.random().chance(DROPPED))) {
            SimPod there = hive.podOf(to);
            link.connection()
                    .send(
                            self.pod().index,
                            () -> {
                                SimNode receiver = there == null ? null : there.sidecar;
                                if (receiver != null) {
                                    receiver.mesh()
                                            .arrived(self.node(), link.connection(), message);
                                }
                            });
        }
    }

    /** Whether it has sent what it was to send for at least this long. */
    boolean droppedNothingFor(long nanos) {
        return dropping == 0 && hive.scheduler().now() - droppedUntil >= nanos;
    }

    /** Its queues are full at times: what does not fit is dropped, the connections stand. */
    void drop(boolean begins) {
        dropping += begins ? 1 : -1;
        droppedUntil = hive.scheduler().now();
    }

    /** The sidecar's process ended: its connections close. */
    void close(boolean vanished) {
        for (SimConnection socket : sockets) {
            if (vanished) {
                socket.vanish(self.pod().index);
            } else {
                socket.close(self.pod().index, "peer's process ended");
            }
        }
        sockets.clear();
        links.clear();
    }

    /** Since when this connection to that life of a peer stands here; null without one. */
    @Nullable Long connectedSince(Member member) {
        Link link = links.get(member.node());
        return link == null || !link.member().equals(member) ? null : link.sinceNanos;
    }

    /** The peers that are connected here. */
    List<NodeId> connected() {
        return List.copyOf(links.keySet());
    }

    private void dialMissing() {
        if (self.stopped()) {
            return;
        }
        if (!self.frozen()) {
            dropSilent();
            for (NodeId node : known) {
                dialIfMissing(node);
            }
        }
        long jitter = self.random().between(0, hive.fixedTimes() ? 0 : RETRY / 4);
        hive.scheduler().after(RETRY + jitter, this::dialMissing);
    }

    private void dropSilent() {
        for (Link link : List.copyOf(links.values())) {
            if (link.silentNanos(hive.scheduler().now()) > PATIENCE) {
                link.connection().close(self.pod().index, "nothing came");
                lost(link.connection(), "nothing came for 3 s");
            }
        }
    }

    private void dialIfMissing(NodeId node) {
        if (links.containsKey(node)) {
            missingSince.remove(node);
            return;
        }
        long since = missingSince.computeIfAbsent(node, n -> hive.scheduler().now());
        // The lower one dials; the other one only where that does not happen.
        boolean mine = self.node().compareTo(node) < 0;
        boolean overdue = hive.scheduler().now() - since > SimTime.SECOND;
        SimPod there = hive.podOf(node);
        if ((mine || overdue) && there != null && dialing.add(node)) {
            dial(there);
        }
    }

    private void dial(SimPod there) {
        hive.network()
                .dial(
                        self.pod().index,
                        there.index,
                        PATIENCE,
                        connection -> accepted(there, connection),
                        new SimNetwork.Dialer() {
                            @Override
                            public void connected(SimConnection connection) {
                                if (self.stopped()) {
                                    connection.close(self.pod().index, "process ended");
                                    return;
                                }
                                sockets.add(connection);
                                sayHello(connection, there);
                            }

                            @Override
                            public void lost(String reason) {
                                dialing.remove(there.node);
                                sockets.removeIf(socket -> !socket.open(self.pod().index));
                                self.whenAwake(() -> lostAny(there.node, reason));
                            }
                        });
    }

    /** A connection that has not said hello belongs to nobody: its loss means nothing. */
    private static @Nullable Consumer<String> accepted(SimPod there, SimConnection connection) {
        SimNode acceptor = there.sidecar;
        if (acceptor == null) {
            return null;
        }
        acceptor.mesh().sockets.add(connection);
        return reason -> acceptor.whenAwake(() -> acceptor.mesh().lost(connection, reason));
    }

    private void sayHello(SimConnection connection, SimPod there) {
        Member me = self.member();
        connection.send(
                self.pod().index,
                () -> {
                    SimNode acceptor = there.sidecar;
                    if (acceptor == null) {
                        connection.close(there.index, "no process");
                    } else {
                        acceptor.whenAwake(() -> acceptor.mesh().greeted(me, connection, self));
                    }
                });
    }

    /** The other end dialed and said who it is. */
    private void greeted(Member dialer, SimConnection connection, SimNode there) {
        if (!connection.open(self.pod().index)) {
            return;
        }
        boolean decides = self.node().compareTo(dialer.node()) < 0;
        if (decides && !admits(dialer)) {
            connection.close(self.pod().index, "one connection is enough");
            return;
        }
        // the answer goes first, so that the other end knows who sends what follows it
        Member me = self.member();
        connection.send(
                self.pod().index,
                () -> there.whenAwake(() -> there.mesh().answered(me, connection, self)));
        if (decides) {
            register(dialer, connection);
        }
    }

    /** Who was dialed said who it is; where it is the smaller one, it has decided already. */
    private void answered(Member acceptor, SimConnection connection, SimNode there) {
        dialing.remove(acceptor.node());
        if (self.stopped() || !connection.open(self.pod().index)) {
            return;
        }
        if (acceptor.node().compareTo(self.node()) < 0) {
            register(acceptor, connection);
        } else if (admits(acceptor)) {
            Member me = self.member();
            connection.send(
                    self.pod().index,
                    () -> there.whenAwake(() -> there.mesh().told(me, connection)));
            register(acceptor, connection);
        } else {
            connection.close(self.pod().index, "one connection is enough");
        }
    }

    /** The dialer, the smaller one, has decided for this connection. */
    private void told(Member dialer, SimConnection connection) {
        if (!self.stopped() && connection.open(self.pod().index)) {
            register(dialer, connection);
        }
    }

    /**
     * The smaller one decides: another life of the peer takes the place of the former, the same one
     * where the connection that is there has fallen silent.
     */
    private boolean admits(Member peer) {
        Link old = links.get(peer.node());
        return old == null
                || !old.member().equals(peer)
                || old.silentNanos(hive.scheduler().now()) > hive.settings().peerTimeoutNanos();
    }

    private void register(Member peer, SimConnection connection) {
        Link old = links.remove(peer.node());
        if (old != null) {
            old.connection().close(self.pod().index, "replaced");
            self.input(new Input.PeerDisconnected(old.member(), "replaced by a new connection"));
        }
        links.put(peer.node(), new Link(peer, connection, hive.scheduler().now()));
        missingSince.remove(peer.node());
        self.input(new Input.PeerConnected(peer));
    }

    private void arrived(NodeId from, SimConnection connection, PeerMessage message) {
        self.whenAwake(() -> {
            Link link = links.get(from);
            if (link != null && link.connection() == connection) {
                link.heardNanos = hive.scheduler().now();
                self.input(new Input.Received(link.member(), message));
            }
        });
    }

    private void lostAny(NodeId node, String reason) {
        Link link = links.get(node);
        if (link != null && !link.connection().open(self.pod().index)) {
            lost(link.connection(), reason);
        }
    }

    private void lost(SimConnection connection, String reason) {
        sockets.remove(connection);
        for (Link link : List.copyOf(links.values())) {
            if (link.connection() == connection) {
                links.remove(link.member().node());
                self.input(new Input.PeerDisconnected(link.member(), reason));
            }
        }
    }
}

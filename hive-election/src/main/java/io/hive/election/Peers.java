package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.message.PeerMessage.Heartbeat;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who else there is. Discovery hints, a connection proves; nobody is remembered beyond both, so
 * that pods may come back under any address.
 */
final class Peers {
    private final Member self;
    private final long timeoutNanos;
    private final SortedMap<NodeId, Peer> connected = new TreeMap<>();
    private @Nullable SortedSet<NodeId> discovered;

    Peers(Member self, long timeoutNanos) {
        this.self = self;
        this.timeoutNanos = timeoutNanos;
    }

    /** One connected peer. */
    static final class Peer {
        private final Member member;
        private long heardNanos;
        private @Nullable Heartbeat heartbeat;
        private @Nullable Leadership announced;

        /** A leadership that it has said it ended: an older heartbeat of its says nothing. */
        private @Nullable Leadership ended;

        private Peer(Member member, long heardNanos) {
            this.member = member;
            this.heardNanos = heardNanos;
        }

        NodeId node() {
            return member.node();
        }

        Member member() {
            return member;
        }

        @Nullable Heartbeat heartbeat() {
            return heartbeat;
        }

        @Nullable Standing standing() {
            return heartbeat == null ? null : heartbeat.standing();
        }

        /** Whom it leads or follows, as far as it said. */
        @Nullable Leadership leadership() {
            Leadership said =
                    announced != null
                            ? announced
                            : heartbeat == null ? null : heartbeat.leadership();
            return said == null || said.equals(ended) ? null : said;
        }

        /** Whether it says of itself that it leads, and this very leadership. */
        boolean leads(Leadership leadership) {
            return member.equals(leadership.leader()) && leadership.equals(leadership());
        }

        /** Whether it says that it leads at all. */
        boolean leads() {
            Leadership theirs = leadership();
            return theirs != null && theirs.leader().equals(member);
        }

        /** Whether it says that it hears the leader that it follows. */
        boolean vouches() {
            Leadership theirs = leadership();
            return theirs != null
                    && (leads()
                            || (heartbeat != null
                                    && heartbeat.hears().contains(theirs.leader().node())));
        }

        /** Whether its dataset may hold what it has not told. */
        boolean untold() {
            Standing standing = standing();
            return standing == null || standing.holding() instanceof Holding.Untold;
        }

        NodeState state() {
            return heartbeat == null ? NodeState.NOT_READY : heartbeat.state();
        }
    }

    void discovered(Set<NodeId> nodes) {
        discovered = new TreeSet<>(nodes);
    }

    /** Whether discovery has ever answered. */
    boolean everDiscovered() {
        return discovered != null;
    }

    /** What discovery last named, itself left out; empty before it answered. */
    SortedSet<NodeId> others() {
        SortedSet<NodeId> others = discovered == null ? new TreeSet<>() : new TreeSet<>(discovered);
        others.remove(self.node());
        return others;
    }

    void connected(Member member, long now) {
        connected.put(member.node(), new Peer(member, now));
    }

    /** In which life a node is connected, or null. */
    @Nullable Member life(NodeId node) {
        Peer peer = connected.get(node);
        return peer == null ? null : peer.member;
    }

    /** Returns whether this was the life of the node that is connected. */
    boolean disconnected(Member member) {
        Peer peer = connected.get(member.node());
        if (peer == null || !peer.member.equals(member)) {
            return false;
        }
        connected.remove(member.node());
        return true;
    }

    /** Notes that a peer was heard; null if it is not the life of the node that is connected. */
    @Nullable Peer heard(Member member, long now) {
        Peer peer = connected.get(member.node());
        if (peer == null || !peer.member.equals(member)) {
            return null;
        }
        peer.heardNanos = now;
        return peer;
    }

    void heartbeat(Peer peer, Heartbeat heartbeat) {
        peer.heartbeat = heartbeat;
        peer.announced = null;
    }

    /** Its leader has ended this leadership, and said so. */
    void ended(Leadership leadership) {
        Peer peer = connected.get(leadership.leader().node());
        if (peer != null && peer.member.equals(leadership.leader())) {
            peer.ended = leadership;
        }
    }

    /** A leader announced itself: as good as the heartbeat that follows. */
    void announced(Peer peer, Leadership leadership) {
        peer.announced = leadership;
    }

    /**
     * After this process was frozen, what was heard before is worth nothing: everyone is heard
     * afresh, and has the time to be (rule 14).
     */
    void forget(long now) {
        for (Peer peer : connected.values()) {
            peer.heardNanos = now;
            peer.heartbeat = null;
            peer.announced = null;
        }
    }

    boolean live(Peer peer, long now) {
        return now - peer.heardNanos <= timeoutNanos;
    }

    List<Peer> live(long now) {
        List<Peer> live = new ArrayList<>();
        for (Peer peer : connected.values()) {
            if (live(peer, now)) {
                live.add(peer);
            }
        }
        return live;
    }

    @Nullable Peer live(NodeId node, long now) {
        Peer peer = connected.get(node);
        return peer != null && live(peer, now) ? peer : null;
    }

    List<NodeId> hears(long now) {
        return live(now).stream().map(Peer::node).toList();
    }

    /** Addresses that discovery names and that nobody answers from. */
    List<NodeId> silent(long now) {
        return others().stream().filter(node -> live(node, now) == null).toList();
    }

    /** Whether this leadership's leader is heard here, or by a live peer that says so (rule 11). */
    boolean hearsLeader(Leadership leadership, long now) {
        for (Peer peer : live(now)) {
            if (leadership.equals(peer.leadership()) && peer.vouches() && !denied(peer, now)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the leader itself, heard here, no longer says what the peer says of it: the peer has
     * not noticed yet.
     */
    private boolean denied(Peer peer, long now) {
        Leadership theirs = peer.leadership();
        if (theirs == null) {
            return false;
        }
        Peer leader = live(theirs.leader().node(), now);
        return leader != null
                && (leader.heartbeat != null || leader.announced != null)
                && !leader.leads(theirs);
    }

    /** A live peer that leads, or hears whom it follows; null where nobody does. */
    @Nullable Peer voucher(long now) {
        for (Peer peer : live(now)) {
            if (peer.vouches() && !denied(peer, now)) {
                return peer;
            }
        }
        return null;
    }

    List<ElectionView.PeerView> view(long now) {
        SortedSet<NodeId> all = others();
        all.addAll(connected.keySet());
        List<ElectionView.PeerView> views = new ArrayList<>();
        for (NodeId node : all) {
            Peer peer = connected.get(node);
            views.add(
                    peer == null
                            ? new ElectionView.PeerView(
                                    node, false, false, NodeState.NOT_READY, null, null, null)
                            : new ElectionView.PeerView(
                                    node,
                                    true,
                                    live(peer, now),
                                    peer.state(),
                                    peer.heardNanos,
                                    peer.leadership(),
                                    peer.standing()));
        }
        return views;
    }
}

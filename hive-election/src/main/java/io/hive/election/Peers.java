package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.message.PeerMessage.Heartbeat;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
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
    private SortedSet<NodeId> others = Collections.emptySortedSet();

    /**
     * Who is live, and until when that is so if nobody else is heard or goes: a step asks many
     * times, and between two steps it seldom changes.
     */
    private List<Peer> live = List.of();

    private List<NodeId> hears = List.of();
    private long liveUntilNanos;
    private boolean liveKnown;

    /** What was shown last, or null where something has changed since. */
    private @Nullable List<ElectionView.PeerView> shown;

    Peers(Member self, long timeoutNanos) {
        this.self = self;
        this.timeoutNanos = timeoutNanos;
    }

    /** One connected peer. */
    static final class Peer {
        private final Member member;
        private long heardNanos;
        private @Nullable Heartbeat heartbeat;
        private boolean hearsMe;
        private @Nullable Leadership announced;

        /** As it was shown last, or null where it has changed since. */
        private ElectionView.@Nullable PeerView shown;

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

        /** Whether its last heartbeat said that it hears this node. */
        boolean hearsMe() {
            return hearsMe;
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
        SortedSet<NodeId> named = new TreeSet<>(nodes);
        named.remove(self.node());
        others = Collections.unmodifiableSortedSet(named);
        shown = null;
    }

    /** Whether discovery has ever answered. */
    boolean everDiscovered() {
        return discovered != null;
    }

    /** What discovery last named, itself left out; empty before it answered. */
    SortedSet<NodeId> others() {
        return others;
    }

    void connected(Member member, long now) {
        connected.put(member.node(), new Peer(member, now));
        changedLive();
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
        changedLive();
        return true;
    }

    /** Notes that a peer was heard; null if it is not the life of the node that is connected. */
    @Nullable Peer heard(Member member, long now) {
        Peer peer = connected.get(member.node());
        if (peer == null || !peer.member.equals(member)) {
            return null;
        }
        if (!live(peer, now)) {
            changedLive();
        }
        peer.heardNanos = now;
        changed(peer);
        return peer;
    }

    private void changedLive() {
        liveKnown = false;
        shown = null;
    }

    private void changed(Peer peer) {
        peer.shown = null;
        shown = null;
    }

    void heartbeat(Peer peer, Heartbeat heartbeat) {
        peer.heartbeat = heartbeat;
        peer.hearsMe = heartbeat.hears().contains(self.node());
        peer.announced = null;
        changed(peer);
    }

    /** Its leader has ended this leadership, and said so. */
    void ended(Leadership leadership) {
        Peer peer = connected.get(leadership.leader().node());
        if (peer != null && peer.member.equals(leadership.leader())) {
            peer.ended = leadership;
            changed(peer);
        }
    }

    /** A leader announced itself: as good as the heartbeat that follows. */
    void announced(Peer peer, Leadership leadership) {
        peer.announced = leadership;
        changed(peer);
    }

    /**
     * After this process was frozen, what was heard before is worth nothing: everyone is heard
     * afresh, and has the time to be (rule 14).
     */
    void forget(long now) {
        for (Peer peer : connected.values()) {
            peer.heardNanos = now;
            peer.heartbeat = null;
            peer.hearsMe = false;
            peer.announced = null;
            changed(peer);
        }
        changedLive();
    }

    boolean live(Peer peer, long now) {
        return now - peer.heardNanos <= timeoutNanos;
    }

    /** Everyone who was heard within the timeout, in order; nobody may change the list. */
    List<Peer> live(long now) {
        if (!liveKnown || now - liveUntilNanos > 0) {
            lookWhoIsLive(now);
        }
        return live;
    }

    private void lookWhoIsLive(long now) {
        List<Peer> found = new ArrayList<>(connected.size());
        List<NodeId> nodes = new ArrayList<>(connected.size());
        long longestSilence = 0;
        for (Peer peer : connected.values()) {
            if (live(peer, now)) {
                found.add(peer);
                nodes.add(peer.node());
                longestSilence = Math.max(longestSilence, now - peer.heardNanos);
            }
        }
        live = found;
        hears = List.copyOf(nodes);
        liveUntilNanos = now + timeoutNanos - longestSilence;
        liveKnown = true;
        shown = null;
    }

    @Nullable Peer live(NodeId node, long now) {
        Peer peer = connected.get(node);
        return peer != null && live(peer, now) ? peer : null;
    }

    List<NodeId> hears(long now) {
        if (!liveKnown || now - liveUntilNanos > 0) {
            lookWhoIsLive(now);
        }
        return hears;
    }

    /** Addresses that discovery names and that nobody answers from. */
    List<NodeId> silent(long now) {
        List<NodeId> silent = new ArrayList<>();
        for (NodeId node : others) {
            if (live(node, now) == null) {
                silent.add(node);
            }
        }
        return silent;
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

    /**
     * A live peer that leads, or hears whom it follows; null where nobody does.
     *
     * @param except those who have said since that they do not
     */
    @Nullable Peer voucher(long now, Set<Member> except) {
        for (Peer peer : live(now)) {
            if (peer.vouches() && !except.contains(peer.member()) && !denied(peer, now)) {
                return peer;
            }
        }
        return null;
    }

    /** Everyone that discovery names or that is connected, in order; it is not changed later. */
    List<ElectionView.PeerView> view(long now) {
        live(now);
        List<ElectionView.PeerView> views = shown;
        if (views == null) {
            views = look(now);
            shown = views;
        }
        return views;
    }

    private List<ElectionView.PeerView> look(long now) {
        List<ElectionView.PeerView> views = new ArrayList<>();
        Iterator<NodeId> named = others.iterator();
        @Nullable NodeId next = named.hasNext() ? named.next() : null;
        for (Peer peer : connected.values()) {
            while (next != null && next.compareTo(peer.node()) <= 0) {
                if (!next.equals(peer.node())) {
                    views.add(unconnected(next));
                }
                next = named.hasNext() ? named.next() : null;
            }
            views.add(viewOf(peer, now));
        }
        while (next != null) {
            views.add(unconnected(next));
            next = named.hasNext() ? named.next() : null;
        }
        return List.copyOf(views);
    }

    private static ElectionView.PeerView unconnected(NodeId node) {
        return new ElectionView.PeerView(node, false, false, NodeState.NOT_READY, null, null, null);
    }

    private ElectionView.PeerView viewOf(Peer peer, long now) {
        ElectionView.PeerView last = peer.shown;
        boolean live = live(peer, now);
        if (last != null && last.live() == live) {
            return last;
        }
        ElectionView.PeerView view =
                new ElectionView.PeerView(
                        peer.node(),
                        true,
                        live,
                        peer.state(),
                        peer.heardNanos,
                        peer.leadership(),
                        peer.standing());
        peer.shown = view;
        return view;
    }
}

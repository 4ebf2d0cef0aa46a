package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.PeerMessage;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.proxy.demo.Await;
import java.io.Closeable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mesh that writes down what its listener is told. */
final class Node implements PeerListener, Closeable {
    private final List<Event> events = new CopyOnWriteArrayList<>();
    final Member member;
    final PeerMesh mesh;

    Node(Hive hive, Member member, PeerSettings settings) {
        this.member = member;
        this.mesh = new PeerMesh(settings, member, hive.transport, hive.loops, this);
    }

    NodeId id() {
        return member.node();
    }

    void targets(Node... others) {
        mesh.targets(Set.copyOf(Arrays.stream(others).map(Node::id).toList()));
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    /** What to say of this node where a test fails. */
    private String latest() {
        List<Event> all = events();
        return "of "
                + all.size()
                + " events the last are "
                + all.subList(Math.max(0, all.size() - 5), all.size())
                + ", "
                + mesh.counts();
    }

    /** The messages that came from this peer, in order. */
    List<PeerMessage> from(Member peer) {
        return events.stream()
                .filter(event -> event.peer().equals(peer))
                .filter(Event.Received.class::isInstance)
                .map(event -> ((Event.Received) event).message())
                .toList();
    }

    void awaitConnected(Member peer) {
        awaitEvent(new Event.Connected(peer));
    }

    void awaitDisconnected(Member peer) {
        Await.until(
                () ->
                        events.stream()
                                .anyMatch(event ->
                                        event instanceof Event.Disconnected gone
                                                && gone.peer().equals(peer)),
                () -> member + " does not lose " + peer + ": " + latest());
    }

    void awaitEvent(Event expected) {
        Await.until(
                () -> events.contains(expected),
                () -> member + " does not see " + expected + ": " + latest());
    }

    void awaitMessages(Member peer, int count) {
        Await.until(
                () -> from(peer).size() >= count,
                () ->
                        member
                                + " has "
                                + from(peer).size()
                                + " of "
                                + count
                                + " messages from "
                                + peer);
    }

    void awaitRejected(Rejection reason, long count) {
        Await.until(
                () -> mesh.counts().rejected(reason) >= count,
                () -> member + " rejects not " + count + " as " + reason + ": " + mesh.counts());
    }

    /** That per peer the calls came in the order that the listener is promised. */
    void assertOrderly() {
        List<Event> seen = events();
        for (NodeId node : seen.stream().map(event -> event.peer().node()).distinct().toList()) {
            Member present = null;
            for (Event event : seen) {
                if (!event.peer().node().equals(node)) {
                    continue;
                }
                switch (event) {
                    case Event.Connected(Member peer) -> {
                        assertThat(present).as("connected twice: %s", seen).isNull();
                        present = peer;
                    }
                    case Event.Received(Member peer, var _) ->
                            assertThat(present).as("unconnected: %s", seen).isEqualTo(peer);
                    case Event.Disconnected(Member peer, var _) -> {
                        assertThat(present).as("unconnected: %s", seen).isEqualTo(peer);
                        present = null;
                    }
                }
            }
        }
    }

    @Override
    public void connected(Member peer) {
        events.add(new Event.Connected(peer));
    }

    @Override
    public void received(Member peer, PeerMessage message) {
        events.add(new Event.Received(peer, message));
    }

    @Override
    public void disconnected(Member peer, String reason) {
        events.add(new Event.Disconnected(peer, reason));
    }

    @Override
    public void close() {
        mesh.close();
        assertOrderly();
    }
}

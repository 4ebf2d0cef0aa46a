package io.hive.proxy.peer;

import io.hive.core.message.PeerMessage;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.proxy.transport.Transport;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The nodes of one test, each on a loopback address of its own drawn at random, so that suites that
 * run at once do not meet. Ends everything that it started.
 */
final class Hive implements Closeable {
    /** Long enough that no connection of a test ends for silence. */
    static final Duration PATIENT = Duration.ofMinutes(1);

    final Transport transport;
    final MultiThreadIoEventLoopGroup loops;
    private final List<Closeable> started = new ArrayList<>();
    private final Random random = new Random();

    Hive() {
        this(Transport.best());
    }

    Hive(Transport transport) {
        this.transport = transport;
        this.loops = transport.eventLoops(2, "test-peers");
    }

    static PeerSettings settings(String... secrets) {
        return PeerSettings.of("test", secrets(secrets))
                .withPeerTimeout(PATIENT)
                .withHandshakeTimeout(PATIENT);
    }

    static List<PeerSecret> secrets(String... secrets) {
        return List.of(secrets).stream().map(PeerSecret::of).toList();
    }

    static PeerMessage message(long number) {
        return new PeerMessage.FeedOffer(number, null);
    }

    /** A free address and port, in a new life. */
    Member member() throws IOException {
        byte[] address = {
            127,
            (byte) (1 + random.nextInt(250)),
            (byte) random.nextInt(256),
            (byte) (1 + random.nextInt(250))
        };
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(address))) {
            return new Member(
                    new NodeId(IpAddress.of(address), socket.getLocalPort()),
                    new BootId(random.nextLong()));
        }
    }

    /** One that is smaller, or larger, than another: the smaller one decides what stays. */
    Member memberOnSide(NodeId of, boolean smaller) throws IOException {
        while (true) {
            Member member = member();
            if (member.node().compareTo(of) < 0 == smaller) {
                return member;
            }
        }
    }

    /** The same node after a restart. */
    Member reborn(Member member) {
        return new Member(member.node(), new BootId(member.boot().value() + 1));
    }

    /** A mesh that is not started. */
    Node node(Member member, PeerSettings settings) {
        Node node = new Node(this, member, settings.withBind(member.node().address()));
        started.addFirst(node);
        return node;
    }

    Node start(PeerSettings settings) throws IOException {
        return start(member(), settings);
    }

    Node start(Member member, PeerSettings settings) throws IOException {
        Node node = node(member, settings);
        node.mesh.start();
        return node;
    }

    /** Returns once the event loops have done what they were given before. */
    void passLoops() {
        for (EventExecutor loop : loops) {
            loop.submit(() -> {}).syncUninterruptibly();
        }
    }

    <T extends Closeable> T closing(T resource) {
        started.addFirst(resource);
        return resource;
    }

    @Override
    public void close() throws IOException {
        try {
            for (Closeable one : started) {
                one.close();
            }
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}

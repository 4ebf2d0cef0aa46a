package io.hive.proxy.peer;

import io.hive.core.message.codec.HandshakeCodec;
import io.hive.core.message.codec.HandshakeMessage;
import io.hive.core.message.codec.Octets;
import io.hive.core.message.codec.Wire;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.proxy.demo.Await;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A peer, or something that is none, on a plain blocking socket: it sends what a test wants. */
final class RawPeer implements Closeable {
    private final Socket socket = new Socket();
    final DataInputStream in;
    final DataOutputStream out;
    Seal sending;
    Seal receiving;

    private RawPeer(InetSocketAddress from, NodeId to) throws IOException {
        socket.setSoTimeout(Math.toIntExact(Await.DEADLINE.toMillis()));
        // Small, so that it fills soon where a test does not read.
        socket.setReceiveBufferSize(8 * 1024);
        socket.bind(from);
        socket.connect(
                new InetSocketAddress(InetAddress.getByAddress(to.address().bytes()), to.port()));
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Connects from any address. */
    static RawPeer stranger(NodeId to) throws IOException {
        return new RawPeer(null, to);
    }

    /** Connects from a member's own address. */
    static RawPeer from(Member self, NodeId to) throws IOException {
        return new RawPeer(
                new InetSocketAddress(InetAddress.getByAddress(self.node().address().bytes()), 0),
                to);
    }

    static Handshake handshake(Member self, String cluster, List<PeerSecret> secrets) {
        return new Handshake(Role.DIALER, self, cluster, secrets, nonce());
    }

    static Octets nonce() {
        byte[] nonce = new byte[Wire.NONCE_BYTES];
        new Random().nextBytes(nonce);
        return Octets.of(nonce);
    }

    /** Goes through the whole handshake as a good peer does. */
    RawPeer join(Member self, String cluster, List<PeerSecret> secrets) throws Exception {
        Handshake handshake = handshake(self, cluster, secrets);
        send(handshake.hello());
        Member other = handshake.meet(read());
        send(handshake.proof());
        handshake.verify(read());
        sending = handshake.sending();
        receiving = handshake.receiving();
        byte[] go = HandshakeCodec.encode(new HandshakeMessage.Go());
        if (self.node().compareTo(other.node()) < 0) {
            sendSealed(go);
        } else if (!Arrays.equals(receiving.open(read()), go)) {
            throw new IllegalStateException("expected go");
        }
        return this;
    }

    void send(byte[] frame) throws IOException {
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
    }

    byte[] seal(byte[] message) {
        byte[] code = sending.next(message);
        return ByteBuffer.allocate(message.length + code.length).put(message).put(code).array();
    }

    void sendSealed(byte[] message) throws IOException {
        send(seal(message));
    }

    byte[] read() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    /** Reads until the other side closes, and says what came; a reset is a close, too. */
    byte[] untilClosed() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (int one = in.read(); one >= 0; one = in.read()) {
                all.write(one);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the other side does not close", e);
        } catch (IOException e) {
            // Closed with something of ours unread.
        }
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

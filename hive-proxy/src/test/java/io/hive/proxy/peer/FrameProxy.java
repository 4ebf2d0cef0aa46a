package io.hive.proxy.peer;

import io.hive.core.node.NodeId;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Stands between two peers and passes frames on as a test wants them. */
final class FrameProxy implements Closeable {
    private final ServerSocket server;
    private final NodeId target;
    private final Meddler meddler;
    private final Thread accepting;
    private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());

    /** Turns a frame into those that are passed on. */
    @FunctionalInterface
    interface Meddler {
        /**
         * The frames to pass on.
         *
         * @param fromDialer which way it goes
         * @param index the how-manieth frame of its direction, from 0
         */
        List<byte[]> pass(boolean fromDialer, int index, byte[] frame);
    }

    FrameProxy(NodeId address, NodeId target, Meddler meddler) throws IOException {
        this.target = target;
        this.meddler = meddler;
        this.server =
                new ServerSocket(
                        address.port(), 16, InetAddress.getByAddress(address.address().bytes()));
        this.accepting = Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket dialer = server.accept();
                sockets.add(dialer);
                Socket onward = new Socket();
                sockets.add(onward);
                onward.connect(
                        new InetSocketAddress(
                                InetAddress.getByAddress(target.address().bytes()), target.port()));
                Thread.ofVirtual().start(() -> pass(dialer, onward, true));
                Thread.ofVirtual().start(() -> pass(onward, dialer, false));
            }
        } catch (IOException e) {
            closeAll();
        }
    }

    private void pass(Socket from, Socket to, boolean fromDialer) {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            for (int index = 0; ; index++) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                for (byte[] passed : meddler.pass(fromDialer, index, frame)) {
                    out.writeInt(passed.length);
                    out.write(passed);
                }
                out.flush();
            }
        } catch (EOFException e) {
            // One side closed; so does this.
        } catch (IOException e) {
            // The same, less politely.
        }
    }

    private void closeAll() {
        synchronized (sockets) {
            for (Socket socket : sockets) {
                try {
                    socket.close();
                } catch (IOException e) {
                    // It is of no more use either way.
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        closeAll();
        try {
            // Until it has left its call, the port is not free.
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the proxy closed", e);
        }
    }
}

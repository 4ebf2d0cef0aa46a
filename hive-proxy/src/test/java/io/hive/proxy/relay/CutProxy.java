package io.hive.proxy.relay;

import io.hive.proxy.demo.Loopback;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands in front of a server and passes everything on in small pieces of random length, both ways,
 * so that replies are cut at every kind of boundary.
 */
final class CutProxy implements AutoCloseable {
    private static final int PORT = 6379;
    private static final int LONGEST = 40;

    private final String address = Loopback.address(PORT);
    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final long seed;

    CutProxy(String host, int port, long seed) {
        this.server = new InetSocketAddress(host, port);
        this.seed = seed;
        try {
            listener = new ServerSocket(PORT, 100, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("cut-proxy").start(this::accept);
    }

    String address() {
        return address;
    }

    int port() {
        return PORT;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket upstream = new Socket(server.getAddress(), server.getPort());
                open.add(client);
                open.add(upstream);
                Thread.ofVirtual().start(() -> copy(client, upstream, 1));
                Thread.ofVirtual().start(() -> copy(upstream, client, 2));
            }
        } catch (IOException _) {
            // It was closed, or the server is gone: whoever connects notices.
        }
    }

    private void copy(Socket from, Socket to, int direction) {
        Random random = new Random(seed + direction);
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to) {
            to.setTcpNoDelay(true);
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                // What is long is not cut all the way, so that it does not take for ever.
                int at = 0;
                while (at < read) {
                    int most = at > 2000 ? buffer.length : LONGEST;
                    int piece = Math.min(1 + random.nextInt(most), read - at);
                    out.write(buffer, at, piece);
                    at += piece;
                }
            }
        } catch (IOException _) {
            // Closing one side closes the other.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.hive.proxy.relay;

import io.hive.core.node.IpAddress;
import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Stands in front of a server and passes on only so many bytes of what it answers, once told to.
 */
final class StallProxy implements AutoCloseable {
    private static final int PORT = 6379;

    private final String address = Loopback.address(PORT);
    private final ServerSocket listener;
    private final RedisServer server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Semaphore bytes;

    StallProxy(RedisServer server) {
        this.server = server;
        bytes = new Semaphore(Integer.MAX_VALUE / 2);
        try {
            listener = new ServerSocket(PORT, 100, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("stall-proxy").start(this::accept);
    }

    RedisEndpoint endpoint() {
        return new RedisEndpoint(IpAddress.parse(address), PORT);
    }

    /** Whether it has passed on all that it may. */
    boolean stalls() {
        return bytes.availablePermits() == 0;
    }

    /** From here on passes on only so many bytes. */
    void limit(int more) {
        bytes.drainPermits();
        bytes.release(more);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket upstream = new Socket(server.address(), server.port());
                open.add(client);
                open.add(upstream);
                Thread.ofVirtual().start(() -> copy(client, upstream, false));
                Thread.ofVirtual().start(() -> copy(upstream, client, true));
            }
        } catch (IOException _) {
            // It was closed, or the server is gone: whoever connects notices.
        }
    }

    private void copy(Socket from, Socket to, boolean limited) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to) {
            to.setTcpNoDelay(true);
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                int at = 0;
                while (at < read) {
                    int piece = limited ? acquire(read - at) : read - at;
                    out.write(buffer, at, piece);
                    at += piece;
                }
            }
        } catch (IOException _) {
            // Closing one side closes the other.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private int acquire(int wanted) throws InterruptedException {
        bytes.acquire();
        int more = 0;
        while (more < wanted - 1 && bytes.tryAcquire()) {
            more++;
        }
        return 1 + more;
    }

    /** Ends every connection; further ones are not accepted. */
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

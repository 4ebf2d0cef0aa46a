package io.hive.proxy.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback addresses that nobody uses, so that several test suites on one machine do not meet. One
 * of 16 million is drawn at random and tried by binding; well-known ports can then be used on it.
 * Any thread.
 */
public final class Loopback {
    private static final int ATTEMPTS = 100;

    private Loopback() {}

    /**
     * An address of its own, such as 127.81.3.200.
     *
     * @param ports those that are going to be used on it; each is free
     */
    public static String address(int... ports) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < ATTEMPTS; i++) {
            // 127.0.*.* is left to people and to the demo.
            String address =
                    "127."
                            + random.nextInt(1, 255)
                            + "."
                            + random.nextInt(0, 256)
                            + "."
                            + random.nextInt(1, 255);
            if (isFree(address, ports)) {
                return address;
            }
        }
        throw new IllegalStateException(
                "no free loopback address in "
                        + ATTEMPTS
                        + " attempts; a program that listens on all addresses may hold a port");
    }

    /**
     * A free port. Below the range from which the kernel takes ports for outgoing connections, so
     * that it stays free until it is used.
     */
    public static int port(String address) {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            if (isFree(address, port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port on " + address);
    }

    /** Whether one can listen on each of these ports. */
    static boolean isFree(String address, int... ports) {
        for (int port : ports.length == 0 ? new int[] {0} : ports) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            } catch (IOException _) {
                return false;
            }
        }
        return true;
    }
}

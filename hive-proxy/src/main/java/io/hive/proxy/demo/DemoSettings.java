package io.hive.proxy.demo;

import io.hive.core.node.IpAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a demo is made of: pods at {@code <network>.11}, {@code .12}, …, and a DNS server at {@code
 * <network>.10}.
 *
 * @param pods how many, 1 to {@value #MAX_PODS}
 * @param network the first three numbers of the addresses, in 127.0.0.0/8
 * @param sidecar the class that is started as a sidecar, and its arguments
 */
record DemoSettings(int pods, String network, List<String> sidecar) {
    static final int MAX_PODS = 20;
    static final String NETWORK = "127.0.0";
    static final String DNS_NAME = "hive.demo.internal.";

    /** Tried first; multicast DNS may hold it, and then any other will do. */
    static final int DNS_PORT = 5353;

    static final int REDIS_PORT = 6379;
    static final int PROXY_PORT = 7000;
    static final int READ_PORT = 7001;
    static final int PEER_PORT = 3000;
    static final int ADMIN_PORT = 8080;

    private static final Set<Integer> PORTS =
            Set.of(REDIS_PORT, PROXY_PORT, READ_PORT, PEER_PORT, ADMIN_PORT);

    DemoSettings {
        if (pods < 1 || pods > MAX_PODS) {
            throw new IllegalArgumentException("--pods is 1 to " + MAX_PODS + ", got " + pods);
        }
        sidecar = List.copyOf(sidecar);
        checkNetwork(network);
    }

    String dnsAddress() {
        return network + ".10";
    }

    /**
     * The address of a pod.
     *
     * @param number from 1
     */
    String podAddress(int number) {
        return network + "." + (10 + number);
    }

    /** In ascending order, as they are printed. */
    static List<Integer> ports() {
        return PORTS.stream().sorted().toList();
    }

    /** Where this network's demo keeps its files, whoever asks. */
    static Path directory(String network) {
        checkNetwork(network);
        return DemoDirectory.base().resolve(DemoDirectory.prefix() + network);
    }

    /** The addresses of the pods, in order. */
    List<String> podAddresses() {
        return IntStream.rangeClosed(1, pods).mapToObj(this::podAddress).toList();
    }

    private static void checkNetwork(String network) {
        boolean loopback;
        try {
            loopback =
                    network.matches("127(\\.[0-9]{1,3}){2}")
                            && IpAddress.parse(network + ".10").isLoopback();
        } catch (IllegalArgumentException _) {
            loopback = false;
        }
        if (!loopback) {
            throw new IllegalArgumentException(
                    "--network is three numbers such as " + NETWORK + ", got '" + network + "'");
        }
    }
}

package io.hive.core.node;

/**
 * A sidecar as its peers know it: its address and the port for peers.
 *
 * <p>It is what the hello says, never the address of a socket, which may be another on dual-stack
 * hosts and behind address translation. Ordered by (family, address, port), the last step of the
 * election's order (rule 9).
 *
 * @param address the node's own address, as the peers reach it
 * @param port the peer port, 1 to 65535
 */
public record NodeId(IpAddress address, int port) implements Comparable<NodeId> {
    public NodeId {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port is 1 to 65535, got " + port);
        }
    }

    /**
     * Reads {@code ip:port}, {@code [ipv6]:port}, or an address alone.
     *
     * @param defaultPort taken when the text names none
     * @throws IllegalArgumentException if the text is neither
     */
    public static NodeId parse(String text, int defaultPort) {
        return HostPort.parse(text, defaultPort, NodeId::new);
    }

    @Override
    public int compareTo(NodeId other) {
        int order = address.compareTo(other.address);
        return order != 0 ? order : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
        return HostPort.format(address, port);
    }
}

package io.hive.proxy.discovery;

import io.hive.core.node.HostPort;
import io.hive.core.node.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.xbill.DNS.ResolverConfig;

/**
 * Where to ask: a server that the settings name, or those that the system is set to. Both are
 * looked up again while a pod lives, since they can change. Blocks; not for event loops.
 */
final class DnsServers {
    private static final int PORT = 53;

    /** As many as the C library looks at. */
    private static final int MAX = 3;

    private final List<InetSocketAddress> named;

    private DnsServers(List<InetSocketAddress> named) {
        this.named = List.copyOf(named);
    }

    static DnsServers ofSystem() {
        return new DnsServers(List.of());
    }

    /**
     * A server by {@code host[:port]}, the host as an address or as a name.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static DnsServers of(String text) {
        try {
            return of(List.of(HostPort.parse(text, PORT, DnsServers::socketAddress)));
        } catch (IllegalArgumentException _) {
            // No literal; perhaps a name.
        }
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        if (!host.matches("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})")) {
            throw notAServer(text);
        }
        try {
            int port = colon < 0 ? PORT : Integer.parseInt(text, colon + 1, text.length(), 10);
            return of(List.of(InetSocketAddress.createUnresolved(host, port)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            throw notAServer(text);
        }
    }

    /** These servers, the first one first. */
    static DnsServers of(List<InetSocketAddress> servers) {
        return new DnsServers(servers);
    }

    /**
     * The servers to ask, in order; at least one.
     *
     * @param afresh whether to look up again which they are, since the last round failed
     * @throws UnknownHostException if the server's own name does not resolve
     */
    List<InetSocketAddress> current(boolean afresh) throws UnknownHostException {
        if (!named.isEmpty()) {
            List<InetSocketAddress> servers = new ArrayList<>();
            for (InetSocketAddress server : named) {
                servers.add(
                        server.isUnresolved()
                                ? new InetSocketAddress(
                                        InetAddress.getByName(server.getHostString()),
                                        server.getPort())
                                : server);
            }
            return servers;
        }
        if (afresh) {
            ResolverConfig.refresh();
        }
        List<InetSocketAddress> servers = ResolverConfig.getCurrentConfig().servers();
        if (servers.isEmpty()) {
            throw new UnknownHostException("the system names no DNS server");
        }
        return new ArrayList<>(servers.subList(0, Math.min(MAX, servers.size())));
    }

    @Override
    public String toString() {
        return named.isEmpty()
                ? "the system's DNS server"
                : named.stream().map(DnsServers::text).collect(Collectors.joining(", "));
    }

    /** An address and port as people write it. */
    static String text(InetSocketAddress server) {
        InetAddress address = server.getAddress();
        return address == null
                ? server.getHostString() + ":" + server.getPort()
                : HostPort.format(IpAddress.of(address.getAddress()), server.getPort());
    }

    private static InetSocketAddress socketAddress(IpAddress address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address.bytes()), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is never unknown", e);
        }
    }

    private static IllegalArgumentException notAServer(String text) {
        return new IllegalArgumentException(
                "expected host:port of a DNS server, got '" + text + "'");
    }
}

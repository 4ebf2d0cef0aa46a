package io.hive.core.settings;

import io.hive.core.message.PeerMessage;
import io.hive.core.node.HostPort;
import io.hive.core.node.IpAddress;
import io.hive.core.node.NodeId;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the members are found. */
public sealed interface DiscoverySettings {
    /**
     * By the addresses of a name.
     *
     * @param name the headless service's name
     * @param server whom to ask, or null for the resolver of the system
     */
    record Dns(String name, @Nullable Server server) implements DiscoverySettings {
        private static final Pattern NAME =
                Pattern.compile(
                        "(?=.{1,254}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})"
                                + "(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\\.?");

        public Dns {
            Check.matches(
                    Setting.DNS_NAME,
                    name,
                    NAME,
                    "a DNS name such as hive-headless.default.svc.cluster.local.");
        }
    }

    /**
     * By a list that does not change.
     *
     * @param peers the members, oneself among them or not; 1 to {@value PeerMessage#MAX_MEMBERS}
     */
    record Static(List<NodeId> peers) implements DiscoverySettings {
        public Static {
            peers = List.copyOf(peers);
            if (peers.isEmpty() || peers.size() > PeerMessage.MAX_MEMBERS) {
                throw InvalidSetting.value(
                        Setting.PEERS,
                        peers.size() + " peers",
                        "1 to " + PeerMessage.MAX_MEMBERS + " of ip[:port], comma-separated");
            }
        }
    }

    /**
     * A DNS server.
     *
     * @param host its address; a name would need another server first
     * @param port 1 to 65535
     */
    record Server(IpAddress host, int port) {
        /** The port of DNS. */
        public static final int DEFAULT_PORT = 53;

        public Server {
            if (port < 1 || port > Check.MAX_PORT) {
                throw new IllegalArgumentException("a port is 1 to 65535, got " + port);
            }
        }

        @Override
        public String toString() {
            return HostPort.format(host, port);
        }
    }
}

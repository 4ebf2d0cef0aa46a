package io.hive.proxy;

import io.hive.core.node.IpAddress;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.settings.DiscoverySettings;
import io.hive.core.settings.HiveSettings;
import io.hive.core.settings.InvalidSetting;
import io.hive.core.settings.Secret;
import io.hive.core.settings.Setting;
import io.hive.proxy.discovery.Discovery;
import io.hive.proxy.peer.PeerSecret;
import io.hive.proxy.peer.PeerSettings;
import io.hive.proxy.relay.RelaySettings;
import io.hive.proxy.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The settings in the terms of the parts that listen and dial. */
final class NetworkConfiguration {
    private NetworkConfiguration() {}

    static InetSocketAddress listen(HiveSettings settings, int port) {
        IpAddress bind = settings.node().bind();
        if (bind == null) {
            return new InetSocketAddress(port);
        }
        return new InetSocketAddress(InetAddress.ofLiteral(bind.toString()), port);
    }

    static Transport transport(HiveSettings settings) {
        Transport chosen =
                switch (settings.proxy().sockets()) {
                    case AUTO -> Transport.best();
                    case EPOLL -> Transport.EPOLL;
                    case IO_URING -> Transport.IO_URING;
                    case NIO -> Transport.NIO;
                };
        String unavailable = chosen.unavailable();
        if (!unavailable.isEmpty()) {
            throw InvalidSetting.unusable(
                    Setting.TRANSPORT,
                    chosen.name().toLowerCase(Locale.ROOT),
                    "a transport that this machine has, or auto (" + unavailable + ")");
        }
        return chosen;
    }

    static PeerSettings peers(HiveSettings settings) {
        List<PeerSecret> secrets =
                settings.mesh().secrets().stream().map(Secret::reveal).map(PeerSecret::of).toList();
        return PeerSettings.of(settings.mesh().cluster(), secrets)
                .withBind(settings.node().bind())
                .withPeerTimeout(settings.times().peerTimeout());
    }

    static RelaySettings relay(HiveSettings settings, RedisEndpoint announced) {
        IpAddress bind = settings.node().bind();
        RelaySettings relay =
                RelaySettings.defaults(
                                bind == null ? List.of() : List.of(bind),
                                settings.node().proxyPort())
                        .withMaxClients(
                                settings.proxy().maxClients(),
                                settings.proxy().maxClientsPerSource())
                        .withParking(
                                // 0 is "do not wait", which the relay counts in milliseconds
                                max(settings.proxy().parkTimeout(), Duration.ofMillis(1)),
                                settings.proxy().parkBytes())
                        .withAcknowledgement(
                                settings.proxy().ackReplicas(),
                                max(settings.proxy().ackTimeout(), Duration.ofMillis(1)));
        String socket = settings.redis().socket();
        return socket == null ? relay : relay.withNeighbour(announced, Path.of(socket));
    }

    static Discovery discovery(HiveSettings settings) {
        return switch (settings.discovery()) {
            case DiscoverySettings.Dns(String name, DiscoverySettings.Server server) ->
                    Discovery.dns(
                            name,
                            server == null ? null : server.toString(),
                            settings.node().peerPort());
            case DiscoverySettings.Static(List<NodeId> peers) -> Discovery.fixed(peers);
        };
    }

    private static Duration max(Duration one, Duration two) {
        return one.compareTo(two) >= 0 ? one : two;
    }
}

package io.hive.core.settings;

import io.hive.core.node.IpAddress;
import io.hive.core.node.NodeId;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who this node is, and where it listens.
 *
 * @param address own address, as the peers reach it
 * @param bind the address that the ports listen on, or null for all
 * @param proxyPort commands for the master, 1 to 65535
 * @param readPort reads, 1 to 65535, or 0 for off
 * @param peerPort peers, 1 to 65535
 * @param adminPort HTTP, 1 to 65535, or 0 for off
 * @param sentinelPort Sentinel-compatible discovery, 1 to 65535, or 0 for off
 */
public record NodeSettings(
        IpAddress address,
        @Nullable IpAddress bind,
        int proxyPort,
        int readPort,
        int peerPort,
        int adminPort,
        int sentinelPort) {
    public NodeSettings {
        if (address.low() == 0 && address.high() == 0) {
            throw InvalidSetting.value(
                    Setting.ADDRESS, address, "an address that the peers can connect to");
        }
        Check.port(Setting.PROXY_PORT, proxyPort);
        Check.portOrOff(Setting.READ_PORT, readPort);
        Check.port(Setting.PEER_PORT, peerPort);
        Check.portOrOff(Setting.ADMIN_PORT, adminPort);
        Check.portOrOff(Setting.SENTINEL_PORT, sentinelPort);
        Map<Setting, Integer> ports = new EnumMap<>(Setting.class);
        ports.put(Setting.PROXY_PORT, proxyPort);
        ports.put(Setting.READ_PORT, readPort);
        ports.put(Setting.PEER_PORT, peerPort);
        ports.put(Setting.ADMIN_PORT, adminPort);
        ports.put(Setting.SENTINEL_PORT, sentinelPort);
        distinct(ports);
    }

    /** This node as its peers know it. */
    public NodeId id() {
        return new NodeId(address, peerPort);
    }

    /** The ports that are on, by the setting that names each. */
    public Map<Setting, Integer> openPorts() {
        Map<Setting, Integer> ports = new EnumMap<>(Setting.class);
        ports.put(Setting.PROXY_PORT, proxyPort);
        ports.put(Setting.READ_PORT, readPort);
        ports.put(Setting.PEER_PORT, peerPort);
        ports.put(Setting.ADMIN_PORT, adminPort);
        ports.put(Setting.SENTINEL_PORT, sentinelPort);
        ports.values().removeIf(port -> port == 0);
        return Collections.unmodifiableMap(ports);
    }

    private static void distinct(Map<Setting, Integer> ports) {
        ports.forEach((setting, port) ->
                ports.forEach((earlier, taken) -> {
                    if (earlier.compareTo(setting) < 0 && port != 0 && port.equals(taken)) {
                        throw InvalidSetting.value(
                                setting, port, "a port of its own: it is " + earlier.variable());
                    }
                }));
    }
}

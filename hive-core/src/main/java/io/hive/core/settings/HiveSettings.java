package io.hive.core.settings;

import io.hive.core.node.IpAddress;
import org.jspecify.annotations.Nullable;

/** Everything that is set, checked as a whole. */
public record HiveSettings(
        NodeSettings node,
        RedisSettings redis,
        DiscoverySettings discovery,
        MeshSettings mesh,
        ElectionTimes times,
        ProxySettings proxy,
        AdminSettings admin,
        TlsSettings tls,
        LogSettings log) {
    public HiveSettings {
        IpAddress bind = node.bind();
        node.openPorts()
                .forEach((setting, port) -> {
                    if (port == redis.port() && covers(bind, redis.host())) {
                        throw InvalidSetting.value(
                                Setting.REDIS_PORT,
                                port,
                                "a port of its own: it is " + setting.variable());
                    }
                });
        if (bind != null && bind.v6() != node.address().v6()) {
            throw InvalidSetting.value(
                    Setting.BIND,
                    bind,
                    "an address of the same family as HIVE_ADDRESS, which is " + node.address());
        }
    }

    /** Whether who listens on the first address would take connections to the second. */
    private static boolean covers(@Nullable IpAddress bind, IpAddress address) {
        return bind == null || bind.equals(address);
    }
}

package io.hive.proxy;

import io.hive.core.settings.DiscoverySettings;
import io.hive.core.settings.ElectionTimes;
import io.hive.core.settings.HiveSettings;
import io.hive.core.settings.Isolation;
import io.hive.election.ElectionSettings;

/** The settings in the election's terms. */
final class ElectionConfiguration {
    private ElectionConfiguration() {}

    static ElectionSettings of(HiveSettings settings) {
        ElectionTimes times = settings.times();
        return new ElectionSettings(
                        times.heartbeat().toNanos(),
                        times.peerTimeout().toNanos(),
                        times.deadline().toNanos(),
                        times.startGrace().toNanos(),
                        times.coldStart().toNanos(),
                        times.isolation() == Isolation.FENCE,
                        switch (settings.discovery()) {
                            case DiscoverySettings.Dns _ -> true;
                            // A list cannot fail, so its answer proves nothing.
                            case DiscoverySettings.Static _ -> false;
                        },
                        times.isolationAfter().toNanos(),
                        settings.proxy().ackReplicas())
                .salvaging(settings.redis().salvageDirectory() != null);
    }
}

package io.hive.proxy;

import io.hive.core.redis.RedisEndpoint;
import io.hive.core.settings.HiveSettings;
import io.hive.proxy.admin.Status;
import io.hive.proxy.metrics.ReadFacts;
import io.hive.proxy.reads.ReadRoutes;
import io.hive.proxy.reads.Serving;
import io.hive.proxy.relay.Relay;
import io.hive.proxy.relay.RelayCounts;
import io.hive.proxy.relay.RelayMetrics;
import io.hive.proxy.route.RouteTable;
import io.hive.proxy.transport.BusyLoops;
import io.hive.proxy.transport.Transport;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The port for reads: a relay of its own, and what tells it who serves. Any thread.
 *
 * @param port that it listens on
 */
record ReadPort(int port, ReadRoutes routes, Relay relay) {
    /** The parts of it, not started; null if the port is off. */
    static @Nullable ReadPort of(
            HiveSettings settings,
            RedisEndpoint announced,
            Transport transport,
            BusyLoops loops,
            RouteTable master,
            RelayMetrics beside) {
        int port = settings.node().readPort();
        if (port == 0) {
            return null;
        }
        ReadRoutes routes =
                new ReadRoutes(
                        settings.proxy().maxReadLag(), master, new SidecarLogin(settings.redis()));
        Relay relay =
                new Relay(
                        NetworkConfiguration.relay(settings, announced).forReads(port),
                        transport,
                        loops,
                        routes,
                        new RelayMetrics(beside));
        return new ReadPort(port, routes, relay);
    }

    /** What the status page says of it. */
    Status.Reads status() {
        Serving serving = routes.serving();
        RelayCounts counts = relay.counts();
        Duration lag = serving.lag();
        return new Status.Reads(
                port,
                serving.by().name().toLowerCase(Locale.ROOT),
                serving.redis() == null ? null : serving.redis().toString(),
                lag == null ? null : lag.toMillis(),
                serving.reason(),
                counts.clients(),
                counts.parkedSessions());
    }

    /** What it counts, in the words of the metrics. */
    ReadFacts facts() {
        return new ReadFacts() {
            @Override
            public int source() {
                return routes.serving().by().code();
            }

            @Override
            public OptionalDouble lagSeconds() {
                Duration lag = routes.serving().lag();
                return lag == null
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(lag.toMillis() / 1000.0);
            }

            @Override
            public long moves() {
                return routes.serving().moves();
            }

            @Override
            public int clients() {
                return relay.counts().clients();
            }

            @Override
            public long accepted() {
                return relay.counts().accepted();
            }

            @Override
            public long parked() {
                return relay.counts().parkedSessions();
            }

            @Override
            public long commands() {
                return relay.counts().commands();
            }

            @Override
            public long receivedBytes() {
                return relay.counts().bytesIn();
            }

            @Override
            public long sentBytes() {
                return relay.counts().bytesOut();
            }

            @Override
            public long writesRefused() {
                return relay.counts().readOnly();
            }
        };
    }
}

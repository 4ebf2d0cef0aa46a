package io.hive.proxy.reads;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.ReplicationId;
import io.hive.core.message.Eligibility;
import io.hive.core.node.IpAddress;
import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.relay.Relay;
import io.hive.proxy.relay.RelayMetrics;
import io.hive.proxy.relay.RelaySettings;
import io.hive.proxy.route.Doorkeeper.Login;
import io.hive.proxy.route.RouteTable;
import io.hive.proxy.transport.BusyLoops;
import io.hive.proxy.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind the address that was chosen there is another process, and nobody knows it yet. */
class JustStartedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @ParameterizedTest
    @ValueSource(strings = {"", "correct horse"})
    void anEmptyRedisOnTheChosenAddressIsAskedForNothing(String password) throws IOException {
        String[] login =
                password.isEmpty()
                        ? new String[0]
                        : new String[] {"--requirepass", password, "--masterauth", password};
        String address = Loopback.address(7001);
        RouteTable toMaster = new RouteTable();
        ReadRoutes routes =
                new ReadRoutes(Duration.ofSeconds(30), toMaster, () -> new Login("", password));
        BusyLoops loops = new BusyLoops(Transport.best(), 1, "reads-test");
        try (RedisServer master = RedisServer.startMaster(Loopback.address(6379), 6379, login);
                RedisServer replica = RedisServer.start(Loopback.address(6379), 6379, login);
                Relay relay =
                        new Relay(
                                RelaySettings.defaults(List.of(IpAddress.parse(address)), 7001)
                                        .forReads(7001),
                                Transport.best(),
                                loops,
                                routes,
                                new RelayMetrics())) {
            Views hive = inSync(master, replica, password);
            toMaster.open(
                    Views.leadership(3),
                    endpoint(master),
                    System.nanoTime() + TimeUnit.HOURS.toNanos(1));
            show(routes, hive);
            assertThat(routes.serving().by()).isEqualTo(Serving.By.LOCAL);
            relay.start();
            try (RedisConnection kept = connect(address, 7001, password)) {
                assertThat(kept.text("GET", "k")).isEqualTo("v");
                // The look with another login has left nothing behind.
                assertThat(kept.text("ACL", "WHOAMI")).isEqualTo("default");
                assertThat(gets(replica, password)).isEqualTo(1);

                replica.kill();
                replica.restartEmpty(login);
                kept.send("GET", "k");
                Await.until(
                        "what is there was looked at",
                        () -> {
                            show(routes, hive);
                            return routes.serving().by() == Serving.By.MASTER;
                        });

                assertThat(routes.serving().reason()).contains("could not serve");
                assertThat(kept.receive()).isEqualTo("v");
                try (RedisConnection fresh = connect(address, 7001, password)) {
                    assertThat(fresh.text("GET", "k")).isEqualTo("v");
                }
                assertThat(gets(replica, password)).isZero();
            }
        } finally {
            loops.group().shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    /** What a hive shows of these two; it goes on showing it, whatever becomes of them. */
    private static Views inSync(RedisServer master, RedisServer replica, String password) {
        Views hive = new Views();
        try (RedisConnection from = connect(master.address(), 6379, password);
                RedisConnection to = connect(replica.address(), 6379, password)) {
            from.command("SET", "k", "v");
            to.command("REPLICAOF", master.address(), "6379");
            Map<String, String> info =
                    Await.value(
                            "the replica is in sync",
                            () -> to.info("replication"),
                            seen -> "up".equals(seen.get("master_link_status")));
            hive.id = new ReplicationId(info.getOrDefault("master_replid", ""));
            hive.own = Long.parseLong(info.getOrDefault("slave_repl_offset", "0"));
        }
        hive.master = hive.own;
        hive.ownRedis = endpoint(replica);
        hive.otherEligibility = Eligibility.LOADING;
        return hive;
    }

    private static void show(ReadRoutes routes, Views hive) {
        long now = System.nanoTime();
        routes.viewed(hive.at(now), now);
    }

    private static long gets(RedisServer server, String password) {
        try (RedisConnection connection = connect(server.address(), 6379, password)) {
            String get = connection.info("commandstats").getOrDefault("cmdstat_get", "calls=0,");
            return Long.parseLong(get.substring(6, get.indexOf(',')));
        }
    }

    private static RedisConnection connect(String address, int port, String password) {
        RedisConnection connection = RedisConnection.open(address, port, PATIENCE);
        if (!password.isEmpty()) {
            connection.command("AUTH", password);
        }
        return connection;
    }

    private static RedisEndpoint endpoint(RedisServer server) {
        return new RedisEndpoint(IpAddress.parse(server.address()), server.port());
    }
}

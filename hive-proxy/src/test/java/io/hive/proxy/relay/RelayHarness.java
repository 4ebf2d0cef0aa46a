package io.hive.proxy.relay;

import io.hive.core.leader.Leadership;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.route.RouteTable;
import io.hive.proxy.transport.BusyLoops;
import io.hive.proxy.transport.Transport;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A relay on an address of its own, with real Redises to route it to; ends all that it started. */
public final class RelayHarness implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final String address = Loopback.address(7000);
    private final BusyLoops loops;
    private final RouteTable routes = new RouteTable();
    private final Relay relay;
    private long epoch;

    public RelayHarness() {
        this(settings -> settings);
    }

    RelayHarness(UnaryOperator<RelaySettings> change) {
        this(Transport.best(), change);
    }

    RelayHarness(Transport transport, UnaryOperator<RelaySettings> change) {
        this(transport, 2, change);
    }

    /** A relay with this many event loops; with one, all clients share what they can share. */
    RelayHarness(Transport transport, int eventLoops, UnaryOperator<RelaySettings> change) {
        RelaySettings settings =
                change.apply(
                        RelaySettings.defaults(List.of(IpAddress.parse(address)), 7000)
                                .withParking(LONG, 64L << 20));
        loops = new BusyLoops(transport, eventLoops, "relay-test");
        relay = new Relay(settings, transport, loops, routes, new RelayMetrics());
        try {
            relay.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RouteTable routes() {
        return routes;
    }

    public RelayCounts counts() {
        return relay.counts();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(address, 7000);
    }

    /** Starts a master; the route does not lead to it yet. */
    public RedisServer redis(String... arguments) {
        RedisServer server = RedisServer.startMaster(Loopback.address(6379), 6379, arguments);
        opened.push(server);
        return server;
    }

    /** Starts a master and opens the route to it. */
    RedisServer master(String... arguments) {
        RedisServer server = redis(arguments);
        open(server);
        return server;
    }

    /** Opens the route to a server, in a new leadership. */
    public Leadership open(RedisServer server) {
        return open(endpoint(server), LONG);
    }

    Leadership open(RedisEndpoint master, Duration lease) {
        Leadership leadership =
                new Leadership(
                        ++epoch,
                        new Member(new NodeId(IpAddress.parse(address), 3000), new BootId(1)));
        routes.open(leadership, master, System.nanoTime() + lease.toNanos());
        return leadership;
    }

    void renew(Leadership leadership) {
        routes.renew(leadership, System.nanoTime() + LONG.toNanos());
    }

    static RedisEndpoint endpoint(RedisServer server) {
        return new RedisEndpoint(IpAddress.parse(server.address()), server.port());
    }

    /** The relay is to end. */
    boolean leave(Duration limit) {
        return relay.leave(limit);
    }

    /** The same without waiting; these serve as it does. */
    void beginToLeave(String... others) {
        relay.beginToLeave(List.of(others).stream().map(IpAddress::parse).toList());
    }

    RawClient client() {
        RawClient client = new RawClient(address());
        opened.push(client);
        return client;
    }

    /** A client for which the kernel keeps little: what it does not read stays in the relay. */
    RawClient slowClient() {
        RawClient client = new RawClient(address(), 16 * 1024);
        opened.push(client);
        return client;
    }

    /** Something of the test's own that has to be closed. */
    void closeAtTheEnd(AutoCloseable thing) {
        opened.push(thing);
    }

    RedisConnection direct(RedisServer server) {
        RedisConnection connection = server.connect();
        opened.push(connection);
        return connection;
    }

    /** Bytes that Netty has from the system for buffers, in all of this JVM. */
    static long bufferMemory() {
        var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }

    @Override
    public void close() {
        relay.close();
        loops.group().shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("could not clean up", e);
            }
        }
    }
}

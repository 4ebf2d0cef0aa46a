package io.hive.proxy;

import io.hive.core.message.PeerMessage;
import io.hive.core.node.BootId;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.settings.HiveSettings;
import io.hive.core.settings.InvalidSetting;
import io.hive.core.settings.Setting;
import io.hive.election.Election;
import io.hive.election.ElectionSettings;
import io.hive.election.ElectionView;
import io.hive.election.Input;
import io.hive.proxy.admin.AdminServer;
import io.hive.proxy.cli.Version;
import io.hive.proxy.control.ControlLoop;
import io.hive.proxy.control.Effects;
import io.hive.proxy.control.Handoffs;
import io.hive.proxy.control.Journal;
import io.hive.proxy.discovery.Discovery;
import io.hive.proxy.metrics.HiveMetrics;
import io.hive.proxy.peer.PeerListener;
import io.hive.proxy.peer.PeerMesh;
import io.hive.proxy.peer.WhoAnswer;
import io.hive.proxy.redis.LocalRedis;
import io.hive.proxy.relay.Relay;
import io.hive.proxy.relay.RelayMetrics;
import io.hive.proxy.route.RouteTable;
import io.hive.proxy.salvage.SalvageStore;
import io.hive.proxy.sentinel.SentinelServer;
import io.hive.proxy.transport.BusyLoops;
import io.hive.proxy.transport.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: makes the parts of one sidecar, ties them together, and takes them apart
 * again.
 */
final class Sidecar {
    private static final Logger log = LoggerFactory.getLogger(Sidecar.class);

    private static final int PASSWORD_BYTES = 32;

    /** How long after /prestop a process is ended at the latest: longer than pods are given. */
    private static final Duration LEFT_ALONE = Duration.ofSeconds(60);

    private final HiveSettings settings;
    private final SecureRandom random = new SecureRandom();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Deque<Part> parts = new ArrayDeque<>();

    /** Something that was started and must be closed, in the reverse order. */
    private record Part(String name, AutoCloseable closer) {}

    Sidecar(HiveSettings settings) {
        this.settings = settings;
    }

    /**
     * Runs until the process is told to stop.
     *
     * @throws InvalidSetting if a port is in use, or a transport cannot be had
     */
    void run() {
        try {
            Departure departure = start();
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform().name("hive-stop").unstarted(() -> stop(departure)));
            ended.join();
        } catch (CompletionException e) {
            throw new IllegalStateException("this sidecar cannot go on: " + e.getCause(), e);
        } finally {
            closeAll();
        }
    }

    private Departure start() {
        Member self = new Member(settings.node().id(), new BootId(random.nextLong()));
        RedisEndpoint redisEndpoint = settings.redis().announced(settings.node().address());
        Transport transport = NetworkConfiguration.transport(settings);
        int relayLoops = settings.proxy().eventLoops();
        log.info(
                "hive {} starts as {} transport={} eventLoops={} redis={} cluster={}",
                Version.number(),
                self,
                transport,
                relayLoops,
                redisEndpoint,
                settings.mesh().cluster());

        SalvageStore salvage = salvage();

        // heartbeats must not wait behind clients' data, so they have a loop of their own
        MultiThreadIoEventLoopGroup quiet = transport.eventLoops(1, "hive-quiet");
        add("event loop", () -> shutdown(quiet));
        BusyLoops busy = new BusyLoops(transport, relayLoops, "hive-relay");
        add("relay's event loops", () -> shutdown(busy.group()));

        HiveMetrics metrics = add("metrics", new HiveMetrics(Version.number()));
        RouteTable routes = new RouteTable();
        Journal journal = new Journal(Clock.systemUTC(), self.node());
        Observation observation = new Observation(journal, routes);
        observation.watch("quiet", quiet);
        observation.watch("relay", busy.group());
        ReadinessWatch readiness = new ReadinessWatch(settings.proxy().parkTimeout());
        Wiring wiring = new Wiring(observation);

        PeerMesh mesh =
                add(
                        "mesh",
                        new PeerMesh(
                                NetworkConfiguration.peers(settings),
                                self,
                                transport,
                                quiet,
                                wiring));
        LocalRedis redis =
                add(
                        "redis",
                        new LocalRedis(
                                RedisConfiguration.of(settings.redis(), redisEndpoint),
                                quiet,
                                seen -> wiring.offer(new Input.Observed(seen)),
                                (number, outcome) ->
                                        wiring.offer(new Input.OperationEnded(number, outcome)),
                                salvage));
        RelayMetrics relayMetrics = new RelayMetrics();
        Relay relay =
                add(
                        "relay",
                        new Relay(
                                NetworkConfiguration.relay(settings, redisEndpoint),
                                transport,
                                busy,
                                routes,
                                relayMetrics));
        ReadPort reads =
                ReadPort.of(settings, redisEndpoint, transport, busy, routes, relayMetrics);
        if (reads != null) {
            add("read port", reads.relay());
        }
        Discovery discovery = add("discovery", NetworkConfiguration.discovery(settings));

        Handoffs handoffs = new Handoffs(wiring::offer);
        ElectionSettings times = ElectionConfiguration.of(settings);
        Election election =
                new Election(
                        times,
                        self,
                        redisEndpoint,
                        System.currentTimeMillis(),
                        this::password,
                        System.nanoTime());
        ControlLoop control =
                add(
                        "control loop",
                        new ControlLoop(
                                election,
                                times.tickNanos(),
                                new Effects(
                                        routes,
                                        mesh,
                                        redis,
                                        observation::decided,
                                        wiring::offer,
                                        handoffs),
                                view -> viewed(readiness, observation, wiring, reads, view),
                                this::failed));
        wiring.control = control;
        wiring.mesh = mesh;
        wiring.discovery = discovery;
        Departure departure =
                new Departure(
                        control,
                        readiness,
                        reads == null ? List.of(relay) : List.of(relay, reads.relay()));
        wiring.departure = departure;

        SidecarStatus status =
                new SidecarStatus(
                        settings.mesh().cluster(),
                        control,
                        journal,
                        relay,
                        reads,
                        readiness,
                        ended::isDone,
                        salvage,
                        observation);
        SidecarFacts.bind(metrics, journal, control, mesh, relay, relayMetrics, readiness, salvage);
        observation.bind(metrics, control, relayMetrics);
        if (reads != null) {
            metrics.bind(reads.facts());
        }
        long startNanos = System.nanoTime();
        mesh.whoAnswer(() -> who(control.view(), startNanos));

        open(mesh::start, Setting.PEER_PORT, settings.node().peerPort());
        open(relay::start, Setting.PROXY_PORT, settings.node().proxyPort());
        if (reads != null) {
            open(reads.relay()::start, Setting.READ_PORT, settings.node().readPort());
        }
        if (settings.node().adminPort() != 0) {
            add(
                    "admin",
                    AdminServer.start(
                            NetworkConfiguration.listen(settings, settings.node().adminPort()),
                            settings.admin(),
                            status,
                            new SidecarHandovers(
                                    control,
                                    handoffs,
                                    departure,
                                    new LeftAlone(LEFT_ALONE, this::leftAlone)),
                            metrics::scrape,
                            observation.admin()));
        }
        if (settings.node().sentinelPort() != 0) {
            sentinel(control, handoffs, busy.group().next(), transport);
        }
        control.start();
        add(
                "pulse",
                observation.start(control, mesh, relay, relayMetrics, settings.node().adminPort()));
        redis.start();
        discovery.start(wiring);
        return departure;
    }

    private void sentinel(
            ControlLoop control, Handoffs handoffs, EventLoop loop, Transport transport) {
        SidecarSentinel source =
                new SidecarSentinel(
                        settings.mesh().cluster(),
                        settings.node().proxyPort(),
                        control::view,
                        () -> handoffs.ask(null).thenApply(SidecarSentinel::refusal));
        SentinelServer server = add("sentinel port", new SentinelServer(source, loop));
        int port = settings.node().sentinelPort();
        open(
                () -> server.start(NetworkConfiguration.listen(settings, port), transport),
                Setting.SENTINEL_PORT,
                port);
    }

    /** Where diverged data is kept: a directory that cannot be written to is no such place. */
    private @Nullable SalvageStore salvage() {
        String directory = settings.redis().salvageDirectory();
        if (directory == null) {
            return null;
        }
        String problem = SalvageStore.problem(Path.of(directory));
        if (problem != null) {
            throw InvalidSetting.unusable(Setting.SALVAGE_DIR, directory, problem);
        }
        return new SalvageStore(
                Path.of(directory),
                settings.mesh().cluster(),
                settings.node().id(),
                Clock.systemUTC());
    }

    /** What the parts tell each other, once all of them are there. */
    private static final class Wiring implements PeerListener, Discovery.Listener {
        private volatile @Nullable ControlLoop control;
        private volatile @Nullable PeerMesh mesh;
        private volatile @Nullable Discovery discovery;
        private volatile @Nullable Departure departure;
        private final Observation observation;

        Wiring(Observation observation) {
            this.observation = observation;
        }

        void offer(Input input) {
            ControlLoop to = control;
            if (to != null) {
                to.offer(input);
            }
        }

        @Override
        public void connected(Member peer) {
            offer(new Input.PeerConnected(peer));
        }

        @Override
        public void received(Member peer, PeerMessage message) {
            if (message instanceof PeerMessage.Vitals vitals) {
                observation.heard(peer, vitals);
            } else {
                offer(new Input.Received(peer, message));
            }
        }

        @Override
        public void disconnected(Member peer, String reason) {
            offer(new Input.PeerDisconnected(peer, reason));
            Discovery ask = discovery;
            if (ask != null) {
                ask.refresh();
            }
        }

        @Override
        public void discovered(Set<NodeId> nodes) {
            PeerMesh dial = mesh;
            if (dial != null) {
                dial.targets(nodes);
            }
            offer(new Input.Discovered(nodes));
        }

        @Override
        public void failed(String reason) {
            offer(new Input.DiscoveryFailed(reason));
        }
    }

    private static void viewed(
            ReadinessWatch readiness,
            Observation observation,
            Wiring wiring,
            @Nullable ReadPort reads,
            ElectionView view) {
        long now = System.nanoTime();
        readiness.observe(view, now);
        observation.viewed(view);
        if (reads != null) {
            reads.routes().viewed(view, now);
        }
        Departure departure = wiring.departure;
        if (departure != null) {
            departure.viewed(view);
        }
    }

    private void leftAlone() {
        log.warn(
                "/prestop was asked {} s ago, and nobody has ended this process: it ends by itself,"
                        + " to be started anew",
                LEFT_ALONE.toSeconds());
        ended.complete(null);
    }

    private void failed(Throwable cause) {
        ended.completeExceptionally(cause);
    }

    private String password() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String who(ElectionView view, long startNanos) {
        return new WhoAnswer(
                        view.self().node(),
                        view.state(),
                        view.leadership() == null ? null : view.leadership().leader().node(),
                        view.standing().redis().port(),
                        view.standing().sinceMillis(),
                        (System.nanoTime() - startNanos) / 1_000_000,
                        view.peers().stream()
                                .filter(ElectionView.PeerView::live)
                                .map(ElectionView.PeerView::node)
                                .toList())
                .text();
    }

    /**
     * Leaves in good order: another one leads first, if there is one, and clients come to the end
     * of what they have begun; then everything is closed, and the peers see the connections end.
     */
    private void stop(Departure departure) {
        if (ended.isDone()) {
            return;
        }
        log.info("stopping");
        departure.leave("this sidecar was told to stop");
        ended.complete(null);
        closeAll();
        // The JVM would end with the number of the signal, and this is what was wanted.
        Runtime.getRuntime().halt(0);
    }

    private synchronized void closeAll() {
        while (!parts.isEmpty()) {
            Part part = parts.removeLast();
            try {
                part.closer().close();
            } catch (Exception e) {
                log.warn("the {} did not close: {}", part.name(), e.toString());
            }
        }
    }

    private synchronized <T extends AutoCloseable> T add(String name, T part) {
        parts.addLast(new Part(name, part));
        return part;
    }

    private static void shutdown(MultiThreadIoEventLoopGroup loops) {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private interface Opening {
        void start() throws IOException;
    }

    private static void open(Opening opening, Setting setting, int port) {
        try {
            opening.start();
        } catch (IOException e) {
            throw InvalidSetting.unusable(setting, port, String.valueOf(e.getMessage()));
        }
    }
}

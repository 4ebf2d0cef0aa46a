package io.hive.proxy.relay;

import io.hive.proxy.command.CommandTable;
import io.hive.proxy.route.Doorkeeper;
import io.hive.proxy.route.Route;
import io.hive.proxy.route.RouteSource;
import io.hive.proxy.transport.Load;
import io.hive.proxy.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The relay on one event loop: its sessions, and the connections to the master that they share.
 * Entered by that event loop alone.
 */
final class LoopRelay {
    private static final int SCRATCH_BYTES = 64 * 1024;

    /** How often is looked whether all is answered while the route is held. */
    private static final int QUIET_CHECK_MICROS = 200;

    private final Set<Session> sessions = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Profile, Lane> lanes = new HashMap<>();
    private final RelaySettings settings;
    private final RouteSource routes;
    private final RelayMetrics metrics;
    private final ByteBufAllocator allocator;
    private final EventLoop loop;
    private final Load load;
    private final Connector connector;
    private final Pool pool;
    private final @Nullable Acknowledgements acknowledgements;
    private final KnownCommands known;
    private final SharedReads reads;
    private final byte[] requestScratch = new byte[SCRATCH_BYTES];
    private final byte[] replyScratch = new byte[SCRATCH_BYTES];

    /** What has something to send at the end of this round of the event loop. */
    private final ArrayList<Pipeline> unsent = new ArrayList<>();

    private final ArrayList<Outgoing> unflushed = new ArrayList<>();
    private final Runnable flushAll = this::flushAll;
    private boolean flushing;

    /** The open route that was seen last, and what it leads to. */
    private Route.@Nullable Open seen;

    private @Nullable Target target;
    private long openedNanos;

    /** Whether the route was closed when it was looked at last. */
    private boolean interrupted;

    private boolean movedAtOnce;
    private boolean leaving;

    /** Other relays like this one, and which of them comes next. */
    private List<String> elsewhere = List.of();

    private int next;
    private long commands;
    private long bytesOut;

    /** When the clock was read last: at least once for all that comes or goes at once. */
    private long lately;

    private final LoopMeter meter;

    LoopRelay(
            RelaySettings settings,
            Transport transport,
            EventLoop loop,
            Load load,
            ByteBufAllocator allocator,
            RouteSource routes,
            KnownCommands known,
            RelayMetrics metrics) {
        this.settings = settings;
        this.routes = routes;
        this.metrics = metrics;
        meter = metrics.loop();
        this.allocator = allocator;
        this.loop = loop;
        this.load = load;
        this.known = known;
        reads = new SharedReads(allocator);
        connector = new Connector(settings, transport, loop, reads);
        pool = new Pool(this);
        acknowledgements =
                settings.acknowledgement().replicas() == 0
                        ? null
                        : new Acknowledgements(this, settings.acknowledgement());
    }

    RelaySettings settings() {
        return settings;
    }

    RelayLimits limits() {
        return settings.limits();
    }

    RelayMetrics metrics() {
        return metrics;
    }

    EventLoop loop() {
        return loop;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    Connector connector() {
        return connector;
    }

    Pool pool() {
        return pool;
    }

    @Nullable Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    /** Where a client's bytes lie while they are dealt with. */
    byte[] requestScratch() {
        return requestScratch;
    }

    /** Where a master's bytes lie while they are dealt with. */
    byte[] replyScratch() {
        return replyScratch;
    }

    // ---- the route

    /** Where commands may go now, or null while they may go nowhere. */
    @SuppressWarnings(
            "ReferenceEquality") // asked for each batch; what is the same need not be compared
    @Nullable Target target() {
        // The clock is read first: a renewal is then never missed.
        long now = System.nanoTime();
        lately = now;
        if (!(routes.current() instanceof Route.Open open && open.leased(now))) {
            return null;
        }
        if (open != seen) {
            seen = open;
            if (target == null || !target.is(open)) {
                target = Target.of(open);
                openedNanos = now;
            }
        }
        return target;
    }

    /** Whether the route leads to the connection's master. */
    boolean mayUse(UpstreamConnection connection) {
        return leadsTo(connection.target());
    }

    /** Whether the route leads to this master now. */
    @SuppressWarnings("ReferenceEquality") // nearly always the same object; then it is enough
    boolean leadsTo(Target master) {
        Target now = target();
        return now != null && (now == master || now.equals(master));
    }

    /** The master whose answers count: the one that commands go to, or the one that is held. */
    @Nullable Target heard() {
        if (routes.current() instanceof Route.Held held && held.to().leased(System.nanoTime())) {
            return Target.of(held.to());
        }
        return target();
    }

    /** Whether what the connection's master says counts: also while nothing new may be sent. */
    boolean mayHear(UpstreamConnection connection) {
        return hears(connection.target());
    }

    /** Whether what this master says counts. */
    boolean hears(Target master) {
        long now = System.nanoTime();
        lately = now;
        return routes.current() instanceof Route.Held held
                ? held.to().leased(now) && master.is(held.to())
                : leadsTo(master);
    }

    /** Whether the route leads elsewhere without ever having been closed. */
    boolean movedAtOnce() {
        return movedAtOnce;
    }

    /** Whether the master is so new that its replicas may not have found it yet. */
    boolean masterIsNew() {
        return System.nanoTime() - openedNanos < settings.acknowledgement().timeout().toNanos();
    }

    void routeChanged() {
        if (routes.current() instanceof Route.Held) {
            // Nothing is cut and nothing is sent: sessions find no target for what comes next.
            return;
        }
        Route.Open before = seen;
        boolean leased = before != null && before.leased(System.nanoTime());
        Target now = target();
        movedAtOnce = now != null && leased && !interrupted;
        interrupted = now == null;
        lanes().forEach(lane -> lane.routeChanged(now));
        pool.routeChanged(now);
        if (acknowledgements != null) {
            acknowledgements.routeChanged(now);
        }
        forEach(session -> session.routeChanged(now));
        flushAll();
    }

    /**
     * The route is held.
     *
     * @param quiet told, once, when all that was sent is answered; not if it is held no more
     */
    @SuppressWarnings("ReferenceEquality") // which hold it is
    void hold(Route.Held held, Runnable quiet) {
        if (!(routes.current() instanceof Route.Held now) || now.quiet() != held.quiet()) {
            return;
        }
        boolean answered =
                !connector.anyAwaitsReplies()
                        && (acknowledgements == null || acknowledgements.idle());
        if (answered) {
            quiet.run();
        } else {
            var _ =
                    loop.schedule(
                            () -> hold(held, quiet), QUIET_CHECK_MICROS, TimeUnit.MICROSECONDS);
        }
    }

    /** Who looks at each new connection before it serves; null where none has to be. */
    @Nullable Doorkeeper doorkeeper() {
        return routes.doorkeeper();
    }

    /** A Redis could not serve; says so to who chooses, if the route still leads there. */
    void failed(Target redis, String reason) {
        Doorkeeper keeper = routes.doorkeeper();
        if (keeper != null && leadsTo(redis)) {
            keeper.failed(redis.master(), reason);
        }
    }

    // ---- the commands

    /** What is known of the commands of the master. */
    CommandTable commands() {
        return known.table();
    }

    /** Whether any master has told its commands. */
    boolean knowsCommands() {
        return known.learned();
    }

    /** Asks a new master for its commands. */
    void learnFrom(UpstreamConnection connection) {
        if (known.claim(connection.target())) {
            connection.silently(
                    Profile.command("COMMAND"), reply -> known.learn(connection.target(), reply));
        }
    }

    /** Asks a Redis for its commands, whoever else has asked. */
    void learnFrom(UpstreamConnection connection, Runnable then) {
        connection.silently(
                Profile.command("COMMAND"),
                reply -> {
                    known.learn(connection.target(), reply);
                    then.run();
                });
    }

    // ---- lanes and sessions

    Lane lane(Profile profile) {
        return lanes.computeIfAbsent(
                profile,
                p -> {
                    metrics.lanes.incrementAndGet();
                    return new Lane(this, p);
                });
    }

    void forget(Lane lane) {
        if (lanes.remove(lane.profile(), lane)) {
            metrics.lanes.decrementAndGet();
        }
    }

    private List<Lane> lanes() {
        return new ArrayList<>(lanes.values());
    }

    void add(Session session) {
        sessions.add(session);
    }

    void remove(Session session) {
        sessions.remove(session);
        if (acknowledgements != null) {
            acknowledgements.forget(session);
        }
    }

    void forEach(java.util.function.Consumer<Session> action) {
        List<Session> now = new ArrayList<>(sessions);
        now.forEach(action);
    }

    /** How the sockets of this event loop are read. */
    SharedReads reads() {
        return reads;
    }

    /**
     * The relay is to end: whoever has nothing under way goes, and the others once they have.
     *
     * @param others relays that serve as this one does, as {@code host:port}
     */
    void leave(List<String> others) {
        elsewhere = List.copyOf(others);
        leaving = true;
        forEach(Session::leave);
    }

    /** Where the next client that leaves may go on; null where no other relay is known. */
    @Nullable String elsewhere() {
        return elsewhere.isEmpty() ? null : elsewhere.get(Math.floorMod(next++, elsewhere.size()));
    }

    boolean leaving() {
        return leaving;
    }

    /** The end of the relay. */
    void close() {
        forEach(Session::abort);
        lanes().forEach(lane -> {
            lane.close();
            forget(lane);
        });
        pool.close();
        if (acknowledgements != null) {
            acknowledgements.close();
        }
        reads.close();
    }

    // ---- sending

    /** What the bytes of an answer of Hive's own lie in. */
    ByteBuf bytes(byte[] line) {
        return allocator.directBuffer(line.length).writeBytes(line);
    }

    void flushLater(Pipeline pipeline) {
        unsent.add(pipeline);
        schedule();
    }

    void flushLater(Outgoing outgoing) {
        unflushed.add(outgoing);
        schedule();
    }

    /** Once all that is ready in this round was read: many clients' commands go out in one call. */
    private void schedule() {
        if (!flushing) {
            flushing = true;
            loop.execute(flushAll);
        }
    }

    private void flushAll() {
        flushing = false;
        for (int i = 0; i < unsent.size(); i++) {
            unsent.get(i).flush();
        }
        unsent.clear();
        flushClients();
        count();
    }

    /** Sends what clients have to get. */
    void flushClients() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    /** So many commands are under way now, after some were sent together. */
    void batch(int underWay) {
        load.batch(underWay);
    }

    // ---- counting, once a round

    /** What is measured of this event loop. */
    LoopMeter meter() {
        return meter;
    }

    /**
     * About now, on the clock of {@link System#nanoTime()}: whoever sends or takes a reply has just
     * looked whether the route is open, and that reads the clock.
     */
    long lately() {
        return lately;
    }

    void commands(int more) {
        commands += more;
    }

    void bytesOut(int more) {
        bytesOut += more;
    }

    private void count() {
        metrics.commands.add(commands);
        metrics.bytesOut.add(bytesOut);
        commands = 0;
        bytesOut = 0;
    }
}

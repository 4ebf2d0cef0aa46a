package io.hive.proxy.demo;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A running hive on this machine: the DNS server, the pods, and what can be done to them while they
 * run. Any thread; one thing is done at a time.
 */
final class Demo implements AutoCloseable {
    private static final Duration READY_DEADLINE = Duration.ofSeconds(30);
    private static final Duration CTRL_C_PAUSE = Duration.ofMillis(300);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(50);

    private final DemoSettings settings;
    private final DemoScreen screen;
    private final DemoDirectory directory;
    private final ReentrantLock operations = new ReentrantLock();
    private final List<DemoPod> pods = new ArrayList<>();
    private @Nullable HeadlessDns dns;
    private @Nullable DemoControl control;
    private @Nullable MasterWatch watch;
    private volatile boolean up;
    private final AtomicBoolean closing = new AtomicBoolean();

    private Demo(DemoSettings settings, DemoScreen screen, DemoDirectory directory) {
        this.settings = settings;
        this.screen = screen;
        this.directory = directory;
    }

    /**
     * Starts all of it, saying so as it goes.
     *
     * @throws DemoException if that is not possible; nothing is left running then
     */
    static Demo start(DemoSettings settings, DemoScreen screen) {
        Demo demo =
                new Demo(
                        settings,
                        screen,
                        DemoDirectory.take(DemoSettings.directory(settings.network())));
        Thread atExit = Thread.ofPlatform().name("end-demo").unstarted(demo::close);
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            demo.start();
            return demo;
        } catch (RuntimeException e) {
            demo.close();
            if (e instanceof DemoException) {
                throw e;
            }
            throw new DemoException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    List<DemoPod> pods() {
        return List.copyOf(pods);
    }

    DemoSettings settings() {
        return settings;
    }

    String dnsServer() {
        HeadlessDns server = dns;
        return server == null ? "" : server.hostPort();
    }

    Path path() {
        return directory.path();
    }

    OptionalInt master() {
        MasterWatch current = watch;
        return current == null ? OptionalInt.empty() : current.master();
    }

    /**
     * A pod by its number.
     *
     * @throws DemoException if there is none
     */
    DemoPod pod(int number) {
        if (number < 1 || number > pods.size()) {
            throw new DemoException(
                    "there is no pod " + number + "; the pods are 1 to " + pods.size());
        }
        return pods.get(number - 1);
    }

    /**
     * Does something to a pod, and returns a line about it.
     *
     * @param parts of the pod; both are the pod as a whole
     */
    String act(DemoAction action, int number, List<DemoPod.Part> parts) {
        operations.lock();
        try {
            if (closing.get()) {
                throw new DemoException("the demo is ending");
            }
            DemoPod pod = pod(number);
            long started = System.nanoTime();
            boolean changed = carryOut(action, pod, parts);
            if (closing.get()) {
                pod.close();
                throw new DemoException("the demo is ending");
            }
            nameInDns();
            record();
            if (action == DemoAction.START) {
                watchProcesses(pod, parts);
            }
            String line =
                    subject(pod, parts)
                            + (changed ? " " + action.past() : " " + action.unchanged())
                            + (action.takesTime() ? " " + DemoScreen.since(started) : "");
            screen.event(line);
            return line;
        } finally {
            operations.unlock();
        }
    }

    /** Ends all of it and removes its files; what is being done to a pod is not waited for. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        boolean mine = takeOperations();
        try {
            closeIfAny(control);
            closeIfAny(watch);
            pods.forEach(DemoPod::close);
            closeIfAny(dns);
            directory.close();
            if (up) {
                screen.line("");
                screen.line("Stopped; nothing is left behind.");
            }
        } finally {
            if (mine) {
                operations.unlock();
            }
        }
    }

    private boolean takeOperations() {
        try {
            return operations.tryLock(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void start() {
        int swept = directory.sweep();
        if (swept > 0) {
            screen.line(
                    "A demo was killed before; ended the " + swept + " processes that it left.");
        }
        checkPorts();
        RedisBinary binary = RedisBinary.find(directory.path());
        screen.line(screen.faint("redis-server: " + binary.path() + ", " + binary.origin()));

        HeadlessDns server = startDns();
        dns = server;
        for (int i = 1; i <= settings.pods(); i++) {
            pods.add(
                    new DemoPod(
                            i,
                            settings.podAddress(i),
                            directory.pod(i),
                            binary,
                            settings.sidecar(),
                            server.hostPort()));
        }
        server.set(DemoSettings.DNS_NAME, settings.podAddresses());
        for (DemoPod pod : pods) {
            step(
                    "starting redis-server " + pod.address() + ":" + DemoSettings.REDIS_PORT,
                    pod::startRedis);
            record();
        }
        long started = System.nanoTime();
        screen.begin(
                "starting "
                        + pods.size()
                        + (pods.size() == 1 ? " sidecar on " : " sidecars on ")
                        + addresses());
        pods.forEach(pod -> pod.sidecar().launch());
        record();
        for (DemoPod pod : pods) {
            try {
                pod.sidecar().awaitAlive();
            } catch (DemoException e) {
                screen.line(screen.bad("failed"));
                throw new DemoException("pod " + pod.number() + ": " + e.getMessage(), e);
            }
        }
        screen.line(screen.good("up") + " " + DemoScreen.since(started));
        watch = new MasterWatch(pods, this::reportMaster);
        awaitReady();
        up = true;
        pods.forEach(pod -> watchProcesses(pod, List.of(DemoPod.Part.values())));
        control = DemoControl.start(DemoDirectory.socket(directory.path()), this);
    }

    private boolean carryOut(DemoAction action, DemoPod pod, List<DemoPod.Part> parts) {
        boolean changed = false;
        // The sidecar goes first: it hands over while its Redis is still there.
        List<DemoPod.Part> order =
                parts.stream()
                        .sorted(
                                action == DemoAction.START
                                        ? Comparator.naturalOrder()
                                        : Comparator.reverseOrder())
                        .toList();
        for (DemoPod.Part part : order) {
            boolean alive = pod.isAlive(part);
            changed |= alive != (action == DemoAction.START);
            switch (action) {
                case KILL -> pod.kill(part);
                case STOP -> pod.stop(part);
                case FREEZE -> pod.freeze(part);
                case THAW -> pod.thaw(part);
                case START -> {
                    if (!alive) {
                        start(pod, part);
                    }
                }
            }
        }
        return changed;
    }

    private void start(DemoPod pod, DemoPod.Part part) {
        switch (part) {
            case REDIS -> pod.startRedis();
            case SIDECAR -> {
                pod.sidecar().launch();
                nameInDns();
                record();
                pod.sidecar().awaitAlive();
            }
        }
    }

    private void reportMaster(DemoPod pod, OptionalLong gapMillis) {
        if (up && gapMillis.isPresent()) {
            screen.event(
                    screen.bold("pod " + pod.number() + " is master")
                            + " ("
                            + gapMillis.getAsLong()
                            + " ms after one was last seen)");
        }
    }

    /** As a cluster does: a pod of which anything runs is named, ready or not. */
    private void nameInDns() {
        HeadlessDns server = dns;
        if (server != null) {
            server.set(
                    DemoSettings.DNS_NAME,
                    pods.stream().filter(DemoPod::isUp).map(DemoPod::address).toList());
        }
    }

    /** Says so when a process ends that should not; what Ctrl-C ends is not worth a line. */
    private void watchProcesses(DemoPod pod, List<DemoPod.Part> parts) {
        for (DemoPod.Part part : parts) {
            pod.watch(
                    part,
                    ended ->
                            Thread.ofVirtual()
                                    .name("unexpected-end")
                                    .start(() -> reportEnd(pod, ended)));
        }
    }

    private void reportEnd(DemoPod pod, DemoPod.Part part) {
        try {
            Thread.sleep(CTRL_C_PAUSE);
        } catch (InterruptedException _) {
            return;
        }
        if (!closing.get()) {
            screen.event(
                    screen.bad(
                            subject(pod, List.of(part))
                                    + " has ended by itself; its log is in "
                                    + directory.pod(pod.number())));
        }
    }

    private void record() {
        directory.record(pods.stream().flatMap(DemoPod::handles).toList());
    }

    private HeadlessDns startDns() {
        try {
            return HeadlessDns.start(settings.dnsAddress(), DemoSettings.DNS_PORT);
        } catch (UncheckedIOException _) {
            return HeadlessDns.start(settings.dnsAddress(), 0);
        }
    }

    private void checkPorts() {
        for (String address : settings.podAddresses()) {
            if (!Loopback.isFree(address)) {
                throw new DemoException(
                        "cannot listen on "
                                + address
                                + "; where it is not an address of this machine (macOS), add it:"
                                + " sudo ifconfig lo0 alias "
                                + address);
            }
            for (int port : DemoSettings.ports()) {
                if (!Loopback.isFree(address, port)) {
                    throw new DemoException(
                            address
                                    + ":"
                                    + port
                                    + " is in use; stop the program that listens there (perhaps on"
                                    + " all addresses), or start the demo elsewhere, as with"
                                    + " --network 127.0.1");
                }
            }
        }
    }

    private void awaitReady() {
        long started = System.nanoTime();
        screen.begin("waiting until all pods are ready");
        List<Integer> missing = List.of();
        long deadline = started + READY_DEADLINE.toNanos();
        do {
            missing =
                    pods.stream()
                            .filter(pod -> !pod.sidecar().isReady())
                            .map(DemoPod::number)
                            .toList();
            for (DemoPod pod : pods) {
                for (DemoPod.Part part : DemoPod.Part.values()) {
                    if (!pod.isAlive(part)) {
                        screen.line(screen.bad("failed"));
                        throw new DemoException(
                                "the " + part.title() + " of pod " + pod.number() + " has ended");
                    }
                }
            }
        } while (!missing.isEmpty() && System.nanoTime() - deadline < 0 && pause());
        screen.line(
                missing.isEmpty()
                        ? screen.good("ready") + " " + DemoScreen.since(started)
                        : screen.bad("not ready: pods " + missing)
                                + ", after "
                                + READY_DEADLINE.toSeconds()
                                + " s; look into their logs");
    }

    private boolean pause() {
        try {
            Thread.sleep(POLL);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted while starting", e);
        }
    }

    private void step(String what, Runnable action) {
        long started = System.nanoTime();
        screen.begin(what);
        try {
            action.run();
        } catch (RuntimeException e) {
            screen.line(screen.bad("failed"));
            throw e;
        }
        screen.line(screen.good("up") + " " + DemoScreen.since(started));
    }

    /** As in "127.0.0.11 to .13". */
    String addresses() {
        return settings.pods() == 1
                ? settings.podAddress(1)
                : settings.podAddress(1) + " to ." + (10 + settings.pods());
    }

    private static String subject(DemoPod pod, List<DemoPod.Part> parts) {
        return "pod " + pod.number() + (parts.size() == 1 ? "'s " + parts.getFirst().title() : "");
    }

    private static void closeIfAny(@Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception _) {
            // The rest is to be ended all the same.
        }
    }
}

package io.hive.proxy.admin;

import com.sun.net.httpserver.HttpServer;
import io.hive.core.settings.AdminSettings;
import io.hive.core.settings.InvalidSetting;
import io.hive.core.settings.Setting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * The HTTP port. Connections, headers, bodies and the time a request may take to arrive are
 * bounded, so that nobody who reaches the port can use up the sidecar's memory or threads.
 */
public final class AdminServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 256;
    private static final int BACKLOG = 64;

    private final HttpServer server;
    private final EventStream events;
    private final Patience patience;

    private AdminServer(HttpServer server, EventStream events, Patience patience) {
        this.server = server;
        this.events = events;
        this.patience = patience;
    }

    /** Starts one that nobody counts. */
    public static AdminServer start(
            InetSocketAddress listen,
            AdminSettings settings,
            StatusSource source,
            Handovers handovers,
            Supplier<String> metrics) {
        return start(listen, settings, source, handovers, metrics, new AdminMeter());
    }

    /**
     * Starts to listen and to answer.
     *
     * @param listen where; port 0 takes any that is free
     * @param settings who may ask
     * @param source what is told
     * @param handovers what can be asked for
     * @param metrics what {@code /metrics} answers, in Prometheus' text format
     * @param meter counts
     * @throws InvalidSetting if it cannot listen there
     */
    public static AdminServer start(
            InetSocketAddress listen,
            AdminSettings settings,
            StatusSource source,
            Handovers handovers,
            Supplier<String> metrics,
            AdminMeter meter) {
        limits();
        HttpServer server;
        try {
            server = HttpServer.create(listen, BACKLOG);
        } catch (IOException e) {
            throw InvalidSetting.unusable(
                    Setting.ADMIN_PORT,
                    listen.getPort(),
                    "cannot listen on "
                            + listen.getAddress().getHostAddress()
                            + ":"
                            + listen.getPort()
                            + " ("
                            + e.getMessage()
                            + "); choose a free port, and an address of this machine as HIVE_BIND");
        }
        Patience patience = new Patience(meter);
        EventStream events = new EventStream(source, meter, patience);
        Endpoints endpoints = new Endpoints(source, handovers, metrics);
        server.createContext(
                "/", new AdminHandler(endpoints, events, new Guard(settings), patience, meter));
        server.setExecutor(new BoundedThreads());
        server.start();
        return new AdminServer(server, events, patience);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops at once; requests under way are cut. */
    @Override
    public void close() {
        events.close();
        server.stop(0);
        patience.close();
    }

    /**
     * The JDK's server takes its limits from system properties alone, once per process. Whoever set
     * one on the command line knows better.
     */
    private static void limits() {
        limit("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
        limit("sun.net.httpserver.maxIdleConnections", MAX_CONNECTIONS / 4);
        limit("sun.net.httpserver.maxReqHeaders", 64);
        limit("sun.net.httpserver.maxReqHeaderSize", 16 * 1024);
        // Seconds to send a request. How long an answer takes is looked after here, since a stream
        // of events has no end.
        limit("sun.net.httpserver.maxReqTime", 10);
        // Answers are small and complete; waiting to fill a packet only delays them.
        limit("sun.net.httpserver.nodelay", true);
    }

    private static void limit(String property, Object value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value.toString());
        }
    }

    /** One virtual thread a request; a request above the bound has its connection closed. */
    private static final class BoundedThreads implements Executor {
        private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
        private final ThreadFactory threads = Thread.ofVirtual().name("admin-", 0).factory();

        @Override
        public void execute(Runnable request) {
            if (!free.tryAcquire()) {
                throw new RejectedExecutionException(
                        "more than " + MAX_CONNECTIONS + " requests at once");
            }
            threads.newThread(
                            () -> {
                                try {
                                    request.run();
                                } finally {
                                    free.release();
                                }
                            })
                    .start();
        }
    }
}

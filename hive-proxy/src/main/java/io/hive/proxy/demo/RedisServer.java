package io.hive.proxy.demo;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real redis-server as a child process, with a directory of its own.
 *
 * <p>It saves nothing, and boots as the replica of an address where nobody answers, as it does in a
 * pod: a fresh server is nobody's master until it is told to be. The builder changes both.
 *
 * <p>Any thread, one at a time. The process ends with this JVM, unless the JVM is killed.
 */
public final class RedisServer implements AutoCloseable {
    private static final Duration START_DEADLINE = Duration.ofSeconds(30);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final String READY_LINE = "Ready to accept connections";

    private final Builder settings;
    private final Path directory;
    private final boolean ownDirectory;
    private final Thread atExit;
    private volatile @Nullable Process process;
    private volatile boolean frozen;

    private RedisServer(Builder settings) {
        this.settings = settings;
        this.ownDirectory = settings.directory == null;
        this.directory = settings.directory == null ? temporary() : settings.directory;
        this.atExit =
                Thread.ofPlatform().name("end-redis-" + settings.port).unstarted(this::cleanUp);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** A server to be started on this address and port. */
    public static Builder at(String address, int port) {
        return new Builder(address, port);
    }

    /**
     * Starts a server that boots safely (as a replica of nobody) and saves nothing.
     *
     * @param arguments further ones, as on redis-server's command line; they win
     */
    public static RedisServer start(String address, int port, String... arguments) {
        return at(address, port).arguments(arguments).start();
    }

    /** Starts a plain master that saves nothing. */
    public static RedisServer startMaster(String address, int port, String... arguments) {
        return at(address, port).safeBoot(false).arguments(arguments).start();
    }

    public String address() {
        return settings.address;
    }

    public int port() {
        return settings.port;
    }

    /** Where it runs, and where its dumps and its log are. */
    public Path directory() {
        return directory;
    }

    /**
     * The number of the running process.
     *
     * @throws IllegalStateException if none runs
     */
    public long pid() {
        return running().pid();
    }

    public boolean isAlive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** A new connection to it. */
    public RedisConnection connect() {
        return RedisConnection.open(settings.address, settings.port);
    }

    /** What it has written since it was first started. */
    public String log() {
        try {
            return Files.readString(logFile(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Ends it at once (SIGKILL), and waits for that. */
    public void kill() {
        Process current = process;
        if (current != null) {
            current.destroyForcibly();
            awaitEnd(current);
        }
        process = null;
        frozen = false;
    }

    /** Ends it in an orderly way (SIGTERM), and waits for that; after 10 seconds it is killed. */
    public void stop() {
        thaw();
        Process current = process;
        if (current != null) {
            current.destroy();
            try {
                if (current.waitFor(STOP_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                    process = null;
                    return;
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        kill();
    }

    /** Stops it where it stands (SIGSTOP): its sockets stay open, nobody answers. */
    public void freeze() {
        Signals.freeze(pid());
        frozen = true;
    }

    /** Lets it go on (SIGCONT). */
    public void thaw() {
        if (frozen && isAlive()) {
            Signals.thaw(pid());
        }
        frozen = false;
    }

    /**
     * Starts it again, killing it first if it runs, in the same directory: a dump in there is
     * loaded.
     *
     * @param arguments further ones for this start, after those of the first
     */
    public void restart(String... arguments) {
        kill();
        launch(List.of(arguments));
    }

    /** As {@link #restart}, with an empty directory, as in a pod that was rescheduled. */
    public void restartEmpty(String... arguments) {
        kill();
        Directories.clear(directory);
        launch(List.of(arguments));
    }

    /** Ends it, and removes its directory unless that was given. */
    @Override
    public void close() {
        cleanUp();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // The JVM is ending, and has done the same.
        }
    }

    @Override
    public String toString() {
        return "redis-server " + settings.address + ":" + settings.port;
    }

    private void cleanUp() {
        kill();
        if (ownDirectory) {
            Directories.delete(directory);
        }
    }

    private void launch(List<String> further) {
        try {
            Files.createDirectories(directory);
            int logged = log().length();
            Process started =
                    new ProcessBuilder(commandLine(further))
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectInput(new File("/dev/null"))
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                            .start();
            process = started;
            awaitReady(started, Files.size(logFile()) == 0 ? 0 : logged);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    this
                            + " could not be started from "
                            + settings.binary().path()
                            + "; name another redis-server in "
                            + RedisBinary.VARIABLE,
                    e);
        }
    }

    private List<String> commandLine(List<String> further) {
        List<String> line = new ArrayList<>();
        line.add(settings.binary().path().toString());
        String port = Integer.toString(settings.port);
        if (settings.tls) {
            line.addAll(List.of("--port", "0", "--tls-port", port));
        } else {
            line.addAll(List.of("--port", port));
        }
        line.addAll(List.of("--bind", settings.address, "--protected-mode", "no"));
        line.addAll(List.of("--dir", directory.toAbsolutePath().toString()));
        line.addAll(List.of("--save", "", "--appendonly", "no"));
        if (settings.safeBoot) {
            line.addAll(List.of("--replicaof", "127.0.0.1 1"));
        }
        line.addAll(settings.arguments);
        line.addAll(further);
        return line;
    }

    private void awaitReady(Process started, int logged) {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        try {
            while (!answers(started.pid(), logged)) {
                if (started.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    process = null;
                    throw new IllegalStateException(
                            this + " ended with " + started.exitValue() + ":\n" + log());
                }
                if (System.nanoTime() - deadline > 0) {
                    String log = log();
                    kill();
                    throw new IllegalStateException(
                            this + " does not answer after " + START_DEADLINE + ":\n" + log);
                }
            }
            // Someone else may have answered on this port while ours found it taken.
            if (!started.isAlive()) {
                process = null;
                throw new IllegalStateException(
                        this + " ended with " + started.exitValue() + ":\n" + log());
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting " + this, e);
        }
    }

    private boolean answers(long pid, int logged) {
        if (settings.tls) {
            String log = log();
            return log.indexOf(READY_LINE, Math.min(logged, log.length())) >= 0;
        }
        try (RedisConnection connection =
                RedisConnection.open(settings.address, settings.port, Duration.ofSeconds(2))) {
            // Another server may hold the port, and ours not have noticed yet.
            return Long.toString(pid).equals(connection.info("server").get("process_id"));
        } catch (RedisReplyException _) {
            // NOAUTH, NOPERM: it is there, and says so.
            return true;
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    private Process running() {
        Process current = process;
        if (current == null || !current.isAlive()) {
            throw new IllegalStateException(this + " is not running");
        }
        return current;
    }

    private void awaitEnd(Process ending) {
        boolean interrupted = false;
        try {
            long deadline = System.nanoTime() + STOP_DEADLINE.toNanos();
            while (ending.isAlive() && System.nanoTime() - deadline < 0) {
                try {
                    ending.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Path logFile() {
        return directory.resolve("redis.log");
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("hive-redis-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is to be started. */
    public static final class Builder {
        private final String address;
        private final int port;
        private @Nullable RedisBinary binary;
        private @Nullable Path directory;
        private boolean safeBoot = true;
        private boolean tls;
        private List<String> arguments = List.of();

        private Builder(String address, int port) {
            this.address = address;
            this.port = port;
        }

        /** Which redis-server; by default what {@link RedisBinary#find} finds. */
        public Builder binary(RedisBinary chosen) {
            this.binary = chosen;
            return this;
        }

        /** A directory that is kept when the server is closed; by default a temporary one. */
        public Builder directory(Path kept) {
            this.directory = kept;
            return this;
        }

        /** Whether it boots as a replica of nobody (the default) or as a master. */
        public Builder safeBoot(boolean safe) {
            this.safeBoot = safe;
            return this;
        }

        /** The port speaks TLS only; the arguments name the certificates. */
        public Builder tls() {
            this.tls = true;
            return this;
        }

        /** Further arguments, as on redis-server's command line; they win over the defaults. */
        public Builder arguments(String... further) {
            this.arguments = List.of(further);
            return this;
        }

        /**
         * Starts it, and waits until it answers, if only that it is loading.
         *
         * @throws IllegalStateException if it ends or does not answer within 30 seconds; the
         *     message has its log
         */
        public RedisServer start() {
            binary();
            RedisServer server = new RedisServer(this);
            try {
                server.launch(List.of());
                return server;
            } catch (RuntimeException e) {
                server.close();
                throw e;
            }
        }

        private RedisBinary binary() {
            RedisBinary chosen = binary == null ? RedisBinary.find() : binary;
            binary = chosen;
            return chosen;
        }
    }
}

package io.hive.proxy.demo;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A sidecar as a child process: the program that runs here, started once more with other settings.
 * Any thread, one at a time.
 */
public final class SidecarProcess implements AutoCloseable {
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(25);
    private static final int HTTP_MILLIS = 1000;

    /**
     * The property with the JVM's flags for a sidecar, separated by blanks. The launcher sets it,
     * so that a sidecar of a demo or a benchmark runs as one of {@code ./hive run} does.
     */
    private static final String FLAGS_PROPERTY = "hive.jvm.flags";

    /**
     * The property with its class path, where that is not the one of the program that runs here.
     */
    private static final String CLASS_PATH_PROPERTY = "hive.jvm.classpath";

    /** Where no launcher has said more: a small heap, and what Netty needs. */
    private static final String PLAIN_FLAGS =
            "-XX:+UseSerialGC -Xms16m -Xmx128m -XX:+ExitOnOutOfMemoryError"
                    + " -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED"
                    + " --sun-misc-unsafe-memory-access=allow";

    private final List<String> flags;
    private final List<String> program;
    private final Map<String, String> settings;
    private final String admin;
    private final Path log;
    private volatile @Nullable Process process;
    private volatile boolean frozen;

    /**
     * A sidecar that is not started yet.
     *
     * @param program the class to run, and its arguments
     * @param settings as {@code HIVE_…} variables
     * @param admin the root of its HTTP port
     * @param log the file that takes what it writes
     */
    public SidecarProcess(
            List<String> program, Map<String, String> settings, String admin, Path log) {
        this(List.of(), program, settings, admin, log);
    }

    /**
     * As above.
     *
     * @param moreFlags for its JVM, besides those that all sidecars get
     */
    SidecarProcess(
            List<String> moreFlags,
            List<String> program,
            Map<String, String> settings,
            String admin,
            Path log) {
        this.flags = new ArrayList<>();
        for (String flag :
                System.getProperty(FLAGS_PROPERTY, PLAIN_FLAGS).strip().split("\\s+", -1)) {
            flags.add(flag);
        }
        flags.addAll(moreFlags);
        this.program = List.copyOf(program);
        this.settings = Map.copyOf(settings);
        this.admin = admin;
        this.log = log;
    }

    /**
     * Starts it, and waits until it is alive by its own account.
     *
     * @throws DemoException if it ends, or is not alive within a minute; the message has the end of
     *     its log
     */
    public void start() {
        launch();
        awaitAlive();
    }

    /** Starts it, and waits for nothing. */
    public void launch() {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
        line.addAll(flags);
        String ownClassPath = System.getProperty("java.class.path", "");
        line.addAll(List.of("-cp", System.getProperty(CLASS_PATH_PROPERTY, ownClassPath)));
        line.addAll(program);
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(SidecarProcess::belongsToOnePod);
        builder.environment().putAll(settings);
        // For people; without a terminal a sidecar would write JSON.
        builder.environment().putIfAbsent("HIVE_LOG", "text");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + line.getFirst(), e);
        }
    }

    /** As {@link #start}, for one that is launched. */
    public void awaitAlive() {
        Process starting = process;
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        try {
            while (!answers("/livez")) {
                if (starting == null || starting.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new DemoException(
                            "the sidecar ended"
                                    + (starting == null ? "" : " with " + starting.exitValue())
                                    + "; its log ends:\n"
                                    + endOfLog());
                }
                if (System.nanoTime() - deadline > 0) {
                    String end = endOfLog();
                    kill();
                    throw new DemoException(
                            "the sidecar does not answer "
                                    + admin
                                    + "/livez after "
                                    + START_DEADLINE.toSeconds()
                                    + " s; its log ends:\n"
                                    + end);
                }
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted while the sidecar started", e);
        }
    }

    /** Whether its hive is served by it and its Redis in sync, by its own account. */
    public boolean isReady() {
        return isAlive() && !frozen && answers("/readyz");
    }

    public boolean isAlive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /**
     * The number of the running process.
     *
     * @throws IllegalStateException if none runs
     */
    public long pid() {
        return handle().orElseThrow(() ->
                        new IllegalStateException("the sidecar at " + admin + " is not running"))
                .pid();
    }

    boolean isFrozen() {
        return frozen && isAlive();
    }

    Optional<ProcessHandle> handle() {
        Process current = process;
        return current != null && current.isAlive()
                ? Optional.of(current.toHandle())
                : Optional.empty();
    }

    /** Ends it at once (SIGKILL). */
    public void kill() {
        Process current = process;
        process = null;
        frozen = false;
        if (current != null) {
            current.destroyForcibly();
            awaitEnd(current);
        }
    }

    /**
     * Asks it to end (SIGTERM): it hands over first, if it leads. After 20 seconds it is killed.
     *
     * @return whether it ended by itself
     */
    public boolean stop() {
        return stop(STOP_DEADLINE);
    }

    /** As above, with another time after which it is killed. */
    boolean stop(Duration deadline) {
        thaw();
        Process current = process;
        if (current == null) {
            return true;
        }
        process = null;
        current.destroy();
        boolean ended = false;
        try {
            ended = current.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        current.destroyForcibly();
        awaitEnd(current);
        return ended;
    }

    public void freeze() {
        Process current = process;
        if (current != null && current.isAlive()) {
            Signals.freeze(current.pid());
            frozen = true;
        }
    }

    public void thaw() {
        Process current = process;
        if (frozen && current != null && current.isAlive()) {
            Signals.thaw(current.pid());
        }
        frozen = false;
    }

    Path log() {
        return log;
    }

    @Override
    public void close() {
        kill();
    }

    private static void awaitEnd(Process killed) {
        killed.onExit()
                .completeOnTimeout(killed, STOP_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private boolean answers(String path) {
        HttpURLConnection connection = null;
        try {
            connection = (HttpURLConnection) URI.create(admin + path).toURL().openConnection();
            connection.setConnectTimeout(HTTP_MILLIS);
            connection.setReadTimeout(HTTP_MILLIS);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException _) {
            return false;
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** What must not be taken over from the terminal: it would be the same for all pods. */
    private static boolean belongsToOnePod(String variable) {
        return variable.equals("POD_IP")
                || variable.equals("HIVE_ADDRESS")
                || variable.equals("HIVE_BIND")
                || variable.equals("HIVE_DISCOVERY")
                || variable.equals("HIVE_PEERS")
                || variable.startsWith("HIVE_DNS_")
                || variable.startsWith("HIVE_REDIS_")
                || (variable.startsWith("HIVE_") && variable.endsWith("_PORT"));
    }
}

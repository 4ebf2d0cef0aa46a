import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The processes that this benchmark starts, and the folder for what they write. Closing it, or the
 * end of this JVM (also by Ctrl-C), ends each of them by its id and removes the folder. Any thread.
 */
final class Children implements AutoCloseable {
    private final Path folder;
    private final Set<Process> running = new HashSet<>();
    private final Thread atExit = new Thread(this::end, "end-children");
    private boolean ended;

    Children() throws IOException {
        folder = Files.createTempDirectory("hive-bench-relay-");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    Path folder() {
        return folder;
    }

    /**
     * Starts one.
     *
     * @param log what it writes; null for nowhere
     * @param environment in place of this JVM's; null for the same
     */
    synchronized Process start(List<String> line, Path log, Map<String, String> environment) {
        if (ended) {
            throw new IllegalStateException("the benchmark is being ended");
        }
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(
                                log == null
                                        ? ProcessBuilder.Redirect.DISCARD
                                        : ProcessBuilder.Redirect.to(log.toFile()));
        if (environment != null) {
            builder.environment().clear();
            builder.environment().putAll(environment);
        }
        try {
            Process process = builder.start();
            running.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + line.getFirst(), e);
        }
    }

    /** Ends one (SIGKILL), and waits for that. */
    void kill(Process process) {
        process.destroyForcibly();
        boolean interrupted = false;
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        forget(process);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of one that has ended by itself. */
    synchronized void forget(Process process) {
        running.remove(process);
    }

    synchronized boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending, and does the same.
        }
    }

    private void end() {
        List<Process> left;
        synchronized (this) {
            ended = true;
            left = new ArrayList<>(running);
        }
        left.forEach(this::kill);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // It was removed before, or lies in the folder for temporary files.
        }
    }

    /** The end of what a process has written, for messages. */
    static String endOf(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }
}

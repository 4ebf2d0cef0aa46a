import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Gives a process a part of one processor, as a container's CPU limit does: by cgroup where this
 * machine lets us, version 2 or 1, else by stopping it for the rest of every tenth of a second.
 */
final class CpuLimit implements AutoCloseable {
    private static final int PERIOD_MICROS = 100_000;

    private final long pid;
    private final String means;
    private Path group;
    private Path home;
    private volatile boolean closed;
    private Thread stopping;

    CpuLimit(long pid, double part) throws IOException {
        this.pid = pid;
        long quota = Math.round(part * PERIOD_MICROS);
        String name = "hive-bench-" + ProcessHandle.current().pid();
        Path v2 = Path.of("/sys/fs/cgroup");
        Path v1 = Path.of("/sys/fs/cgroup/cpu");
        if (Files.exists(v2.resolve("cgroup.controllers"))
                && tried(v2.resolve(name), v2, "cpu.max", quota + " " + PERIOD_MICROS)) {
            means = "cgroup v2, cpu.max";
        } else if (Files.exists(v1.resolve("cpu.cfs_quota_us"))
                && tried(v1.resolve(name), v1, "cpu.cfs_quota_us", Long.toString(quota))) {
            means = "cgroup v1, cpu.cfs_quota_us";
        } else {
            means = "SIGSTOP and SIGCONT in turns";
            stopping = Thread.ofPlatform().daemon().start(() -> inTurns(part));
        }
    }

    String means() {
        return means;
    }

    private boolean tried(Path in, Path back, String file, String limit) {
        try {
            Files.createDirectory(in);
            group = in;
            home = back;
            Files.writeString(in.resolve(file), limit);
            Files.writeString(in.resolve("cgroup.procs"), Long.toString(pid));
            return true;
        } catch (IOException e) {
            leave();
            return false;
        }
    }

    private void inTurns(double part) {
        try {
            while (!closed) {
                signal("CONT");
                TimeUnit.MICROSECONDS.sleep(Math.round(part * PERIOD_MICROS));
                signal("STOP");
                TimeUnit.MICROSECONDS.sleep(Math.round((1 - part) * PERIOD_MICROS));
            }
        } catch (IOException | InterruptedException e) {
            // the process is gone, or this is over
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start().waitFor();
    }

    private void leave() {
        if (group == null) {
            return;
        }
        try {
            if (ProcessHandle.of(pid).isPresent()) {
                Files.writeString(home.resolve("cgroup.procs"), Long.toString(pid));
            }
            Files.delete(group);
        } catch (IOException e) {
            System.err.println("could not remove " + group + ": " + e);
        }
        group = null;
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (stopping != null) {
                stopping.join();
                signal("CONT");
            }
        } catch (IOException e) {
            System.err.println("could not let " + pid + " go on: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        leave();
    }
}

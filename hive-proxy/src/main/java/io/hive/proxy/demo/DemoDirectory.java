package io.hive.proxy.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a running demo, in the folder for temporary files: its lock, its control socket,
 * the numbers of its processes, and a folder for each pod. Nobody but its owner can enter it.
 *
 * <p>A demo that was killed leaves it behind, and its processes with it; the next one ends those
 * that still run. For one thread at a time.
 */
final class DemoDirectory implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String PROCESSES = "processes";
    private static final String SOCKET = "control";

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DemoDirectory(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the folder for this process.
     *
     * @throws DemoException if another demo has it
     */
    static DemoDirectory take(Path path) {
        FileChannel channel = null;
        try {
            createPrivate(path);
            channel =
                    FileChannel.open(
                            path.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new DemoException(
                        "a demo runs on these addresses already; stop it with Ctrl-C where it was"
                                + " started, or start this one elsewhere, as with --network"
                                + " 127.0.1");
            }
            return new DemoDirectory(path, channel, lock);
        } catch (IOException e) {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw new UncheckedIOException("cannot use " + path, e);
        }
    }

    /** Where all demos of this machine have their folders. */
    static Path base() {
        return Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    }

    /** What the names of this user's begin with. */
    static String prefix() {
        return "hive-demo-"
                + System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9_-]", "_")
                + "-";
    }

    static Path socket(Path directory) {
        return directory.resolve(SOCKET);
    }

    Path path() {
        return path;
    }

    Path pod(int number) {
        return path.resolve("pod-" + number);
    }

    /**
     * Ends what a demo that was killed has left running, and removes its files.
     *
     * @return how many processes were ended
     */
    int sweep() {
        int ended = 0;
        for (String line : recorded()) {
            String[] fields = line.split(" ", 3);
            if (fields.length < 2) {
                continue;
            }
            ProcessHandle left = ProcessHandle.of(Long.parseLong(fields[0])).orElse(null);
            // Numbers are used again: only a process that started when ours did is ours.
            if (left != null && fields[1].equals(started(left)) && left.destroyForcibly()) {
                left.onExit().join();
                ended++;
            }
        }
        try (Stream<Path> entries = Files.list(path)) {
            for (Path entry : entries.filter(entry -> !entry.endsWith(LOCK)).toList()) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    Directories.delete(entry);
                } else {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty " + path, e);
        }
        return ended;
    }

    /** Writes down which processes run now. */
    void record(List<ProcessHandle> running) {
        String text =
                running.stream()
                        .map(process -> process.pid() + " " + started(process) + "\n")
                        .collect(Collectors.joining());
        try {
            Files.writeString(path.resolve(PROCESSES), text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + path, e);
        }
    }

    /** Removes it. */
    @Override
    public void close() {
        Directories.delete(path);
        try {
            lock.release();
            channel.close();
        } catch (IOException _) {
            // The process is ending, and its locks with it.
        }
    }

    private List<String> recorded() {
        try {
            Path file = path.resolve(PROCESSES);
            return Files.exists(file) ? Files.readAllLines(file) : new ArrayList<>();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L).toString();
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    private static void createPrivate(Path path) throws IOException {
        try {
            Files.createDirectory(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException _) {
            Set<?> permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
            // In a folder that everybody may write to, anybody may have made it.
            Path own = Files.createTempFile("hive-demo-", ".owner");
            try {
                if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                        || !permissions.equals(PosixFilePermissions.fromString("rwx------"))
                        || !Files.getOwner(path, LinkOption.NOFOLLOW_LINKS)
                                .equals(Files.getOwner(own))) {
                    throw new DemoException(
                            path
                                    + " is there already and is not a folder of yours alone; remove"
                                    + " it, or choose another --network");
                }
            } finally {
                Files.deleteIfExists(own);
            }
        }
    }
}

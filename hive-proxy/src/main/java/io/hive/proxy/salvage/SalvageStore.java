package io.hive.proxy.salvage;

import io.hive.core.lineage.Position;
import io.hive.core.node.NodeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of {@code HIVE_SALVAGE_DIR}. A snapshot appears there whole or not at all: it is
 * written under another name, synchronised with the disk, then renamed.
 *
 * <p>The {@value #KEPT} newest of a hive are kept; who writes one more deletes the oldest, with a
 * line for each. Nothing is deleted to make room for one that does not fit.
 */
public final class SalvageStore {
    /** How many snapshots of a hive are kept. */
    public static final int KEPT = 16;

    private static final Logger LOG = LoggerFactory.getLogger(SalvageStore.class);

    private static final String ENDING = ".rdb";
    private static final String UNFINISHED = ".part";

    /** What a sidecar that died has left unfinished, and no other still writes. */
    private static final Duration STALE = Duration.ofHours(1);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Path directory;
    private final String prefix;
    private final String node;
    private final Clock clock;
    private final AtomicReference<Counts> counts =
            new AtomicReference<>(new Counts(0, 0, 0, null, null));

    /**
     * What has become of it so far.
     *
     * @param files snapshots that were written
     * @param bytes their sizes
     * @param failures attempts that failed
     * @param lastFile the name of the newest, or null
     * @param lastFailure why the last attempt failed; null if it succeeded, or there was none
     */
    public record Counts(
            long files,
            long bytes,
            long failures,
            @Nullable String lastFile,
            @Nullable String lastFailure) {}

    /**
     * A directory that is there already.
     *
     * @param cluster the hive's name
     * @param node whose data it is
     * @param clock the wall clock, for the names
     */
    public SalvageStore(Path directory, String cluster, NodeId node, Clock clock) {
        this.directory = directory;
        this.prefix = "hive-" + safe(cluster) + "-";
        this.node = safe(node.address().toString()) + "_" + node.port();
        this.clock = clock;
    }

    /** The directory. */
    public Path directory() {
        return directory;
    }

    /** What has become of it so far. Any thread. */
    public Counts counts() {
        return counts.get();
    }

    /**
     * Looks whether the directory can be used, by writing to it.
     *
     * @return what is wrong with it and what to do, one line; null if nothing is
     */
    public static @Nullable String problem(Path directory) {
        if (!Files.exists(directory)) {
            return "it does not exist; create it, or mount a volume there";
        }
        if (!Files.isDirectory(directory)) {
            return "it is not a directory";
        }
        try {
            Path probe = Files.createTempFile(directory, ".hive-", UNFINISHED);
            Files.delete(probe);
            return null;
        } catch (IOException e) {
            return "it cannot be written to by this user (" + e + "); correct its owner or rights";
        }
    }

    /**
     * Begins a snapshot.
     *
     * @param epoch of the leadership that is followed instead
     * @param position what it holds
     */
    public Writing begin(long epoch, Position position) throws IOException {
        deleteStale();
        String name =
                prefix
                        + node
                        + "-"
                        + position.id().value()
                        + "-"
                        + position.offset()
                        + "-epoch"
                        + epoch
                        + "-"
                        + TIME.format(clock.instant())
                        + ENDING;
        Path unfinished = directory.resolve("." + name + UNFINISHED);
        FileChannel file =
                FileChannel.open(
                        unfinished,
                        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        ownerOnly());
        return new Writing(file, unfinished, directory.resolve(name));
    }

    /** Notes why an attempt failed, wherever it did. */
    public void failed(String reason) {
        counts.updateAndGet(
                c -> new Counts(c.files(), c.bytes(), c.failures() + 1, c.lastFile(), reason));
    }

    /** It is users' data. */
    private FileAttribute<?>[] ownerOnly() {
        Set<String> views = directory.getFileSystem().supportedFileAttributeViews();
        return views.contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private void deleteStale() throws IOException {
        Instant limit = clock.instant().minus(STALE);
        for (Path file : files("." + prefix, UNFINISHED)) {
            if (modified(file).toInstant().isBefore(limit)) {
                delete(file, "it was left unfinished");
            }
        }
    }

    /** The newest is the one that was just written, and is never among them. */
    private void deleteOldest(Path newest) throws IOException {
        List<Path> kept = files(prefix, ENDING);
        kept.removeIf(newest::equals);
        kept.sort(Comparator.comparing(SalvageStore::modified).thenComparing(Path::getFileName));
        for (Path file : kept.subList(0, Math.max(0, kept.size() - (KEPT - 1)))) {
            delete(file, "there are " + KEPT + " newer ones");
        }
    }

    private List<Path> files(String beginning, String ending) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (name.startsWith(beginning) && name.endsWith(ending)) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException _) {
            // deleted meanwhile: nobody misses it
            return FileTime.fromMillis(0);
        }
    }

    private static void delete(Path file, String why) throws IOException {
        if (Files.deleteIfExists(file)) {
            LOG.warn("deleted the snapshot {}: {}", file.getFileName(), why);
        }
    }

    private static String safe(String text) {
        return text.replaceAll("[^A-Za-z0-9.]", "_");
    }

    /** A snapshot that was set aside. */
    public record Kept(String name, long size) {}

    /** One snapshot on its way to the disk. One thread at a time. */
    public final class Writing implements AutoCloseable {
        private final FileChannel file;
        private final Path unfinished;
        private final Path finished;
        private long size;

        private Writing(FileChannel file, Path unfinished, Path finished) {
            this.file = file;
            this.unfinished = unfinished;
            this.finished = finished;
        }

        /** Writes all that remains in the buffer. */
        public void write(java.nio.ByteBuffer bytes) throws IOException {
            size += bytes.remaining();
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        }

        /** It is whole: from now on it is there, whatever happens to this machine. */
        public Kept finish() throws IOException {
            file.force(true);
            file.close();
            Files.move(unfinished, finished, StandardCopyOption.ATOMIC_MOVE);
            synchroniseDirectory();
            String name = finished.getFileName().toString();
            counts.updateAndGet(
                    c -> new Counts(c.files() + 1, c.bytes() + size, c.failures(), name, null));
            try {
                deleteOldest(finished);
            } catch (IOException e) {
                LOG.warn("could not delete the oldest snapshots: {}", e.toString());
            }
            return new Kept(name, size);
        }

        /** The rename, too, is to outlive a crash of the machine; not every system can do that. */
        private void synchroniseDirectory() {
            try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
            } catch (IOException e) {
                LOG.debug("the directory was not synchronised: {}", e.toString());
            }
        }

        /** Deletes it, if it was not finished. */
        @Override
        public void close() throws IOException {
            file.close();
            try {
                Files.deleteIfExists(unfinished);
            } catch (NoSuchFileException _) {
                // finished
            }
        }
    }
}

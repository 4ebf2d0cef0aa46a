package io.hive.proxy.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.node.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SalvageStoreTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Position POSITION = new Position(new ReplicationId("a".repeat(40)), 160);

    @TempDir private Path directory;

    private SalvageStore store(String cluster) {
        return new SalvageStore(
                directory,
                cluster,
                NodeId.parse("[fd00::1]:3000", 0),
                Clock.fixed(NOON, ZoneOffset.UTC));
    }

    private static SalvageStore.Kept write(SalvageStore store, long epoch) throws IOException {
        try (SalvageStore.Writing to = store.begin(epoch, POSITION)) {
            to.write(ByteBuffer.wrap("a snapshot".getBytes(StandardCharsets.UTF_8)));
            return to.finish();
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theNameTellsWhatIsInItAndNoNameLeavesTheDirectory() throws IOException {
        SalvageStore store = store("../a b");
        SalvageStore.Kept kept = write(store, 7);

        assertThat(kept.name())
                .isEqualTo(
                        "hive-.._a_b-fd00_0_0_0_0_0_0_1_3000-"
                                + "a".repeat(40)
                                + "-160-epoch7-20261120T120000.000Z.rdb");
        assertThat(names()).containsExactly(kept.name());
        assertThat(kept.size()).isEqualTo(10);
        assertThat(directory.resolve(kept.name())).hasContent("a snapshot");
        assertThat(Files.getPosixFilePermissions(directory.resolve(kept.name())))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(store.counts()).isEqualTo(new SalvageStore.Counts(1, 10, 0, kept.name(), null));
    }

    @Test
    void whatIsNotFinishedLeavesNothing() throws IOException {
        SalvageStore store = store("default");
        try (SalvageStore.Writing to = store.begin(7, POSITION)) {
            to.write(ByteBuffer.wrap("a snap".getBytes(StandardCharsets.UTF_8)));
            assertThat(names()).as("under another name").noneMatch(name -> name.endsWith(".rdb"));
        }
        assertThat(names()).isEmpty();
        store.failed("no space left");
        assertThat(store.counts())
                .isEqualTo(new SalvageStore.Counts(0, 0, 1, null, "no space left"));
    }

    @Test
    void theOldestOfThisHiveGoAndNobodyElses() throws IOException {
        SalvageStore store = store("default");
        String foreign = write(store("other"), 1).name();
        Files.createFile(directory.resolve("notes.rdb"));
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < SalvageStore.KEPT + 3; i++) {
            String name = write(store, i).name();
            kept.add(name);
            Files.setLastModifiedTime(
                    directory.resolve(name), FileTime.from(NOON.plusSeconds(i - 1000)));
        }

        assertThat(names()).hasSize(SalvageStore.KEPT + 2).contains(foreign, "notes.rdb");
        assertThat(names()).containsAll(kept.subList(3, kept.size()));
    }

    /** As after a clock that jumped: the newest by name or time is not the one just written. */
    @Test
    void theOneThatWasJustWrittenNeverGoes() throws IOException {
        SalvageStore store = store("default");
        for (int i = 0; i < SalvageStore.KEPT; i++) {
            Files.setLastModifiedTime(
                    directory.resolve(write(store, i).name()),
                    FileTime.from(Instant.now().plusSeconds(100_000)));
        }

        String newest = write(store, 99).name();

        assertThat(names()).contains(newest).hasSize(SalvageStore.KEPT);
    }

    @Test
    void whatADeadSidecarLeftUnfinishedGoesAfterAnHour() throws IOException {
        SalvageStore store = store("default");
        Path old = Files.createFile(directory.resolve(".hive-default-x.rdb.part"));
        Path fresh = Files.createFile(directory.resolve(".hive-default-y.rdb.part"));
        Files.setLastModifiedTime(old, FileTime.from(NOON.minusSeconds(3601)));
        Files.setLastModifiedTime(fresh, FileTime.from(NOON.minusSeconds(3599)));

        write(store, 7);

        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }

    @Test
    void aDirectoryThatCannotBeUsedIsToldFromOneThatCan() throws IOException {
        assertThat(SalvageStore.problem(directory)).isNull();
        assertThat(names()).as("nothing is left of the look").isEmpty();
        assertThat(SalvageStore.problem(directory.resolve("missing"))).contains("does not exist");
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(SalvageStore.problem(file)).contains("not a directory");
        assertThat(SalvageStore.problem(Path.of("/proc"))).contains("cannot be written to");
    }
}

package io.hive.election.sim;

import io.hive.core.lineage.ReplicationId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is in a Redis's memory: the keys, as a set of numbers that are written once each, and where
 * that stands in a replication stream (INFO replication).
 */
final class SimDataset {
    /** A piece of the replication stream; {@code value} is -1 for a PING. */
    record Entry(long end, int length, int value) {}

    /** A snapshot on disk or on the wire; without an ID where Redis saves none. */
    record Snapshot(BitSet keys, @Nullable ReplicationId id, long offset) {
        Snapshot {
            keys = (BitSet) keys.clone();
        }

        @Override
        public BitSet keys() {
            return (BitSet) keys.clone();
        }
    }

    private final int backlogBytes;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long entriesBytes;

    BitSet keys = new BitSet();
    ReplicationId id;
    @Nullable ReplicationId previousId;
    long secondOffset = -1;
    long offset;
    boolean backlog;
    long changesSinceSave;

    SimDataset(int backlogBytes, ReplicationId id) {
        this.backlogBytes = backlogBytes;
        this.id = id;
    }

    /** Starts a stream of its own with a new ID, and forgets the one before (no predecessor). */
    void newHistory(ReplicationId fresh) {
        id = fresh;
        previousId = null;
        secondOffset = -1;
    }

    /** What promotion does: the old ID stays valid up to here (shiftReplicationId). */
    void shift(ReplicationId fresh) {
        previousId = id;
        secondOffset = offset + 1;
        id = fresh;
    }

    void createBacklog() {
        if (!backlog) {
            backlog = true;
            clearEntries();
        }
    }

    /** Takes the state of a master's snapshot, as the end of a full synchronisation does. */
    void become(Snapshot snapshot, ReplicationId masterId) {
        keys = snapshot.keys();
        newHistory(masterId);
        offset = snapshot.offset();
        backlog = true;
        clearEntries();
        changesSinceSave = 0;
    }

    /** What a failed load leaves: no data, no backlog, and the ID and offset of what there was. */
    void emptied() {
        keys = new BitSet();
        backlog = false;
        clearEntries();
        changesSinceSave = 0;
    }

    /** A write or a PING on a master; without a backlog the offset does not move. */
    @Nullable Entry append(int length, int value) {
        if (value >= 0) {
            keys.set(value);
            changesSinceSave++;
        }
        if (!backlog) {
            return null;
        }
        offset += length;
        Entry entry = new Entry(offset, length, value);
        remember(entry);
        return entry;
    }

    /** A piece of the master's stream on a replica. */
    void apply(Entry entry) {
        if (entry.value() >= 0) {
            keys.set(entry.value());
            changesSinceSave++;
        }
        offset = entry.end();
        remember(entry);
    }

    /** What follows {@code from} on this history; null where a full synchronisation is needed. */
    @Nullable List<Entry> since(ReplicationId askedId, long from) {
        boolean known =
                askedId.equals(id) || (askedId.equals(previousId) && from + 1 <= secondOffset);
        if (!known || !backlog || from > offset || from < offset - entriesBytes) {
            return null;
        }
        List<Entry> tail = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.end() > from) {
                tail.add(entry);
            }
        }
        return tail;
    }

    private void remember(Entry entry) {
        entries.add(entry);
        entriesBytes += entry.length();
        while (entriesBytes > backlogBytes) {
            entriesBytes -= entries.poll().length();
        }
    }

    private void clearEntries() {
        entries.clear();
        entriesBytes = 0;
    }
}

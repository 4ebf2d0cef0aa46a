package io.hive.election.sim;

import io.hive.core.lineage.ReplicationId;
import io.hive.election.sim.SimDataset.Entry;
import io.hive.election.sim.SimDataset.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A master's view of one replica that is attached to it. */
final class SimReplica {
    private final SimRedis master;
    private final SimConnection connection;
    private final SimMasterLink replica;
    private boolean streaming;
    private boolean online;
    private long acknowledged;

    SimReplica(SimRedis master, SimConnection connection, SimMasterLink replica) {
        this.master = master;
        this.connection = connection;
        this.replica = replica;
    }

    SimConnection connection() {
        return connection;
    }

    boolean online() {
        return online;
    }

    long acknowledged() {
        return acknowledged;
    }

    /** {@code PSYNC id offset}, or {@code PSYNC ? -1} without an ID. */
    void psync(@Nullable ReplicationId id, long offset) {
        List<Entry> tail = id == null ? null : master.data.since(id, offset);
        if (tail != null) {
            master.attach(this);
            streaming = true;
            online = true;
            acknowledged = offset;
            master.changed();
            ReplicationId current = master.data.id;
            send(0, () -> replica.continued(connection, current));
            tail.forEach(this::feed);
            return;
        }
        boolean first = master.noReplicas() && !master.data.backlog;
        master.attach(this);
        if (first) {
            master.data.newHistory(master.hive.freshId());
            master.data.createBacklog();
        }
        send(0, () -> replica.fullSyncBegins(connection));
        long during = master.process();
        master.hive
                .scheduler()
                .after(
                        master.hive.times().syncDelayNanos(),
                        () -> {
                            if (master.running()
                                    && master.process() == during
                                    && connection.open(master.pod.index)) {
                                snapshot();
                            }
                        });
    }

    private void snapshot() {
        SimDataset data = master.data;
        Snapshot snapshot = new Snapshot(data.keys, data.id, data.offset);
        streaming = true;
        send(
                master.hive.times().transferNanos(),
                () -> {
                    online = true;
                    master.changed();
                    replica.load(connection, snapshot);
                });
    }

    void feed(Entry entry) {
        if (streaming) {
            send(0, () -> replica.apply(connection, this, entry));
        }
    }

    /** {@code REPLCONF ACK}, which a replica sends after each piece when WAIT asks for it. */
    void acknowledge(long offset) {
        connection.send(
                replica.pod(),
                () -> {
                    acknowledged = Math.max(acknowledged, offset);
                    master.changed();
                });
    }

    void drop(String reason) {
        streaming = false;
        online = false;
        connection.close(master.pod.index, reason);
    }

    private void send(long extraNanos, Runnable arrival) {
        connection.send(master.pod.index, extraNanos, arrival);
    }
}

package io.hive.election.sim;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.core.redis.RedisVersion;
import io.hive.election.sim.SimDataset.Entry;
import io.hive.election.sim.SimDataset.Snapshot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A redis-server as far as replication goes: what it does and reports was checked against Redis 7
 * (src/replication.c). Each start is another process with an empty memory.
 */
final class SimRedis {
    /**
     * How it is configured.
     *
     * @param guarded started with {@code --replicaof 127.0.0.1 1} (rule 16)
     * @param persistent whether it writes snapshots that survive the process
     * @param backlogBytes how far back a partial synchronisation reaches
     * @param acl whether it has users
     */
    record Setup(
            boolean guarded,
            boolean persistent,
            int backlogBytes,
            boolean acl,
            int priority,
            RedisVersion version) {}

    private static final int PING_BYTES = 14;
    private static final long PING_INTERVAL = 10 * SimTime.SECOND;

    final SimPod pod;
    final SimHive hive;
    Setup setup;
    private final SimGate commands = new SimGate(() -> !running() || busy());
    private long slowUntilNanos;
    private final List<SimReplica> replicas = new ArrayList<>();

    /** What waits for replicas to apply something. */
    private final List<Runnable> waits = new ArrayList<>();

    private final SimMasterLink link;
    private final SimGate writes = new SimGate(() -> !running() || busy() || paused());
    private long pausedUntilNanos = Long.MIN_VALUE;

    private boolean alive;
    private long process;
    private int busyCount;
    private int slowCount;
    private int refusing;
    private boolean pings = true;
    private int failingLoads;
    private String runId = "";
    private boolean loading;
    private @Nullable ReplicationUser user;
    private int minReplicas;
    SimDataset data;

    /** Whether the dataset has a place in a master's stream (a master or a cached master). */
    private boolean positioned;

    /** Whether anybody can say which history the dataset belongs to (rule 1). */
    private boolean known;

    private long readySinceNanos;

    /** What is being loaded, or null. */
    private @Nullable BitSet incoming;

    private @Nullable Snapshot disk;

    SimRedis(SimPod pod, Setup setup, SimHive hive) {
        this.pod = pod;
        this.setup = setup;
        this.hive = hive;
        this.data = new SimDataset(setup.backlogBytes(), hive.freshId());
        this.link = new SimMasterLink(this);
    }

    // ---- The process ------------------------------------------------------------------------

    boolean running() {
        return alive;
    }

    /** Changes with each start. */
    long process() {
        return process;
    }

    String runId() {
        return runId;
    }

    boolean busy() {
        return busyCount > 0;
    }

    boolean loading() {
        return loading;
    }

    /** It answers commands that need no dataset now. */
    boolean answers() {
        return alive && !busy();
    }

    /** What the next start finds on its disk. */
    void putOnDisk(@Nullable Snapshot snapshot) {
        disk = snapshot;
    }

    void start() {
        if (alive) {
            return;
        }
        alive = true;
        process++;
        runId = hive.freshId().value();
        data = new SimDataset(setup.backlogBytes(), hive.freshId());
        user = null;
        minReplicas = 0;
        pausedUntilNanos = Long.MIN_VALUE;
        positioned = false;
        // a master draws an ID of its own, and keeps the snapshot's only as the one before it
        known = disk == null || (disk.id() != null && setup.guarded());
        readySinceNanos = hive.scheduler().now();
        busyCount = 0;
        loading = false;
        incoming = null;
        link.reset(setup.guarded() ? RedisEndpoint.DEAD : null);
        if (disk != null) {
            boot(disk);
        }
        long started = process;
        every(PING_INTERVAL, started, this::ping);
        if (setup.persistent()) {
            every(hive.random().between(2, 8) * SimTime.SECOND, started, this::save);
        }
        hive.trace(SimTrace.Kind.REDIS, pod, () -> "redis starts: " + brief());
    }

    private void boot(Snapshot snapshot) {
        data.keys = snapshot.keys();
        if (snapshot.id() != null) {
            data.offset = snapshot.offset();
            if (setup.guarded()) {
                // it has a backlog once it follows somebody (loadDataFromDisk)
                data.id = snapshot.id();
                positioned = true;
            } else {
                data.createBacklog();
                data.previousId = snapshot.id();
                data.secondOffset = snapshot.offset() + 1;
            }
        }
        load(data.keys, () -> {});
    }

    /** The process ends: its connections close, its memory is gone. */
    void kill() {
        if (!alive) {
            return;
        }
        hive.trace(SimTrace.Kind.REDIS, pod, () -> "redis ends: " + brief());
        alive = false;
        slowUntilNanos = 0;
        hive.dataLost(pod);
        dropReplicas("redis ended");
        link.processEnded();
        commands.clear();
        writes.clear();
        waits.clear();
    }

    /** The whole machine vanished: nobody is told. */
    void vanish() {
        if (alive) {
            replicas.forEach(replica -> replica.connection().vanish(pod.index));
            link.vanish();
            kill();
        }
    }

    void busyBegins() {
        busyCount++;
    }

    void busyEnds() {
        if (busyCount > 0 && --busyCount == 0) {
            readySinceNanos = hive.scheduler().now();
            commands.release();
            writes.release();
            link.release();
        }
    }

    // ---- CLIENT PAUSE WRITE -----------------------------------------------------------------

    boolean paused() {
        return hive.scheduler().now() < pausedUntilNanos;
    }

    /** A shorter pause does not shorten a longer one. */
    void pause(long nanos) {
        pausedUntilNanos = Math.max(pausedUntilNanos, hive.scheduler().now() + nanos);
        long during = process;
        hive.scheduler()
                .after(
                        nanos,
                        () -> {
                            if (process == during && alive) {
                                goOn();
                            }
                        });
    }

    void unpause() {
        pausedUntilNanos = Long.MIN_VALUE;
        goOn();
    }

    private void goOn() {
        writes.release();
        link.release();
    }

    /** Takes a client's write; it waits while writes are paused, whatever the role then is. */
    void whenWritable(long inProcess, Runnable write) {
        writes.pass(() -> {
            if (process == inProcess && alive) {
                write.run();
            }
        });
    }

    /** It takes long over each command: its machine is overloaded. */
    void slow(boolean begins) {
        slowCount += begins ? 1 : -1;
    }

    boolean isSlow() {
        return slowCount > 0 || slowUntilNanos > hive.scheduler().now();
    }

    /** It refuses to change its role, as where an administrator took the right away. */
    void refuse(boolean begins) {
        refusing += begins ? 1 : -1;
    }

    /** Its stream holds nothing but writes ({@code repl-ping-replica-period}). */
    void withoutPings() {
        pings = false;
    }

    boolean refuses() {
        return refusing > 0;
    }

    /** The next loads of a master's snapshot fail: a cut line, a full disk, too little memory. */
    void failLoads(boolean begins) {
        failingLoads += begins ? 1 : -1;
    }

    /** Takes a command to the event loop; it runs once that is free, in this process or never. */
    void whenFree(long inProcess, Runnable command) {
        if (!isSlow()) {
            enter(inProcess, command);
            return;
        }
        // one after the other, so that what was sent first is done first
        long takes = slowCount > 0 ? hive.random().between(1, 40) * SimTime.MILLI : 0;
        slowUntilNanos = Math.max(slowUntilNanos, hive.scheduler().now()) + takes;
        hive.scheduler().at(slowUntilNanos, () -> enter(inProcess, command));
    }

    private void enter(long inProcess, Runnable command) {
        commands.pass(() -> {
            if (process == inProcess && alive) {
                command.run();
            }
        });
    }

    /** Reads a dataset into memory; {@code loaded} is done at its end, before anything else. */
    void load(BitSet dataset, Runnable loaded) {
        loading = true;
        incoming = dataset;
        long during = process;
        hive.scheduler()
                .after(
                        hive.times().loadNanos(),
                        () -> {
                            if (process == during && alive) {
                                loading = false;
                                incoming = null;
                                readySinceNanos = hive.scheduler().now();
                                loaded.run();
                                link.release();
                            }
                        });
    }

    /** Whether a load that ends now fails. */
    boolean loadFails() {
        return failingLoads > 0;
    }

    /**
     * The load of a master's snapshot failed: the old data was flushed before it and the place in
     * the old master's stream was given up, but ID and offset are still shown
     * (replicationAttachToNewMaster, readSyncBulkPayload).
     */
    void emptied() {
        data.emptied();
        positioned = false;
        known = false;
        hive.dataLost(pod);
        hive.trace(SimTrace.Kind.REDIS, pod, () -> "load failed: " + brief());
    }

    private void every(long nanos, long inProcess, Runnable action) {
        hive.scheduler()
                .after(
                        nanos,
                        () -> {
                            if (process == inProcess && alive) {
                                action.run();
                                every(nanos, inProcess, action);
                            }
                        });
    }

    private void ping() {
        if (pings && isMaster() && !replicas.isEmpty() && !busy()) {
            feed(data.append(PING_BYTES, -1));
        }
    }

    /** Redis saves the stream's place only where it has one to save. */
    void save() {
        if (!busy() && !loading) {
            boolean placed = isMaster() ? data.backlog : positioned;
            disk = new Snapshot(data.keys, placed ? data.id : null, placed ? data.offset : 0);
            data.changesSinceSave = 0;
        }
    }

    @Nullable Snapshot disk() {
        return disk;
    }

    // ---- Roles ------------------------------------------------------------------------------

    boolean isMaster() {
        return link.master() == null;
    }

    /** Whom it follows, or null. */
    @Nullable RedisEndpoint master() {
        return link.master();
    }

    boolean linkUp() {
        return link.up();
    }

    @Nullable ReplicationUser user() {
        return user;
    }

    SimMasterLink link() {
        return link;
    }

    boolean positioned() {
        return positioned;
    }

    /** A master's history is now this dataset's. */
    void synchronised() {
        positioned = true;
        known = true;
    }

    /** What it holds, or will hold once it has loaded it. */
    BitSet held() {
        return incoming == null ? data.keys : incoming;
    }

    /** Whether its history is known: a dataset without one is worth less (rule 1). */
    boolean known() {
        return known;
    }

    /** Whether it has answered, with a dataset loaded, for at least this long. */
    boolean readyFor(long nanos) {
        return alive && !busy() && !loading && hive.scheduler().now() - readySinceNanos >= nanos;
    }

    /**
     * {@code REPLICAOF host port}: data, ID and offset stay.
     *
     * @return false where it is refused, since a dataset is being loaded, or for a fault
     */
    boolean replicaOf(RedisEndpoint master) {
        if (loading || refusing > 0) {
            return false;
        }
        if (master.equals(link.master())) {
            return true;
        }
        if (isMaster()) {
            // it may take its own place in the stream for its master's; a backlog does not come of
            // it
            positioned = true;
        }
        hive.trace(SimTrace.Kind.REDIS, pod, () -> "REPLICAOF " + master + ": " + brief());
        // its own replicas stay: they are let go when it takes over another history
        link.follow(master);
        changed();
        hive.roleChanged(pod);
        return true;
    }

    /**
     * {@code REPLICAOF NO ONE}.
     *
     * @return false where it is refused, since a dataset is being loaded, or for a fault
     */
    boolean replicaOfNoOne() {
        if (loading || refusing > 0) {
            return false;
        }
        if (!isMaster()) {
            link.reset(null);
            positioned = false;
            known = true;
            data.shift(hive.freshId());
            dropReplicas("promoted");
            hive.trace(SimTrace.Kind.REDIS, pod, () -> "REPLICAOF NO ONE: " + brief());
        }
        return true;
    }

    /** The same for as long as a snapshot takes: that makes no history known that was not. */
    boolean masterForASnapshot() {
        boolean before = known;
        boolean accepted = replicaOfNoOne();
        known = before;
        return accepted;
    }

    /** {@code PSYNC ? -1} that hangs up: it leaves a backlog, and a new ID where there was none. */
    void makeBacklog() {
        if (isMaster() && !data.backlog) {
            data.newHistory(hive.freshId());
            data.createBacklog();
        }
    }

    void minReplicas(int required) {
        minReplicas = required;
    }

    /** Makes this the one replication user; links of another are cut. */
    void setUser(ReplicationUser created) {
        if (!setup.acl()) {
            return;
        }
        if (!created.equals(user)) {
            user = created;
            dropReplicas("user replaced");
        }
    }

    /** {@code DELUSER}: cuts whoever replicates with it. */
    void deleteUsers() {
        if (user != null) {
            user = null;
            dropReplicas("user deleted");
        }
    }

    /** {@code ACL LOAD}: the user is gone, and links of it are cut. */
    void aclLoad() {
        deleteUsers();
    }

    // ---- Clients ----------------------------------------------------------------------------

    /** What a client's write was answered. */
    enum Reply {
        OK,
        READONLY,
        LOADING,
        NOREPLICAS
    }

    Reply write(int value, int length) {
        if (loading) {
            return Reply.LOADING;
        }
        if (!isMaster()) {
            return Reply.READONLY;
        }
        if (onlineReplicas() < minReplicas) {
            return Reply.NOREPLICAS;
        }
        feed(data.append(length, value));
        return Reply.OK;
    }

    /** From now on this is run when the role changes, or what a replica has applied. */
    void watch(Runnable wait) {
        waits.add(wait);
    }

    void unwatch(Runnable wait) {
        waits.remove(wait);
    }

    /** The role has changed, or what a replica has applied. */
    void changed() {
        for (Runnable wait : waits) {
            wait.run();
        }
    }

    /** How many replicas have applied everything up to this offset of this history. */
    int acknowledged(long offset) {
        int count = 0;
        for (SimReplica replica : replicas) {
            if (replica.online() && replica.acknowledged() >= offset) {
                count++;
            }
        }
        return count;
    }

    // ---- A master's side --------------------------------------------------------------------

    int onlineReplicas() {
        int count = 0;
        for (SimReplica replica : replicas) {
            if (replica.online()) {
                count++;
            }
        }
        return count;
    }

    /** Somebody connected; what to do when that connection ends. */
    Consumer<String> connected(SimConnection connection) {
        return reason -> replicas.removeIf(replica -> replica.connection() == connection);
    }

    /** A replica's AUTH and PSYNC. */
    void greeted(
            SimConnection connection,
            SimMasterLink replica,
            @Nullable ReplicationUser login,
            @Nullable ReplicationId id,
            long offset) {
        String error = null;
        if (setup.acl() && login != null && !login.equals(user)) {
            error = "WRONGPASS";
        } else if (loading) {
            error = "LOADING";
        } else if (!isMaster() && !linkUp()) {
            error = "NOMASTERLINK";
        }
        if (error != null) {
            String refusal = error;
            connection.send(pod.index, () -> replica.refused(connection, refusal));
            return;
        }
        new SimReplica(this, connection, replica).psync(id, offset);
    }

    void attach(SimReplica replica) {
        replicas.add(replica);
    }

    private void feed(@Nullable Entry entry) {
        if (entry != null) {
            for (SimReplica replica : List.copyOf(replicas)) {
                replica.feed(entry);
            }
        }
    }

    /** A replica that applied a piece of its master's stream passes it on to its own replicas. */
    void feedFurther(Entry entry) {
        feed(entry);
    }

    private void dropReplicas(String reason) {
        for (SimReplica replica : List.copyOf(replicas)) {
            replica.drop(reason);
        }
        replicas.clear();
    }

    void dropSubReplicas() {
        dropReplicas("history changed");
    }

    boolean noReplicas() {
        return replicas.isEmpty();
    }

    // ---- What it says of itself -------------------------------------------------------------

    RedisReport report() {
        return new RedisReport(
                runId,
                setup.version(),
                link.report(positioned ? data.offset : 1),
                data.id,
                data.previousId,
                data.secondOffset,
                data.offset,
                data.backlog,
                loading,
                loading ? 0 : data.keys.cardinality(),
                data.changesSinceSave,
                setup.priority(),
                onlineReplicas(),
                user == null ? null : user.name());
    }

    /** One line for a trace. */
    String brief() {
        if (!alive) {
            return "down";
        }
        RedisEndpoint master = link.master();
        String role =
                master == null
                        ? "master"
                        : master.equals(RedisEndpoint.DEAD)
                                ? "guarded"
                                : "replica of " + hive.nameOf(master) + (linkUp() ? "" : " (down)");
        return role
                + ", "
                + data.keys.cardinality()
                + " keys, "
                + data.id.brief()
                + "@"
                + (isMaster() || positioned ? data.offset : 1)
                + (loading ? ", loading" : "")
                + (busy() ? ", busy" : "");
    }

    /**
     * Reports of a replica that is told nothing but this are what {@link MasterLink} is made of.
     */
    static MasterLink linkOf(
            RedisEndpoint master, boolean up, boolean syncing, long lastIoSeconds, long applied) {
        return new MasterLink(
                master.host().toString(),
                master.port(),
                up,
                syncing,
                lastIoSeconds,
                applied,
                applied);
    }
}

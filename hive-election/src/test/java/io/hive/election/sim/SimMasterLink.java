package io.hive.election.sim;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisEndpoint;
import io.hive.election.sim.SimDataset.Entry;
import io.hive.election.sim.SimDataset.Snapshot;
import org.jspecify.annotations.Nullable;

/** A replica's side of replication: whom it follows, and how far that has come. */
final class SimMasterLink {
    /** Redis tries a lost master again once a second. */
    private static final long RETRY = SimTime.SECOND;

    /** {@code repl-timeout}. */
    private static final long PATIENCE = 60 * SimTime.SECOND;

    private enum State {
        DOWN,
        DIALING,
        HANDSHAKE,
        SYNC,
        UP
    }

    private final SimRedis redis;
    private final SimGate stream;
    private @Nullable RedisEndpoint master;
    private @Nullable ReplicationUser login;
    private @Nullable SimConnection connection;
    private State state = State.DOWN;
    private long attempt;
    private long lastIoNanos;
    private boolean held;
    private long upSinceNanos;
    private @Nullable RedisEndpoint left;
    private long leftNanos = Long.MIN_VALUE;

    SimMasterLink(SimRedis redis) {
        this.redis = redis;
        this.stream = new SimGate(() -> redis.busy() || redis.loading() || held || redis.paused());
    }

    int pod() {
        return redis.pod.index;
    }

    @Nullable RedisEndpoint master() {
        return master;
    }

    @Nullable ReplicationUser login() {
        return login;
    }

    /** {@code CONFIG SET masteruser}, {@code masterauth}: takes effect with the next connection. */
    void login(ReplicationUser user) {
        login = user;
    }

    boolean up() {
        return state == State.UP;
    }

    boolean syncing() {
        return state == State.SYNC;
    }

    /** Follows nobody, or the dead address, as a new process or a promoted one does. */
    void reset(@Nullable RedisEndpoint start) {
        cut();
        master = start;
        if (start != null) {
            connect();
        }
    }

    void follow(RedisEndpoint whom) {
        reset(whom);
    }

    void processEnded() {
        cut();
        stream.clear();
        master = null;
        login = null;
    }

    void vanish() {
        if (connection != null) {
            connection.vanish(pod());
        }
    }

    void release() {
        stream.release();
    }

    /**
     * Whether it streamed from this master for so long, undisturbed, and was told to leave it, no
     * longer ago than {@code withinNanos}.
     */
    boolean left(RedisEndpoint master, long withinNanos) {
        return master.equals(left) && redis.hive.scheduler().now() - leftNanos <= withinNanos;
    }

    private void cut() {
        if (up() && redis.hive.scheduler().now() - upSinceNanos > SimTime.SECOND) {
            left = master;
            leftNanos = redis.hive.scheduler().now();
        }
        attempt++;
        state = State.DOWN;
        held = false;
        if (connection != null) {
            connection.close(pod(), "replica left");
            connection = null;
        }
    }

    private void retry() {
        long retried = attempt;
        redis.hive
                .scheduler()
                .after(
                        RETRY,
                        () -> {
                            if (attempt == retried && redis.running()) {
                                connect();
                            }
                        });
    }

    private void connect() {
        RedisEndpoint target = master;
        SimPod there = target == null ? null : redis.hive.podOf(target);
        long dialed = ++attempt;
        state = State.DIALING;
        if (there == null || there == redis.pod) {
            state = State.DOWN;
            retry();
            return;
        }
        redis.hive
                .network()
                .dial(
                        pod(),
                        there.index,
                        PATIENCE,
                        incoming -> there.redis.running() ? there.redis.connected(incoming) : null,
                        dialer(there, dialed));
    }

    private SimNetwork.Dialer dialer(SimPod there, long dialed) {
        return new SimNetwork.Dialer() {
            @Override
            public void connected(SimConnection made) {
                if (attempt == dialed && redis.running()) {
                    connection = made;
                    state = State.HANDSHAKE;
                    stream.pass(() -> greet(made, there.redis));
                } else {
                    made.close(pod(), "not wanted any more");
                }
            }

            @Override
            public void lost(String reason) {
                if (attempt == dialed && redis.running()) {
                    held = false;
                    stream.pass(() -> linkLost(dialed, reason));
                }
            }
        };
    }

    private void linkLost(long dialed, String reason) {
        if (attempt != dialed || !redis.running()) {
            return;
        }
        boolean wasUp = up();
        connection = null;
        state = State.DOWN;
        held = false;
        redis.hive.trace(SimTrace.Kind.REDIS, redis.pod, () -> "link to master lost: " + reason);
        if (wasUp) {
            connect();
        } else {
            retry();
        }
    }

    /** AUTH and PSYNC, in one message: what may differ in between does so in Redis as well. */
    private void greet(SimConnection made, SimRedis there) {
        ReplicationUser user = login;
        ReplicationId id = redis.positioned() ? redis.data.id : null;
        long offset = redis.data.offset;
        long inProcess = there.process();
        made.send(
                pod(),
                () -> there.whenFree(inProcess, () -> there.greeted(made, this, user, id, offset)));
    }

    // ---- What the master says ---------------------------------------------------------------

    void refused(SimConnection from, String error) {
        onStream(
                from,
                () -> {
                    redis.hive.trace(
                            SimTrace.Kind.REDIS, redis.pod, () -> "master refuses: " + error);
                    cut();
                    retry();
                });
    }

    void continued(SimConnection from, ReplicationId current) {
        onStream(
                from,
                () -> {
                    state = State.UP;
                    upSinceNanos = redis.hive.scheduler().now();
                    if (!current.equals(redis.data.id)) {
                        redis.data.shift(current);
                        redis.dropSubReplicas();
                    }
                    redis.data.createBacklog();
                    redis.synchronised();
                    redis.hive.trace(
                            SimTrace.Kind.REDIS,
                            redis.pod,
                            () -> "partial synchronisation: " + redis.brief());
                });
    }

    void fullSyncBegins(SimConnection from) {
        onStream(from, () -> state = State.SYNC);
    }

    void load(SimConnection from, Snapshot snapshot) {
        onStream(
                from,
                () -> {
                    redis.dropSubReplicas();
                    ReplicationId id = snapshot.id();
                    if (id == null) {
                        throw new IllegalStateException("a synchronisation without an ID");
                    }
                    redis.hive.overwritten(
                            redis.pod, redis.data.keys, snapshot.keys(), redis.known());
                    redis.hive.trace(
                            SimTrace.Kind.REDIS,
                            redis.pod,
                            () ->
                                    "loads a master's snapshot with "
                                            + snapshot.keys().cardinality()
                                            + " keys: "
                                            + redis.brief());
                    // what came is written to disk first, in the place of Redis's own snapshot
                    redis.putOnDisk(snapshot);
                    // the old ID is shown until the load has ended well
                    redis.load(snapshot.keys(), () -> loaded(from, snapshot, id));
                });
    }

    private void loaded(SimConnection from, Snapshot snapshot, ReplicationId id) {
        if (redis.loadFails()) {
            redis.emptied();
            if (connection == from) {
                cut();
                retry();
            }
            return;
        }
        redis.data.become(snapshot, id);
        redis.synchronised();
        redis.hive.trace(
                SimTrace.Kind.REDIS, redis.pod, () -> "full synchronisation: " + redis.brief());
        if (connection != from) {
            return;
        }
        state = State.UP;
        upSinceNanos = redis.hive.scheduler().now();
        lastIoNanos = upSinceNanos;
        long silence = redis.hive.times().streamDelayNanos();
        if (silence > 0) {
            // the link is up, and nothing streams on it yet (rule 3)
            held = true;
            long during = attempt;
            redis.hive
                    .scheduler()
                    .after(
                            silence,
                            () -> {
                                if (attempt == during) {
                                    held = false;
                                    release();
                                }
                            });
        }
    }

    void apply(SimConnection from, SimReplica me, Entry entry) {
        onStream(
                from,
                () -> {
                    redis.data.apply(entry);
                    redis.feedFurther(entry);
                    if (redis.hive.settings().acknowledge() > 0) {
                        me.acknowledge(entry.end());
                    }
                });
    }

    private void onStream(SimConnection from, Runnable action) {
        stream.pass(() -> {
            if (connection == from && redis.running()) {
                lastIoNanos = redis.hive.scheduler().now();
                action.run();
            }
        });
    }

    /** What INFO says of the link; null on a master. */
    @Nullable MasterLink report(long applied) {
        RedisEndpoint followed = master;
        if (followed == null) {
            return null;
        }
        long quiet = up() ? (redis.hive.scheduler().now() - lastIoNanos) / SimTime.SECOND : -1;
        return SimRedis.linkOf(followed, up(), syncing(), quiet, applied);
    }
}

package io.hive.election;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.core.redis.RedisVersion;
import org.jspecify.annotations.Nullable;

/** A redis-server as its INFO shows it: set what matters, then {@link #build}. */
final class Report {
    private String runId = "run-1";
    private RedisVersion version = new RedisVersion(7, 0, 15);
    private @Nullable RedisEndpoint master = RedisEndpoint.DEAD;
    private boolean up;
    private boolean syncing;
    private boolean loading;
    private ReplicationId id = id('f');
    private @Nullable ReplicationId previous;
    private long second = -1;
    private long applied = 1;
    private long received = 1;
    private long keys;
    private long changes;
    private int priority = 100;
    private int replicas;
    private @Nullable String user;

    /** 40 times this digit. */
    static ReplicationId id(char digit) {
        return new ReplicationId(String.valueOf(digit).repeat(40));
    }

    /** A server that started under the guard with nothing: offset 1, an ID of its own. */
    static Report fresh() {
        return new Report();
    }

    /** A server under the guard whose snapshot brought its lineage back. */
    static Report restored(char id, long offset, long keys) {
        return new Report().at(id, offset).keys(keys);
    }

    /** A master. */
    static Report master(char id, long offset, long keys) {
        return new Report().at(id, offset).keys(keys).mastering();
    }

    Report run(String runId) {
        this.runId = runId;
        return this;
    }

    Report version(int major, int minor, int patch) {
        version = new RedisVersion(major, minor, patch);
        return this;
    }

    Report at(char id, long offset) {
        return at(id(id), offset);
    }

    Report at(ReplicationId id, long offset) {
        this.id = id;
        applied = offset;
        received = offset;
        return this;
    }

    Report received(long offset) {
        received = offset;
        return this;
    }

    Report keys(long keys) {
        this.keys = keys;
        return this;
    }

    Report changes(long changes) {
        this.changes = changes;
        return this;
    }

    Report priority(int priority) {
        this.priority = priority;
        return this;
    }

    Report loading(boolean loading) {
        this.loading = loading;
        return this;
    }

    Report syncing(boolean syncing) {
        this.syncing = syncing;
        return this;
    }

    Report replicas(int connected) {
        replicas = connected;
        return this;
    }

    Report user(@Nullable String name) {
        user = name;
        return this;
    }

    Report userOf(long epoch) {
        return user(ReplicationUser.PREFIX + epoch);
    }

    /** The ID before this one, which the dataset had until here. */
    Report after(char id, long second) {
        return after(id(id), second);
    }

    Report after(ReplicationId id, long second) {
        previous = id;
        this.second = second;
        return this;
    }

    Report mastering() {
        master = null;
        up = false;
        syncing = false;
        return this;
    }

    /** A replica of this server, its link not up. */
    Report following(RedisEndpoint endpoint) {
        master = endpoint;
        up = false;
        return this;
    }

    Report up() {
        up = true;
        syncing = false;
        return this;
    }

    Report down() {
        up = false;
        return this;
    }

    /** What {@code REPLICAOF} the dead address leaves. */
    Report detached() {
        user = null;
        syncing = false;
        received = applied;
        return following(RedisEndpoint.DEAD);
    }

    /** What {@code REPLICAOF NO ONE} leaves: a new ID that continues the old one. */
    Report promoted(ReplicationId fresh, String userName) {
        if (master != null) {
            previous = id;
            second = applied + 1;
            id = fresh;
        }
        user = userName;
        return mastering();
    }

    String runId() {
        return runId;
    }

    RedisReport build() {
        RedisEndpoint to = master;
        MasterLink link =
                to == null
                        ? null
                        : new MasterLink(
                                to.host().toString(),
                                to.port(),
                                up,
                                syncing,
                                up ? 0 : -1,
                                applied,
                                received);
        return new RedisReport(
                runId, version, link, id, previous, second, applied, true, loading, keys, changes,
                priority, replicas, user);
    }

    Observation seen() {
        return new Observation.Reported(build());
    }
}

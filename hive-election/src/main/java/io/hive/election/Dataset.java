package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.Standing;
import io.hive.core.node.IpAddress;
import io.hive.core.redis.Holding;
import io.hive.core.redis.MasterLink;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.core.redis.RedisVersion;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the local Redis's dataset, put together from what was observed: whether it is
 * whole, and on which lineage (rules 1 and 3).
 */
final class Dataset {
    /** Redis's own default of {@code replica-priority}. */
    private static final int DEFAULT_PRIORITY = 100;

    private final Lineages lineages;
    private final WriteCount writes = new WriteCount();
    private @Nullable Observation last;
    private @Nullable RedisReport report;
    private String runId = "";

    /**
     * Whether this process's dataset is known to be whole on the ID it shows: it was seen in sync,
     * was promoted by us, or was restored with its ID. A full synchronisation takes that away until
     * it has been seen in sync again.
     */
    private boolean whole;

    /**
     * The ID that this process had as a master of which nobody knows the past: drawn at random when
     * it started, it proves nothing when it is a replica's, either (rule 1).
     */
    private @Nullable ReplicationId meaningless;

    /**
     * A position of the leader's, heard from it while the link was up: applied here, it proves that
     * data streams. One from before the link came up proves nothing: a snapshot may contain it.
     */
    private @Nullable Position probe;

    /**
     * The process whose dataset is set aside: for that it is promoted, and draws another ID, which
     * says nothing new about what it holds.
     */
    private String setAside = "";

    private boolean inSync;
    private @Nullable Leadership served;

    Dataset(Lineages lineages) {
        this.lineages = lineages;
    }

    /** Takes what the watcher saw. */
    void observe(Observation observation) {
        last = observation;
        if (observation instanceof Observation.Reported(RedisReport seen)) {
            take(seen);
        } else {
            inSync = false;
        }
    }

    /** Takes a report that came with the outcome of an operation: the same, only fresher. */
    void observe(RedisReport seen) {
        last = new Observation.Reported(seen);
        take(seen);
    }

    private void take(RedisReport seen) {
        boolean another = !seen.runId().equals(runId);
        if (another) {
            runId = seen.runId();
            whole = false;
            inSync = false;
            meaningless = null;
            served = null;
            writes.forget();
        } else if (isSetAside(seen)) {
            drawsAnotherId(seen);
        } else if (becameAnothers(seen)) {
            served = null;
            if (goesOn(seen)) {
                writes.stop();
            } else {
                writes.forget();
            }
        }
        report = seen;
        writes.observe(seen.changesSinceSave(), seen.position().offset());
        if (busyWithData(seen)) {
            whole = false;
            inSync = false;
            setAside = "";
        } else if (!whole && !isSetAside(seen)) {
            whole = restored(seen);
            if (seen.isMaster() && !whole) {
                meaningless = seen.replicationId();
            }
        }
        if (another || !streams(seen)) {
            inSync = false;
            probe = null;
        }
        prove(seen);
    }

    private boolean isSetAside(RedisReport seen) {
        return seen.runId().equals(setAside);
    }

    /** The promotion that setting it aside takes: the history goes on under another ID. */
    private void drawsAnotherId(RedisReport seen) {
        ReplicationId previous = seen.previousId();
        if (whole && previous != null && goesOn(seen)) {
            lineages.continues(seen.replicationId(), previous, seen.secondOffset());
        }
    }

    /** Whether the ID is another one, for the same history. */
    private boolean goesOn(RedisReport seen) {
        RedisReport before = report;
        return before != null
                && before.replicationId().equals(seen.previousId())
                && !before.replicationId().equals(seen.replicationId());
    }

    /** Its dataset is about to be set aside, by what changes its role and its ID. */
    void setsAside() {
        setAside = runId;
    }

    /**
     * Whether a replica took over a history that it did not have: what was counted as leader of
     * another one says nothing about this one (rule 22), and it is not older for it, either.
     */
    private boolean becameAnothers(RedisReport seen) {
        RedisReport before = report;
        return before != null
                && !seen.isMaster()
                && !seen.replicationId().equals(before.replicationId());
    }

    /**
     * Whether a process that nobody has seen in sync shows an ID that means something: one that a
     * leadership is remembered for, one that our replication user on it says was served, or one
     * that came with a snapshot. Without a restored lineage a replica reports offset 1 and a random
     * ID; a master of unknown past has a random ID, too.
     */
    private boolean restored(RedisReport seen) {
        boolean known = lineages.knows(seen.replicationId());
        if (seen.isMaster() && known) {
            return true;
        }
        if (seen.replicationId().equals(meaningless)) {
            return false;
        }
        if (seen.isMaster()) {
            ReplicationId previous = seen.previousId();
            if (previous != null) {
                // a master draws an ID of its own, and keeps the snapshot's as the one before it
                lineages.continues(seen.replicationId(), previous, seen.secondOffset());
                return true;
            }
            return seen.replicationUser() != null
                    && ReplicationUser.epochOf(seen.replicationUser()).isPresent();
        }
        // A link that is up to somebody is judged by the probe alone. One that is down shows 1 as
        // its offset where Redis has no place in any history: before the first synchronisation, and
        // after a load that failed. What was cut off before its load is as it was.
        MasterLink link = seen.link();
        return link != null
                && !link.up()
                && (link.appliedOffset() > 1 || (known && link.appliedOffset() != 1));
    }

    private static boolean streams(RedisReport seen) {
        MasterLink link = seen.link();
        return link != null && link.up() && !busyWithData(seen);
    }

    private static boolean busyWithData(RedisReport seen) {
        return seen.loading() || synchronising(seen);
    }

    private static boolean synchronising(RedisReport seen) {
        MasterLink link = seen.link();
        return link != null && link.syncInProgress();
    }

    private void prove(RedisReport seen) {
        MasterLink link = seen.link();
        Position proof = probe;
        if (link != null
                && proof != null
                && streams(seen)
                && seen.replicationId().equals(proof.id())
                && link.appliedOffset() >= proof.offset()) {
            inSync = true;
            whole = true;
        }
    }

    /** The leader told its position; null when there is no leader, or another one. */
    void probe(@Nullable Position position) {
        if (position == null) {
            inSync = false;
        }
        RedisReport seen = current();
        if (seen != null && streams(seen)) {
            probe = position;
            prove(seen);
        } else {
            probe = null;
        }
    }

    /** It has been behind for too long to count as in sync; a new proof makes it so again. */
    void lapse() {
        inSync = false;
    }

    /** The local Redis has applied all of another's dataset. */
    void fetched(RedisReport seen) {
        observe(seen);
        whole = !busyWithData(seen);
    }

    /**
     * The local Redis was promoted, and its lineage is the one that is served.
     *
     * @param before what it was frozen at. Redis forgets it where it had no backlog, as after a
     *     restart from a snapshot: the first who asks for a synchronisation makes it draw another
     *     ID and clears the one before; what it holds goes on from there all the same. An offset of
     *     0 counts nothing, and marks no place
     */
    void promoted(RedisReport seen, Leadership leadership, Holding before) {
        observe(seen);
        whole = true;
        inSync = true;
        served = leadership;
        @Nullable ReplicationId parent = seen.previousId();
        long first = Math.max(0, seen.secondOffset());
        if (parent == null
                && before instanceof Holding.Lineage(Position frozen)
                && frozen.offset() > 0
                && !frozen.id().equals(seen.replicationId())) {
            parent = frozen.id();
            first = frozen.offset() + 1;
        }
        lineages.remember(new LineageMark(leadership.epoch(), seen.replicationId(), parent, first));
    }

    /** It leads, and goes on with a history of which this is known. */
    void leadsOn(WriteRecord before) {
        RedisReport seen = current();
        if (seen != null) {
            writes.lead(before, seen.position().offset(), seen.changesSinceSave());
        }
    }

    /** Another told what it knows of its history: where that is the local one, it is kept. */
    void told(Standing standing) {
        RedisReport seen = current();
        WriteRecord own = writes.record();
        WriteRecord theirs = standing.record();
        boolean more =
                theirs.end() > own.end()
                        || (theirs.end() == own.end()
                                && theirs.acknowledged() > own.acknowledged());
        if (more
                && !writes.counts()
                && seen != null
                && standing.holding() instanceof Holding.Lineage(Position position)
                && position.id().equals(seen.replicationId())) {
            writes.knows(theirs);
        }
    }

    /** What was written in the history that it holds, as far as this node knows. */
    WriteRecord record() {
        return holding() instanceof Holding.Lineage ? writes.record() : WriteRecord.NONE;
    }

    /** It follows a leader: what is written from now on is not its own. */
    void follows() {
        writes.stop();
    }

    void servedInSync(Leadership leadership) {
        served = leadership;
    }

    WriteCount writes() {
        return writes;
    }

    /** The report, if the last observation was one. */
    @Nullable RedisReport current() {
        return last instanceof Observation.Reported ? report : null;
    }

    String runId() {
        return runId;
    }

    boolean inSync() {
        return inSync;
    }

    @Nullable Leadership served() {
        return served;
    }

    RedisVersion version() {
        return report == null ? new RedisVersion(0, 0, 0) : report.version();
    }

    int priority() {
        return report == null ? DEFAULT_PRIORITY : report.priority();
    }

    long keys() {
        return report == null ? 0 : report.keys();
    }

    /** Whether it could lead, drain and readiness left aside. */
    Eligibility eligibility() {
        return switch (last) {
            case null -> Eligibility.REDIS_LOST;
            case Observation.Lost _ -> Eligibility.REDIS_LOST;
            case Observation.Silent _ -> Eligibility.REDIS_SILENT;
            case Observation.Reported(RedisReport seen) -> {
                MasterLink link = seen.link();
                if (seen.loading()) {
                    yield Eligibility.LOADING;
                }
                if (link != null && (link.syncInProgress() || (link.up() && !whole))) {
                    yield Eligibility.SYNC_UNFINISHED;
                }
                yield Eligibility.ELIGIBLE;
            }
        };
    }

    /**
     * Whether nothing but the proof of being in sync is missing: the link to a master is up and no
     * data is on its way.
     */
    boolean unproved() {
        RedisReport seen = current();
        return seen != null && streams(seen) && !whole;
    }

    /** The master that data streams from, or null where there is none or it is not an address. */
    @Nullable RedisEndpoint master() {
        RedisReport seen = current();
        MasterLink link = seen == null ? null : seen.link();
        if (link == null || !link.up()) {
            return null;
        }
        try {
            return new RedisEndpoint(IpAddress.parse(link.masterHost()), link.masterPort());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** What the dataset is worth. */
    Holding holding() {
        RedisReport seen = current();
        if (seen == null || busyWithData(seen)) {
            return new Holding.Untold();
        }
        if (whole) {
            return new Holding.Lineage(seen.position());
        }
        return seen.keys() > 0 ? new Holding.Unknown() : new Holding.Empty();
    }

    /** Why it cannot lead now, for a person. */
    String condition() {
        return switch (last) {
            case null -> "Redis has not been reached yet";
            case Observation.Lost(String reason) -> "Redis is lost: " + reason;
            case Observation.Silent(long millis) -> "Redis has not answered for " + millis + " ms";
            case Observation.Reported(RedisReport seen) -> {
                if (seen.loading()) {
                    yield "Redis is loading its dataset";
                }
                MasterLink link = seen.link();
                if (link != null && link.syncInProgress()) {
                    yield "Redis is synchronising with " + link.masterHost();
                }
                yield "Redis holds " + holding() + ", " + seen.keys() + " keys";
            }
        };
    }
}

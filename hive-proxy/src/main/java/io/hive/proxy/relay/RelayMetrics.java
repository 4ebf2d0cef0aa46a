package io.hive.proxy.relay;

import io.hive.proxy.metrics.CommandClass;
import io.hive.proxy.metrics.Durations;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The relay's counters: written by its event loops once a batch, read by anyone through {@link
 * #counts()}.
 */
public final class RelayMetrics {
    final AtomicInteger clients = new AtomicInteger();
    final LongAdder accepted = new LongAdder();
    final LongAdder turnedAway = new LongAdder();
    final AtomicInteger upstreams = new AtomicInteger();
    final AtomicInteger lanes = new AtomicInteger();
    final AtomicInteger pinned = new AtomicInteger();
    final AtomicInteger idle = new AtomicInteger();
    final LongAdder commands = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final AtomicInteger parkedSessions = new AtomicInteger();
    final AtomicLong parkedBytes = new AtomicLong();
    final AtomicLong keptBytes = new AtomicLong();
    final AtomicLong heldReplies = new AtomicLong();
    final AtomicLong heldBytes = new AtomicLong();
    final LongAdder protocolErrors = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder noMaster = new LongAdder();
    final LongAdder overloaded = new LongAdder();
    final LongAdder unknownOutcomes = new LongAdder();
    final LongAdder notRun = new LongAdder();
    final LongAdder unconfirmed = new LongAdder();
    final LongAdder staleCursors = new LongAdder();
    final LongAdder readOnly = new LongAdder();
    final LongAdder cutClients = new LongAdder();
    final LongAdder parks = new LongAdder();
    final LongAdder parkedNanos = new LongAdder();
    final LongAdder retried = new LongAdder();
    private final List<LoopMeter> loops = new CopyOnWriteArrayList<>();

    /** Clients of all relays that have one limit together. */
    final AtomicInteger admitted;

    /** Counters that start at nothing, of a relay with a limit on clients of its own. */
    public RelayMetrics() {
        admitted = new AtomicInteger();
    }

    /** Counters that start at nothing, of a relay that shares its limit with another one. */
    public RelayMetrics(RelayMetrics beside) {
        admitted = beside.admitted;
    }

    /** All of them, each read once; they need not be of one instant. */
    public RelayCounts counts() {
        return new RelayCounts(
                clients.get(),
                accepted.sum(),
                turnedAway.sum(),
                upstreams.get(),
                lanes.get(),
                pinned.get(),
                idle.get(),
                commands.sum(),
                bytesIn.sum(),
                bytesOut.sum(),
                parkedSessions.get(),
                parkedBytes.get(),
                keptBytes.get(),
                heldReplies.get(),
                heldBytes.get(),
                refused.sum(),
                protocolErrors.sum(),
                noMaster.sum(),
                overloaded.sum(),
                unknownOutcomes.sum(),
                notRun.sum(),
                unconfirmed.sum(),
                staleCursors.sum(),
                readOnly.sum(),
                cutClients.sum());
    }

    /** Times that a session had to wait for a master; only grows. */
    public long parks() {
        return parks.sum();
    }

    /** How long sessions have waited for a master, those that wait now left out; only grows. */
    public double parkedSeconds() {
        return parkedNanos.sum() / 1e9;
    }

    /** Commands taken back from a master that was lost, to be sent to the next; only grows. */
    public long retried() {
        return retried.sum();
    }

    /** Commands of a kind that were sent to a master, those sent again each time; only grows. */
    public long sent(CommandClass kind) {
        return loops.stream().mapToLong(loop -> loop.sent(kind)).sum();
    }

    /**
     * How long commands took, from when they were read to when their reply was read, by lane: the
     * database whose connections are shared ({@code db0}), or {@code own}.
     */
    public Map<String, Durations> latencies() {
        Map<String, Durations> all = new TreeMap<>();
        loops.forEach(loop -> loop.addTo(all));
        return all;
    }

    /** For one event loop. */
    LoopMeter loop() {
        LoopMeter meter = new LoopMeter();
        loops.add(meter);
        return meter;
    }

    /** Counts Hive's own answers. */
    void answered(Answer answer, long times) {
        switch (answer) {
            case NO_MASTER -> noMaster.add(times);
            case OVERLOADED -> overloaded.add(times);
            case UNKNOWN_OUTCOME -> unknownOutcomes.add(times);
            case NOT_RUN -> notRun.add(times);
            case NO_ACK -> unconfirmed.add(times);
            case STALE_CURSOR -> staleCursors.add(times);
            case READ_ONLY -> readOnly.add(times);
            case REFUSED_CONFIG_REWRITE,
                    REFUSED_ACL_FILE,
                    REFUSED_REPLICAOF,
                    REFUSED_FAILOVER,
                    REFUSED_SYNC,
                    REFUSED_SHUTDOWN,
                    REFUSED_NAME ->
                    refused.add(times);
            case OK,
                    QUEUED,
                    ABORTED,
                    ABORTED_BY_REFUSAL,
                    NOT_IN_TRANSACTION,
                    NOT_LISTED,
                    NOT_WITH_RESP2,
                    NO_SUCH_NOTIFICATIONS -> {}
        }
    }
}

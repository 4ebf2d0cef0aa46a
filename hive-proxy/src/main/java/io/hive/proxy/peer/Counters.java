package io.hive.proxy.peer;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The growing numbers behind {@link PeerCounts}. Any thread. */
final class Counters {
    final LongAdder connections = new LongAdder();
    final LongAdder disconnections = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder droppedUnconnected = new LongAdder();
    final LongAdder droppedFull = new LongAdder();
    final LongAdder unsendable = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final LongAdder undecodable = new LongAdder();
    final LongAdder dials = new LongAdder();
    final LongAdder failedDials = new LongAdder();
    final LongAdder whoAnswers = new LongAdder();
    private final Map<Rejection, PeerCounts.Rejected> rejected = new ConcurrentHashMap<>();

    void rejected(Rejection reason, String detail) {
        rejected.merge(
                reason,
                new PeerCounts.Rejected(1, detail),
                (old, one) -> new PeerCounts.Rejected(old.count() + 1, one.last()));
    }

    PeerCounts snapshot(int connected, int inHandshake) {
        EnumMap<Rejection, PeerCounts.Rejected> byReason = new EnumMap<>(Rejection.class);
        byReason.putAll(rejected);
        return new PeerCounts(
                connected,
                inHandshake,
                connections.sum(),
                disconnections.sum(),
                sent.sum(),
                received.sum(),
                droppedUnconnected.sum(),
                droppedFull.sum(),
                unsendable.sum(),
                unknown.sum(),
                undecodable.sum(),
                dials.sum(),
                failedDials.sum(),
                whoAnswers.sum(),
                byReason);
    }
}

package io.hive.proxy.relay;

import org.jspecify.annotations.Nullable;

/**
 * The connections that commands of a session can be under way on; never on both at once.
 *
 * @param lane the one that it shares
 * @param own the one that it has for itself
 */
record Links(LaneShare lane, OwnConnection own) {
    /** Commands that are not answered. */
    int underWay() {
        return lane.underWay() + own.underWay();
    }

    /** The master whose replies come; null if none can come. */
    @Nullable Target answering() {
        UpstreamConnection mine = own.get();
        UpstreamConnection from = mine == null ? lane.sentOver() : mine;
        return from == null ? null : from.target();
    }
}

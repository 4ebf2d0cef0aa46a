package io.hive.proxy.peer;

import java.util.Map;

/**
 * What the mesh has done since it started. All but the first two only grow.
 *
 * @param connected peers connected now
 * @param inHandshake connections on which nothing is established yet
 * @param connections connections that were established
 * @param disconnections established connections that ended
 * @param sent messages handed to a socket
 * @param received messages that came, and were passed on
 * @param droppedUnconnected messages for a node that is not connected
 * @param droppedFull messages for a peer that reads too slowly
 * @param unsendable messages that exceed the format's limits: a defect
 * @param unknown messages of a type that only a newer version knows, skipped
 * @param undecodable messages of a proved peer that could not be read: a defect on either side
 * @param dials connections that were tried
 * @param failedDials dials that did not even connect
 * @param whoAnswers answers to redis-hive's question
 * @param rejected connections given up before they were established, by reason
 */
public record PeerCounts(
        int connected,
        int inHandshake,
        long connections,
        long disconnections,
        long sent,
        long received,
        long droppedUnconnected,
        long droppedFull,
        long unsendable,
        long unknown,
        long undecodable,
        long dials,
        long failedDials,
        long whoAnswers,
        Map<Rejection, Rejected> rejected) {
    public PeerCounts {
        rejected = Map.copyOf(rejected);
    }

    /**
     * Connections given up for one reason.
     *
     * @param count how many
     * @param last the latest of them: its address and what was wrong with it
     */
    public record Rejected(long count, String last) {}

    /** How many connections were given up for this reason. */
    public long rejected(Rejection reason) {
        Rejected those = rejected.get(reason);
        return those == null ? 0 : those.count();
    }
}

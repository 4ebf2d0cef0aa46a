package io.hive.core.redis;

import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import org.jspecify.annotations.Nullable;

/**
 * One observation of a redis-server that answered: what INFO, and a look at its ACL, said.
 *
 * @param runId {@code run_id}: another one is another process, whose memory is another (rule 4)
 * @param version the server's version
 * @param link the link to its master, or null on a master
 * @param replicationId {@code master_replid}
 * @param previousId {@code master_replid2}, or null where there is none
 * @param secondOffset {@code second_repl_offset}, or -1 where there is no previous ID
 * @param masterOffset {@code master_repl_offset}
 * @param backlogActive whether offsets count while no replica is attached (rule 2)
 * @param loading whether a dataset is being loaded
 * @param keys keys in all databases
 * @param changesSinceSave {@code rdb_changes_since_last_save}; goes back to 0 at each save
 * @param priority {@code replica-priority}: 0 means never to be promoted
 * @param connectedReplicas replicas whose link is online
 * @param replicationUser name of the replication user that exists there, or null where none does
 */
public record RedisReport(
        String runId,
        RedisVersion version,
        @Nullable MasterLink link,
        ReplicationId replicationId,
        @Nullable ReplicationId previousId,
        long secondOffset,
        long masterOffset,
        boolean backlogActive,
        boolean loading,
        long keys,
        long changesSinceSave,
        int priority,
        int connectedReplicas,
        @Nullable String replicationUser) {

    /** Whether the server is a master. */
    public boolean isMaster() {
        return link == null;
    }

    /** The offset up to which the dataset has come, whichever the role. */
    public long appliedOffset() {
        return link == null ? masterOffset : link.appliedOffset();
    }

    /** The dataset's replication ID and applied offset, whether or not they mean anything. */
    public Position position() {
        return new Position(replicationId, Math.max(0, appliedOffset()));
    }

    /** Whether it follows this endpoint, in whatever state the link is. */
    public boolean follows(RedisEndpoint endpoint) {
        return link != null && link.follows(endpoint);
    }
}

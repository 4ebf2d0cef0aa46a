package io.hive.core.redis;

/**
 * A replica's link to its master.
 *
 * @param masterHost what the server was told to follow; not always an address
 * @param masterPort the master's port
 * @param up {@code master_link_status:up}; stays up for 60 s after a silent partition
 * @param syncInProgress {@code master_sync_in_progress:1}, a full synchronisation is running
 * @param lastIoSeconds seconds since the last byte came, or -1 where there was none
 * @param appliedOffset {@code slave_repl_offset}; 1 where there is no lineage at all
 * @param receivedOffset {@code slave_read_repl_offset}: received, and perhaps not applied yet
 */
public record MasterLink(
        String masterHost,
        int masterPort,
        boolean up,
        boolean syncInProgress,
        long lastIoSeconds,
        long appliedOffset,
        long receivedOffset) {

    /** Whether the server was told to follow this endpoint. */
    public boolean follows(RedisEndpoint endpoint) {
        return masterPort == endpoint.port() && masterHost.equals(endpoint.host().toString());
    }

    /** Whether everything that was received has been applied. */
    public boolean drained() {
        return receivedOffset <= appliedOffset;
    }
}

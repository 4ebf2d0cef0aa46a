package io.hive.proxy.redis;

import io.hive.core.leader.ReplicationUser;
import io.hive.election.Effect.Salvage;
import io.hive.proxy.salvage.SalvageStore;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes a snapshot of the local Redis to the directory for that. The copying has a thread of its
 * own, since a disk may block for as long as it likes; the thread of the operations waits for it
 * within its bound, and ends it when nobody waits any more.
 */
final class SnapshotFetch {
    private final LocalRedisSettings settings;
    private final @Nullable SalvageStore store;

    SnapshotFetch(LocalRedisSettings settings, @Nullable SalvageStore store) {
        this.settings = settings;
        this.store = store;
    }

    /**
     * Takes it from the local Redis, which must be a master.
     *
     * @param guarded whether the operation's replication user exists there
     */
    SalvageStore.Kept fetch(Attempt attempt, Salvage operation, boolean guarded)
            throws OperationFailure {
        SalvageStore kept = store;
        if (kept == null) {
            throw new OperationFailure("HIVE_SALVAGE_DIR is not set");
        }
        try (SnapshotStream stream = SnapshotStream.to(settings)) {
            CompletableFuture<SalvageStore.Kept> copied = new CompletableFuture<>();
            Thread.ofPlatform()
                    .name("hive-salvage")
                    .daemon()
                    .start(() -> copy(kept, stream, operation, guarded, copied));
            attempt.patience().await("the snapshot", copied, attempt.link()::isOpen);
            if (copied.isCompletedExceptionally()) {
                throw new OperationFailure(String.valueOf(copied.exceptionNow().getMessage()));
            }
            return copied.resultNow();
        } catch (IOException e) {
            throw new OperationFailure("no connection for a snapshot: " + e);
        }
    }

    /** Notes a failure for the status. */
    void failed(String reason) {
        if (store != null) {
            store.failed(reason);
        }
    }

    private void copy(
            SalvageStore kept,
            SnapshotStream stream,
            Salvage operation,
            boolean guarded,
            CompletableFuture<SalvageStore.Kept> copied) {
        try (SalvageStore.Writing to = kept.begin(operation.epoch(), operation.position())) {
            if (guarded) {
                ReplicationUser user = user(operation);
                stream.copyTo(to, user.name(), user.password());
            } else {
                stream.copyTo(to, settings.username(), settings.password().get());
            }
            copied.complete(to.finish());
        } catch (IOException | RuntimeException e) {
            copied.completeExceptionally(e);
        }
    }

    /** Whom the snapshot is fetched as. */
    static ReplicationUser user(Salvage operation) {
        return ReplicationUser.of(operation.epoch(), operation.password());
    }
}

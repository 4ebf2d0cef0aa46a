package io.hive.proxy.redis;

import io.hive.core.leader.ReplicationUser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Makes a master without a replication backlog have one, so that offsets count from now on and the
 * first replica that attaches does not change the replication ID (rules 1 and 2).
 *
 * <p>Redis makes a backlog when a first replica asks for a synchronisation, so one asks and hangs
 * up. It says that it takes a diskless one (capa eof) and the diskless delay is raised for that
 * moment: Redis makes the backlog at once, waits with its fork for other replicas to come, and
 * gives it up when the only one has gone. Tried on 7.0.15: no fork ({@code total_forks:0}), and the
 * ID stays. Without CONFIG it forks once, which does no other harm.
 *
 * <p>Used by the thread of the operations alone.
 */
final class BacklogMaker {
    private static final long MILLI = 1_000_000;

    /** Redis answers each step in microseconds; this is for one that is busy. */
    private static final long BOUND_NANOS = 1000 * MILLI;

    /** In seconds; far more than this takes, and only in force while it lasts. */
    private static final String DELAY = "30";

    private final LocalConnection connection;
    private final Observer observer;
    private final Knobs knobs;

    BacklogMaker(LocalConnection connection, Observer observer, Knobs knobs) {
        this.connection = connection;
        this.observer = observer;
        this.knobs = knobs;
    }

    /**
     * Makes it.
     *
     * @param user who asks for the synchronisation; where it does not exist, the sidecar itself
     * @param guarded whether it exists
     */
    void make(Attempt attempt, ReplicationUser user, boolean guarded) throws OperationFailure {
        // A newer operation does not end this half way: it takes some round trips.
        Attempt firm = attempt.with(attempt.patience().firm(BOUND_NANOS));
        String diskless = diskless(firm);
        Map<String, String> during = new LinkedHashMap<>();
        if (diskless.equals("no")) {
            during.put("repl-diskless-sync", "yes");
        }
        during.put("repl-diskless-sync-delay", DELAY);
        knobs.set(firm, during);
        try {
            askAndHangUp(firm, user, guarded);
        } finally {
            Map<String, String> after = new LinkedHashMap<>();
            after.put("repl-diskless-sync-delay", "0");
            if (diskless.equals("no")) {
                after.put("repl-diskless-sync", "no");
            }
            knobs.set(attempt.with(attempt.patience().firm(BOUND_NANOS)), after);
        }
    }

    private void askAndHangUp(Attempt attempt, ReplicationUser user, boolean guarded)
            throws OperationFailure {
        CompletableFuture<RedisLink> connecting =
                guarded
                        ? connection.open(user.name(), user.password(), attempt.patience())
                        : connection.open(attempt.patience());
        try (RedisLink link =
                connection.await("a connection for PSYNC", connecting, attempt.patience())) {
            Attempt replica = new Attempt(link, attempt.patience());
            replica.text("REPLCONF capa", "REPLCONF", "capa", "eof", "capa", "psync2");
            // Not waited for: the answer comes with the snapshot that is not wanted.
            CompletableFuture<String> answer = link.text("PSYNC", "?", "-1");
            attempt.look(
                    observer,
                    seen -> seen.report().backlogActive() || answer.isCompletedExceptionally(),
                    "Redis made no backlog for PSYNC");
            if (answer.isCompletedExceptionally()) {
                throw new OperationFailure(
                        "Redis refused PSYNC: " + RedisErrors.brief(answer.exceptionNow()));
            }
        }
    }

    private String diskless(Attempt attempt) throws OperationFailure {
        try {
            List<String> pair =
                    attempt.ask(
                            "CONFIG GET repl-diskless-sync",
                            () -> attempt.link().list("CONFIG", "GET", "repl-diskless-sync"));
            return pair.size() < 2 ? "" : pair.get(1);
        } catch (OperationFailure.Refused _) {
            return "";
        }
    }
}

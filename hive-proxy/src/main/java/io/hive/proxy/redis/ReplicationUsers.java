package io.hive.proxy.redis;

import io.hive.core.leader.ReplicationUser;
import java.util.ArrayList;
import java.util.List;

/**
 * The ACL users that let replicas replicate from the local Redis: one while it is a master that was
 * promoted, none otherwise, so that a server that restarted cannot be replicated from (rule 17).
 * Where ACL is not to be had, this guard is off, and the log says so once.
 *
 * <p>Used by the thread of the operations alone.
 */
final class ReplicationUsers {
    private final Notices notices;

    ReplicationUsers(Notices notices) {
        this.notices = notices;
    }

    /**
     * Creates it, or sets its password and rights anew, which leaves links that use it alone.
     *
     * @return whether it exists now
     */
    boolean create(Attempt attempt, ReplicationUser user) throws OperationFailure {
        if (user.password().isEmpty()) {
            return false;
        }
        return orWithout(() ->
                // PSYNC and REPLCONF are what a replica sends; PING is in the line that
                // Redis's documentation gives ("ACL", rules for Sentinel and replicas).
                attempt.text(
                        "ACL SETUSER " + user.name(),
                        "ACL",
                        "SETUSER",
                        user.name(),
                        "reset",
                        "on",
                        ">" + user.password(),
                        "-@all",
                        "+psync",
                        "+replconf",
                        "+ping"));
    }

    /** Deletes all of ours but this one, which cuts the links that use them. */
    void deleteAllBut(Attempt attempt, String kept) throws OperationFailure {
        orWithout(() -> {
            List<String> words = new ArrayList<>(List.of("ACL", "DELUSER"));
            attempt.ask("ACL USERS", () -> attempt.link().list("ACL", "USERS")).stream()
                    .filter(name -> name.startsWith(ReplicationUser.PREFIX))
                    .filter(name -> !name.equals(kept))
                    .forEach(words::add);
            if (words.size() > 2) {
                String[] command = words.toArray(String[]::new);
                attempt.ask(
                        "ACL DELUSER " + words.subList(2, words.size()),
                        () -> attempt.link().number(command));
            }
        });
    }

    /** Deletes all of ours. */
    void deleteAll(Attempt attempt) throws OperationFailure {
        deleteAllBut(attempt, "");
    }

    private boolean orWithout(Step step) throws OperationFailure {
        try {
            step.run();
            return true;
        } catch (OperationFailure.Refused refusal) {
            notices.once(
                    "ACL",
                    refusal.reason()
                            + ": the second guard against empty masters is off, any Redis that"
                            + " knows the password may be replicated from; see"
                            + " docs/redis-user.md");
            return false;
        }
    }

    private interface Step {
        void run() throws OperationFailure;
    }
}

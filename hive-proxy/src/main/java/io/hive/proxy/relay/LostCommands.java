package io.hive.proxy.relay;

import java.util.List;

/**
 * What was under way on a session's own connection when that was lost: which of it belongs to a
 * transaction, and whether that is sent again whole.
 */
final class LostCommands {
    private LostCommands() {}

    /**
     * Decides, and lets the session's bonds know what is lost of them.
     *
     * @param taken what was under way
     * @param largeUnderWay whether the last of them is not sent whole
     * @param moved whether the master was left while it still stood
     * @param refusedTransaction all commands of the first transaction whose EXEC is among them, if
     *     Redis has refused it; else empty
     * @param notExecuted what the client gets for an EXEC that Hive did not send
     */
    static Outcomes outcomes(
            List<Taken> taken,
            Bonds bonds,
            boolean largeUnderWay,
            boolean moved,
            List<byte[]> refusedTransaction,
            byte[] notExecuted) {
        Outcomes outcomes = new Outcomes(bonds, notExecuted, taken.size());
        int end = largeUnderWay ? taken.size() - 1 : taken.size();
        int open = openFrom(taken, end);
        Transaction transaction = bonds.transaction();
        boolean replay = moved && transaction.replayable();
        List<byte[]> sent = transaction.sent();
        int refused = refusedTransaction.isEmpty() ? -1 : firstExec(taken, end);
        for (int i = 0; i < end; i++) {
            Taken one = taken.get(i);
            outcomes.lost(one, !one.sent(), i <= refused || (i >= open && replay));
        }
        if (refused >= 0) {
            transaction.replayed();
            transaction.resume(
                    refusedTransaction.subList(
                            0, Math.max(0, refusedTransaction.size() - queued(taken, 0, refused))));
        } else if (replay && transaction.open()) {
            int unanswered = queued(taken, open, end);
            transaction.replayed();
            transaction.resume(sent.subList(0, Math.max(0, sent.size() - unanswered)));
        } else {
            transaction.lost();
        }
        return outcomes;
    }

    /** Where the commands begin that belong to a transaction which was not ended. */
    private static int openFrom(List<Taken> taken, int end) {
        int open = 0;
        for (int i = 0; i < end; i++) {
            Tag tag = taken.get(i).tag();
            if (tag == Tag.EXEC || tag == Tag.NO_EXEC || tag == Tag.DISCARD) {
                open = i + 1;
            }
        }
        return open;
    }

    /** Whether the first EXEC among them was never sent. */
    static boolean execUnsent(List<Taken> taken) {
        int exec = firstExec(taken, taken.size());
        return exec >= 0 && !taken.get(exec).sent();
    }

    private static int firstExec(List<Taken> taken, int end) {
        for (int i = 0; i < end; i++) {
            if (taken.get(i).tag() == Tag.EXEC) {
                return i;
            }
        }
        return -1;
    }

    /** How many of these belong to a transaction, and were not answered. */
    private static int queued(List<Taken> taken, int from, int to) {
        return (int) taken.subList(from, to).stream().filter(t -> ofTransaction(t.tag())).count();
    }

    private static boolean ofTransaction(Tag tag) {
        return tag == Tag.MULTI || tag == Tag.QUEUED;
    }
}

package io.hive.proxy.relay;

import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandTable;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of each command that was under way on a session's own connection when that was lost:
 * run again, or answered by Hive with what is known of it.
 */
final class LostCommands {
    private final List<Item> items = new ArrayList<>();
    private final Bonds bonds;
    private final byte[] notExecuted;
    private int unknown;

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
    LostCommands(
            List<UpstreamConnection.Taken> taken,
            Bonds bonds,
            boolean largeUnderWay,
            boolean moved,
            List<byte[]> refusedTransaction,
            byte[] notExecuted) {
        this.bonds = bonds;
        this.notExecuted = notExecuted;
        int end = largeUnderWay ? taken.size() - 1 : taken.size();
        int open = openFrom(taken, end);
        Transaction transaction = bonds.transaction();
        boolean replay = moved && transaction.replayable();
        List<byte[]> sent = transaction.sent();
        int refused = refusedTransaction.isEmpty() ? -1 : firstExec(taken, end);
        for (int i = 0; i < end; i++) {
            add(taken.get(i), i <= refused || (i >= open && replay));
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
    }

    /** What is to be done, in the order of the commands. */
    List<Item> items() {
        return items;
    }

    /** How many of them have an unknown outcome. */
    int unknown() {
        return unknown;
    }

    /** Where the commands begin that belong to a transaction which was not ended. */
    private static int openFrom(List<UpstreamConnection.Taken> taken, int end) {
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
    static boolean execUnsent(List<UpstreamConnection.Taken> taken) {
        int exec = firstExec(taken, taken.size());
        return exec >= 0 && !taken.get(exec).sent();
    }

    private static int firstExec(List<UpstreamConnection.Taken> taken, int end) {
        for (int i = 0; i < end; i++) {
            if (taken.get(i).tag() == Tag.EXEC) {
                return i;
            }
        }
        return -1;
    }

    /** How many of these belong to a transaction, and were not answered. */
    private static int queued(List<UpstreamConnection.Taken> taken, int from, int to) {
        return (int) taken.subList(from, to).stream().filter(t -> ofTransaction(t.tag())).count();
    }

    private static boolean ofTransaction(Tag tag) {
        return tag == Tag.MULTI || tag == Tag.QUEUED;
    }

    private void add(UpstreamConnection.Taken taken, boolean again) {
        Item item = taken.item();
        if (item == null) {
            unknown++;
            items.add(nameless(Answer.UNKNOWN_OUTCOME.line()));
            return;
        }
        switch (taken.tag()) {
            case READ, OPAQUE_READ, SCAN, BLOCKING_READ, HANDSHAKE, WATCH -> items.add(item);
            case WRITE, OPAQUE, BLOCKING_WRITE, LARGE -> {
                if (taken.sent()) {
                    unknown(item);
                } else {
                    items.add(item);
                }
            }
            case TRACKING -> items.add(monitor(item));
            case MULTI -> items.add(again ? item : item.answeredWith(Answer.OK.line()));
            case QUEUED -> items.add(again ? item : item.answeredWith(Answer.QUEUED.line()));
            case EXEC -> {
                if (again) {
                    items.add(item);
                } else {
                    unknown(item);
                }
            }
            case NO_EXEC -> items.add(item.answeredWith(notExecuted));
            case DISCARD, UNWATCH -> items.add(item.answeredWith(Answer.OK.line()));
            case SUBSCRIPTION ->
                    items.add(
                            Item.again(
                                    item.spec(), item.words(), bonds.pubSub().again(item.bytes())));
            case SILENT, RESTORE -> {}
        }
    }

    /** A MONITOR is set up again with the connection; the client waits for the answer. */
    private static Item monitor(Item item) {
        return item.spec().kind() == CommandKind.MONITOR
                ? item.answeredWith(Answer.OK.line())
                : item;
    }

    private void unknown(Item item) {
        unknown++;
        items.add(item.answeredWith(Answer.UNKNOWN_OUTCOME.line()));
    }

    private static Item nameless(byte[] answer) {
        return Item.answer(CommandTable.UNKNOWN, answer);
    }
}

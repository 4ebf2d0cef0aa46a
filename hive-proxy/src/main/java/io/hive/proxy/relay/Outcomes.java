package io.hive.proxy.relay;

import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandTable;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of commands that were sent and whose replies did not come, or do not count: the one
 * place that decides it (the tables in docs/relay.md). In the order of the commands.
 */
final class Outcomes {
    private final Bonds bonds;
    private final byte[] notExecuted;
    private final List<Item> items;
    private int unknown;

    /**
     * No command yet.
     *
     * @param bonds of the session
     * @param notExecuted what the client gets for an EXEC in whose place Hive has sent DISCARD
     * @param count of commands that will come
     */
    Outcomes(Bonds bonds, byte[] notExecuted, int count) {
        this.bonds = bonds;
        this.notExecuted = notExecuted;
        items = new ArrayList<>(count);
    }

    /** What is to be done, in the order of the commands. */
    List<Item> items() {
        return items;
    }

    /** How many of them have an unknown outcome. */
    int unknown() {
        return unknown;
    }

    /** How many of them are to be run again. */
    long again() {
        return items.stream().filter(Outcomes::open).count();
    }

    /** Whether any is to be run again. */
    boolean anyAgain() {
        return items.stream().anyMatch(Outcomes::open);
    }

    private static boolean open(Item item) {
        return item.answer() == null;
    }

    /** The next command is answered as Redis did. */
    void replied(Taken taken, byte[] reply) {
        Item item = taken.item();
        items.add(item == null ? nameless(reply) : item.answeredWith(reply));
    }

    /** The next command is to be run again, whatever it is. */
    void again(Item item) {
        items.add(item);
    }

    /**
     * The next command has no reply that counts.
     *
     * @param didNotRun whether that is known: it was not sent, or refused
     * @param replayed whether the transaction that it is part of is sent again whole
     */
    void lost(Taken taken, boolean didNotRun, boolean replayed) {
        Item item = taken.item();
        if (item == null) {
            unknown++;
            items.add(nameless(Answer.UNKNOWN_OUTCOME.line()));
            return;
        }
        switch (taken.tag()) {
            case READ, OPAQUE_READ, SCAN, BLOCKING_READ, HANDSHAKE, WATCH -> items.add(item);
            case WRITE, OPAQUE, UNKNOWN, BLOCKING_WRITE, LARGE -> againOrUnknown(item, didNotRun);
            case EXEC -> againOrUnknown(item, replayed);
            case MULTI -> items.add(replayed ? item : item.answeredWith(Answer.OK.line()));
            case QUEUED -> items.add(replayed ? item : item.answeredWith(Answer.QUEUED.line()));
            case NO_EXEC -> items.add(item.answeredWith(notExecuted));
            case DISCARD, UNWATCH -> items.add(item.answeredWith(Answer.OK.line()));
            case SUBSCRIPTION ->
                    items.add(
                            Item.again(
                                    item.spec(), item.words(), bonds.pubSub().again(item.bytes())));
            case TRACKING -> items.add(monitor(item));
            case SILENT, RESTORE -> {}
        }
    }

    /**
     * Gives those that were to be run again an answer instead.
     *
     * @return how many
     */
    int giveUp(Answer answer) {
        int given = 0;
        for (int i = 0; i < items.size(); i++) {
            if (open(items.get(i))) {
                items.set(i, items.get(i).answeredWith(answer.line()));
                given++;
            }
        }
        return given;
    }

    private void againOrUnknown(Item item, boolean again) {
        if (again) {
            items.add(item);
        } else {
            unknown++;
            items.add(item.answeredWith(Answer.UNKNOWN_OUTCOME.line()));
        }
    }

    /** A MONITOR is set up again with the connection; the client waits for the answer. */
    private static Item monitor(Item item) {
        return item.spec().kind() == CommandKind.MONITOR
                ? item.answeredWith(Answer.OK.line())
                : item;
    }

    private static Item nameless(byte[] answer) {
        return Item.answer(CommandTable.UNKNOWN, answer);
    }
}

package io.hive.proxy.relay;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandSpec;

/** Deals with one whole command, as its treatment says, or says what it waits for. */
final class Dispatch {
    private static final byte[] PING = Profile.command("PING");

    private final LoopRelay home;
    private final OwnConnection own;
    private final Bonds bonds;
    private final Cursors cursors;
    private final Parking parking;
    private final Answers answers;
    private final Goodbye goodbye;
    private final OwnCommands ownCommands;
    private final PlainCommands plainCommands;
    private final Transactions transactions;
    private final Handshakes handshakes;
    private final StreamReads streamReads;
    private final ReadCommands readCommands;
    private final Maintenance maintenance;
    private final Subscriptions subscriptions;

    Dispatch(
            LoopRelay home,
            OwnConnection own,
            Bonds bonds,
            Cursors cursors,
            Parking parking,
            Answers answers,
            Goodbye goodbye,
            OwnCommands ownCommands,
            PlainCommands plainCommands,
            Transactions transactions,
            Handshakes handshakes,
            StreamReads streamReads,
            ReadCommands readCommands,
            Maintenance maintenance,
            Subscriptions subscriptions) {
        this.home = home;
        this.own = own;
        this.bonds = bonds;
        this.cursors = cursors;
        this.parking = parking;
        this.answers = answers;
        this.goodbye = goodbye;
        this.ownCommands = ownCommands;
        this.plainCommands = plainCommands;
        this.transactions = transactions;
        this.handshakes = handshakes;
        this.streamReads = streamReads;
        this.readCommands = readCommands;
        this.maintenance = maintenance;
        this.subscriptions = subscriptions;
    }

    /** Deals with one whole command, unless there was no master for too long. */
    Wait command(CommandSpec spec, int words, byte[] from, int at, int length) {
        Wait result = treat(spec, words, from, at, length);
        return result == Wait.MASTER && parking.fails() ? answers.give(Answer.NO_MASTER) : result;
    }

    private Wait treat(CommandSpec spec, int words, byte[] from, int at, int length) {
        Treatment treatment = Treatment.of(spec);
        boolean lost = bonds.transaction().fate() == Transaction.Fate.LOST;
        if (lost && treatment.ofTransaction() && spec.kind() != CommandKind.RESET) {
            return transactions.inLost(spec);
        }
        return switch (treatment) {
            case REFUSED -> transactions.refuse(Policy.refusal(spec.kind()));
            case SCRIPT -> readCommands.script(spec, from, at, length);
            case NOT_LISTED -> notListed(spec, words, from, at, length);
            case MAINTENANCE -> maintenance.send(from, at, length);
            case QUIT -> goodbye.quit();
            case HANG_UP -> goodbye.hangUp();
            case SHARED -> plainCommands.send(Treatment.tag(spec), spec, from, at, length);
            case SCAN -> scan(spec, words, from, at, length);
            case STREAM_READ -> streamReads.send(spec, from, at, length);
            case BLOCKING -> ownCommands.send(Treatment.blocking(spec), spec, from, at, length);
            case UNKNOWN -> ownCommands.unknown(spec, from, at, length);
            case WAIT -> waitForReplicas(spec, from, at, length);
            case HANDSHAKE -> handshakes.send(spec, from, at, length);
            case TRANSACTION -> transactions.send(spec, words, from, at, length);
            case SUBSCRIPTION -> subscriptions.subscribe(spec, from, at, length);
            case REPLY_MODE -> subscriptions.replyMode(spec, from, at, length);
            case MONITOR, TRACKING, CONNECTION ->
                    ownCommands.send(Tag.TRACKING, spec, from, at, length);
        };
    }

    /** What no Redis has named yet may be a read all the same. */
    private Wait notListed(CommandSpec spec, int words, byte[] from, int at, int length) {
        CommandSpec learned = readCommands.named(from, at, length);
        if (learned != null) {
            return treat(learned, words, from, at, length);
        }
        return readCommands.notListed(spec);
    }

    private Wait scan(CommandSpec spec, int words, byte[] from, int at, int length) {
        Target target = home.target();
        int nth = spec.kind() == CommandKind.SCAN ? 1 : 2;
        if (target != null && cursors.any() && words > nth) {
            byte[] cursor = Arguments.of(from, at, at + length).get(nth);
            if (cursors.stale(target, cursor)) {
                return answers.give(Answer.STALE_CURSOR);
            }
        }
        return plainCommands.send(Tag.SCAN, spec, from, at, length);
    }

    /** WAIT counts for the connection that it comes over, which may not be the one written to. */
    private Wait waitForReplicas(CommandSpec spec, byte[] from, int at, int length) {
        Wait ready = own.ready();
        UpstreamConnection mine = own.get();
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        if (!bonds.transaction().open() && !bonds.quiet()) {
            mine.silently(PING, _ -> {});
        }
        return ownCommands.send(Tag.BLOCKING_WRITE, spec, from, at, length);
    }
}

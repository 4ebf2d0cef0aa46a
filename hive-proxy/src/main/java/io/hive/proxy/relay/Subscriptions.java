package io.hive.proxy.relay;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandSpec;
import java.util.List;

/** Commands after which Redis answers otherwise: SUBSCRIBE and its kin, and CLIENT REPLY. */
final class Subscriptions {
    private final OwnConnection own;
    private final Identity identity;
    private final Bonds bonds;
    private final OwnCommands ownCommands;
    private final Transactions transactions;

    Subscriptions(
            OwnConnection own,
            Identity identity,
            Bonds bonds,
            OwnCommands ownCommands,
            Transactions transactions) {
        this.own = own;
        this.identity = identity;
        this.bonds = bonds;
        this.ownCommands = ownCommands;
        this.transactions = transactions;
    }

    Wait subscribe(CommandSpec spec, byte[] from, int at, int length) {
        if (bonds.transaction().open()) {
            return transactions.refuse(Answer.NOT_IN_TRANSACTION);
        }
        Wait ready = own.ready();
        UpstreamConnection mine = own.get();
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        if (!bonds.messages() && mine.underWay() > 0) {
            // Replies before the first subscription must not be taken for messages.
            return Wait.REPLIES;
        }
        // It is confirmed whatever CLIENT REPLY has said.
        bonds.skipNext(false);
        mine.subscribed(true);
        bonds.pubSub().sent(spec.kind(), from, at, length);
        own.send(mine, Tag.SUBSCRIPTION, from, at, length);
        return Wait.NONE;
    }

    /** CLIENT REPLY: from here on Redis may answer nothing, or not the next command. */
    Wait replyMode(CommandSpec spec, byte[] from, int at, int length) {
        Wait ready = own.ready();
        UpstreamConnection mine = own.get();
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        if (bonds.transaction().open()) {
            // Executed inside EXEC it would cut EXEC's own reply short.
            return transactions.refuse(Answer.NOT_IN_TRANSACTION);
        }
        if (bonds.pubSub().pending()) {
            return Wait.REPLIES;
        }
        if (identity.profile().protocol() == 2 && bonds.pubSub().confirmed()) {
            // Redis refuses it to who is subscribed.
            return ownCommands.send(Tag.READ, spec, from, at, length);
        }
        List<byte[]> words = Arguments.of(from, at, at + length);
        String mode = words.size() == 3 ? Words.keyword(words.get(2)) : "";
        if (mode.equals("ON")) {
            bonds.skipNext(false);
            bonds.mute(false);
            own.send(mine, Tag.READ, from, at, length);
        } else if (mode.equals("OFF")) {
            mine.taint();
            mine.stream(from, at, length);
            bonds.skipNext(false);
            bonds.mute(true);
        } else if (mode.equals("SKIP")) {
            mine.taint();
            mine.stream(from, at, length);
            bonds.last();
            bonds.skipNext(!bonds.muted());
        } else {
            return ownCommands.send(Tag.READ, spec, from, at, length);
        }
        return Wait.NONE;
    }
}

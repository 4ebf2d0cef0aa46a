package io.hive.proxy.relay;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands after which Redis answers otherwise: SUBSCRIBE and its kin, and CLIENT REPLY. */
final class Subscriptions {
    private final OwnConnection own;
    private final Identity identity;
    private final Bonds bonds;
    private final OwnCommands ownCommands;
    private final Transactions transactions;
    private final Answers answers;

    /** What Redis last said to a CLIENT REPLY of this profile; null while that is awaited. */
    private byte @Nullable [] verdict;

    private @Nullable Profile judged;

    Subscriptions(
            OwnConnection own,
            Identity identity,
            Bonds bonds,
            OwnCommands ownCommands,
            Transactions transactions,
            Answers answers) {
        this.own = own;
        this.identity = identity;
        this.bonds = bonds;
        this.ownCommands = ownCommands;
        this.transactions = transactions;
        this.answers = answers;
    }

    Wait subscribe(CommandSpec spec, byte[] from, int at, int length) {
        if (bonds.transaction().open()) {
            return transactions.refuse(Answer.NOT_IN_TRANSACTION);
        }
        if (subscribes(spec) && Arguments.of(from, at, at + length).size() == 1) {
            // An error, which is not heard where CLIENT REPLY says so.
            return ownCommands.send(Tag.READ, spec, from, at, length);
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

    /** Whether it needs the name of a channel. */
    private static boolean subscribes(CommandSpec spec) {
        CommandKind kind = spec.kind();
        return kind == CommandKind.SUBSCRIBE
                || kind == CommandKind.PSUBSCRIBE
                || kind == CommandKind.SSUBSCRIBE;
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
        } else if (mode.equals("OFF") || mode.equals("SKIP")) {
            return silence(mine, mode.equals("OFF"), from, at, length);
        } else {
            return ownCommands.send(Tag.READ, spec, from, at, length);
        }
        return Wait.NONE;
    }

    private Wait silence(UpstreamConnection mine, boolean off, byte[] from, int at, int length) {
        byte[] known = identity.profile().equals(judged) ? verdict : null;
        if (known == null && !bonds.quiet()) {
            return askFirst(mine);
        }
        if (known != null && known[0] == '-') {
            Wait refused = answers.give(known);
            if (refused == Wait.NONE) {
                verdict = null;
            }
            return refused;
        }
        mine.taint();
        mine.stream(from, at, length);
        bonds.last();
        if (off) {
            bonds.mute(true);
        }
        bonds.skipNext(!bonds.muted());
        return Wait.NONE;
    }

    /** Finds out whether Redis will refuse it: only then it is answered. */
    private Wait askFirst(UpstreamConnection mine) {
        if (mine.underWay() == 0) {
            verdict = null;
            judged = identity.profile();
            identity.askForNothing();
            mine.silently(
                    ReplyMode.ON,
                    reply -> {
                        var _ = identity.answered();
                        verdict = reply;
                    });
        }
        return Wait.REPLIES;
    }
}

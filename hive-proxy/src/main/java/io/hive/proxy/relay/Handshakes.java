package io.hive.proxy.relay;

import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandSpec;

/** Commands about the profile, the name or the whole connection: what follows waits for them. */
final class Handshakes {
    private final OwnConnection own;
    private final Identity identity;
    private final Bonds bonds;
    private final OwnCommands ownCommands;

    Handshakes(OwnConnection own, Identity identity, Bonds bonds, OwnCommands ownCommands) {
        this.own = own;
        this.identity = identity;
        this.bonds = bonds;
        this.ownCommands = ownCommands;
    }

    Wait send(CommandSpec spec, byte[] from, int at, int length) {
        Transaction transaction = bonds.transaction();
        boolean reset = spec.kind() == CommandKind.RESET;
        if (reset && transaction.fate() == Transaction.Fate.LOST) {
            transaction.end();
        }
        if (transaction.open() && !reset) {
            return queue(spec, from, at, length);
        }
        Wait ready = own.ready();
        UpstreamConnection mine = own.get();
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        if (mine.underWay() > 0) {
            return Wait.REPLIES;
        }
        Handshake next = identity.after(spec.kind(), from, at, length);
        if (bonds.quiet() && !heard(mine, next)) {
            var _ = bonds.unanswered();
            mine.stream(from, at, length);
            return Wait.NONE;
        }
        own.send(mine, Tag.HANDSHAKE, from, at, length);
        identity.ask(next);
        return Wait.NONE;
    }

    /**
     * Sees to it that Redis answers, though the client does not want to hear it: else nobody would
     * know what became of the session.
     *
     * @return whether it will answer. Within a transaction, and of subscribers that speak RESP2, it
     *     takes nothing of this but RESET, which ends CLIENT REPLY OFF before it is answered
     */
    private boolean heard(UpstreamConnection mine, Handshake next) {
        boolean subscriber = identity.profile().protocol() == 2 && bonds.pubSub().confirmed();
        if (subscriber || bonds.transaction().open()) {
            return next.reset();
        }
        mine.silently(ReplyMode.ON, _ -> {});
        return true;
    }

    /** SELECT and its like inside a transaction: they take effect, if they do, with EXEC. */
    private Wait queue(CommandSpec spec, byte[] from, int at, int length) {
        Wait result = ownCommands.send(Tag.QUEUED, spec, from, at, length);
        if (result == Wait.NONE) {
            identity.queue(bonds.transaction().queued() - 1, spec, from, at, length);
        }
        return result;
    }
}

package io.hive.proxy.relay;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandSpec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * XREAD and XREADGROUP, which block only if they say so. In a blocking XREAD {@code $} is resolved
 * before it is sent, so that it can be issued again (relay rule 4).
 */
final class StreamReads {
    private final OwnConnection own;
    private final Identity identity;
    private final Bonds bonds;
    private final Backlog backlog;
    private final OwnCommands ownCommands;
    private final PlainCommands plainCommands;
    private final SessionControl session;

    /** The last XREAD whose IDs were asked for; it is sent as it is, whatever Redis has told. */
    private byte @Nullable [] resolved;

    /** The XREAD whose IDs are being asked for. */
    private @Nullable Item unresolved;

    StreamReads(
            OwnConnection own,
            Identity identity,
            Bonds bonds,
            Backlog backlog,
            OwnCommands ownCommands,
            PlainCommands plainCommands,
            SessionControl session) {
        this.own = own;
        this.identity = identity;
        this.bonds = bonds;
        this.backlog = backlog;
        this.ownCommands = ownCommands;
        this.plainCommands = plainCommands;
        this.session = session;
    }

    Wait send(CommandSpec spec, byte[] from, int at, int length) {
        List<byte[]> words = Arguments.of(from, at, at + length);
        boolean blocks = words.stream().anyMatch(word -> Words.keyword(word).equals("BLOCK"));
        if (!blocks || bonds.transaction().open()) {
            return plainCommands.send(Treatment.tag(spec), spec, from, at, length);
        }
        List<Integer> fresh =
                spec.kind() == CommandKind.XREAD && !Arrays.equals(from, resolved)
                        ? LatestIds.wanted(words)
                        : List.of();
        if (fresh.isEmpty()) {
            return ownCommands.send(Treatment.blocking(spec), spec, from, at, length);
        }
        Wait ready = own.ready();
        UpstreamConnection mine = own.get();
        if (mine != null && bonds.quiet()) {
            return ownCommands.send(Treatment.blocking(spec), spec, from, at, length);
        }
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        if (mine.underWay() > 0) {
            return Wait.REPLIES;
        }
        resolve(mine, spec, words, fresh);
        return Wait.NONE;
    }

    /** The connection that was asked is lost; the command whose IDs it was asked for, if any. */
    @Nullable Item lost() {
        Item asked = unresolved;
        unresolved = null;
        return asked;
    }

    private void resolve(
            UpstreamConnection mine, CommandSpec spec, List<byte[]> words, List<Integer> fresh) {
        LatestIds ids = new LatestIds(words, fresh);
        // The command comes back as the first to be dealt with, once its IDs are known.
        identity.askForNothing();
        for (byte[] question : ids.questions()) {
            mine.silently(
                    question,
                    reply -> {
                        if (ids.answered(reply)) {
                            resolved(spec, words.size(), ids.command());
                        }
                    });
        }
        unresolved = Item.again(spec, words.size(), ids.command());
    }

    private void resolved(CommandSpec spec, int words, byte[] command) {
        var _ = identity.answered();
        unresolved = null;
        resolved = command;
        backlog.first(Item.again(spec, words, command));
        session.pumpLater();
    }
}

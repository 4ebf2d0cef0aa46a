package io.hive.proxy.relay;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandSpec;
import java.util.List;

/** Sends commands over the session's own connection, and notes what they make of it. */
final class OwnCommands {
    private final OwnConnection own;
    private final Bonds bonds;

    OwnCommands(OwnConnection own, Bonds bonds) {
        this.own = own;
        this.bonds = bonds;
    }

    /** Sends a command; inside a transaction it is queued. */
    Wait send(Tag tag, CommandSpec spec, byte[] from, int at, int length) {
        Wait ready = own.ready();
        UpstreamConnection mine = own.get();
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        Transaction transaction = bonds.transaction();
        boolean queued = transaction.open();
        if (bonds.unanswered()) {
            mine.stream(from, at, length);
            if (tag == Tag.TRACKING && !queued) {
                bind(mine, spec, from, at, length);
            }
            if (queued) {
                transaction.add(from, at, length);
            }
            return Wait.NONE;
        }
        own.send(mine, queued ? Tag.QUEUED : tag, from, at, length);
        if (queued) {
            transaction.add(from, at, length);
            if (tag == Tag.TRACKING) {
                // What EXEC will make of the connection is not looked into: nobody else gets it.
                keep(mine);
            }
        } else if (tag == Tag.TRACKING) {
            bind(mine, spec, from, at, length);
        }
        return Wait.NONE;
    }

    /**
     * It may be any command under another name: from here on the session keeps a connection, unless
     * the reply shows that it is none.
     */
    Wait unknown(CommandSpec spec, byte[] from, int at, int length) {
        boolean unseen = bonds.transaction().open() || bonds.quiet();
        Wait result = send(Tag.UNKNOWN, spec, from, at, length);
        UpstreamConnection mine = own.get();
        if (unseen && result == Wait.NONE && mine != null) {
            keep(mine);
        }
        return result;
    }

    /** The session keeps this connection for good, and nobody else gets it. */
    void keep(UpstreamConnection mine) {
        mine.taint();
        bonds.last();
    }

    /** What the command does to the connection it comes over. */
    private void bind(UpstreamConnection mine, CommandSpec spec, byte[] from, int at, int length) {
        CommandKind kind = spec.kind();
        if (kind == CommandKind.MONITOR) {
            mine.taint();
            mine.subscribed(true);
            bonds.monitor();
        } else if (kind == CommandKind.CLIENT_TRACKING) {
            mine.taint();
            List<byte[]> words = Arguments.of(from, at, at + length);
            boolean on = words.size() > 2 && Words.keyword(words.get(2)).equals("ON");
            boolean redirect = words.stream().anyMatch(w -> Words.keyword(w).equals("REDIRECT"));
            bonds.track(on, redirect, Words.copy(from, at, length));
        } else if (setsUp(kind)) {
            mine.taint();
            bonds.set(Words.copy(from, at, length));
        } else if (kind == CommandKind.CLIENT_ID
                || kind == CommandKind.CLIENT_INFO
                || kind == CommandKind.SCRIPT_DEBUG) {
            keep(mine);
        }
    }

    /** Whether a command sets something of its connection that another one can be given, too. */
    private static boolean setsUp(CommandKind kind) {
        return kind == CommandKind.CLIENT_NO_EVICT
                || kind == CommandKind.CLIENT_NO_TOUCH
                || kind == CommandKind.CLIENT_CAPA
                || kind == CommandKind.CLIENT_IMPORT_SOURCE;
    }
}

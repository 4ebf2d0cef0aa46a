package io.hive.proxy.relay;

import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** MULTI, EXEC, DISCARD, WATCH and UNWATCH of a session (relay rule 6). */
final class Transactions {
    private static final byte[] NULL_2 = "*-1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL_3 = "_\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DISCARD = Profile.command("DISCARD");

    private final OwnConnection own;
    private final Identity identity;
    private final Bonds bonds;
    private final Answers answers;
    private final OwnCommands ownCommands;
    private final PlainCommands plainCommands;

    /** What the client gets for the EXEC in whose place Hive has sent DISCARD. */
    private byte[] notExecuted = NULL_2;

    /** Whether the transaction whose EXEC was answered last had a WATCH. */
    private boolean hadWatch;

    /** Each transaction whose EXEC is under way. */
    private final ArrayDeque<Executing> executing = new ArrayDeque<>(0);

    /**
     * One of them.
     *
     * @param commands all of it, MULTI first; empty if it cannot be replayed
     * @param count of commands that were queued
     */
    private record Executing(List<byte[]> commands, boolean watched, int count) {}

    Transactions(
            OwnConnection own,
            Identity identity,
            Bonds bonds,
            Answers answers,
            OwnCommands ownCommands,
            PlainCommands plainCommands) {
        this.own = own;
        this.identity = identity;
        this.bonds = bonds;
        this.answers = answers;
        this.ownCommands = ownCommands;
        this.plainCommands = plainCommands;
    }

    // ---- what is under way

    /** What the client gets for the EXEC in whose place Hive has sent DISCARD. */
    byte[] notExecuted() {
        return notExecuted;
    }

    /** Whether the transaction whose EXEC was answered last had a WATCH. */
    boolean hadWatch() {
        return hadWatch;
    }

    /** The commands of the transaction whose EXEC is the oldest under way; null if none is. */
    @Nullable List<byte[]> executing() {
        Executing oldest = executing.peek();
        return oldest == null ? null : oldest.commands();
    }

    /**
     * The oldest EXEC under way is answered.
     *
     * @return how many commands it executes
     */
    int executed() {
        Executing over = executing.poll();
        hadWatch = over != null && over.watched();
        return over == null ? 0 : over.count();
    }

    /** No EXEC is under way any more. */
    void lost() {
        executing.clear();
    }

    /** What EXEC says when a watched key has changed. */
    byte[] nothing() {
        return identity.profile().protocol() == 3 ? NULL_3 : NULL_2;
    }

    // ---- commands

    /** Redis refuses these to who is subscribed and speaks RESP2. */
    Wait send(CommandSpec spec, int words, byte[] from, int at, int length) {
        if (bonds.pubSub().pending()) {
            return Wait.REPLIES;
        }
        if (identity.profile().protocol() == 2 && bonds.pubSub().confirmed()) {
            return ownCommands.send(Tag.READ, spec, from, at, length);
        }
        CommandKind kind = spec.kind();
        boolean alone = words == 1;
        if (kind == CommandKind.MULTI) {
            return multi(alone, spec, from, at, length);
        }
        if (kind == CommandKind.WATCH) {
            return watch(spec, from, at, length);
        }
        if (kind == CommandKind.UNWATCH) {
            return unwatch(alone, spec, from, at, length);
        }
        return end(alone, spec, from, at, length);
    }

    private Wait multi(boolean alone, CommandSpec spec, byte[] from, int at, int length) {
        Transaction transaction = bonds.transaction();
        if (!alone || transaction.open()) {
            return plainCommands.send(Tag.READ, spec, from, at, length);
        }
        if (identity.queued() && !executing.isEmpty()) {
            // What the last one makes of the session is known with its reply.
            return Wait.REPLIES;
        }
        Wait result = ownCommands.send(Tag.MULTI, spec, from, at, length);
        if (result == Wait.NONE) {
            transaction.begin(from, at, length);
            identity.begin();
        }
        return result;
    }

    private Wait watch(CommandSpec spec, byte[] from, int at, int length) {
        Transaction transaction = bonds.transaction();
        if (transaction.open()) {
            return ownCommands.send(Tag.QUEUED, spec, from, at, length);
        }
        Wait result = ownCommands.send(Tag.WATCH, spec, from, at, length);
        if (result == Wait.NONE) {
            transaction.watch();
        }
        return result;
    }

    private Wait unwatch(boolean alone, CommandSpec spec, byte[] from, int at, int length) {
        Transaction transaction = bonds.transaction();
        if (!alone || transaction.open() || !transaction.watching()) {
            if (!transaction.open()) {
                transaction.unwatch();
            }
            return plainCommands.send(Tag.READ, spec, from, at, length);
        }
        Wait result = ownCommands.send(Tag.UNWATCH, spec, from, at, length);
        if (result == Wait.NONE) {
            transaction.unwatch();
        }
        return result;
    }

    private Wait end(boolean alone, CommandSpec spec, byte[] from, int at, int length) {
        Transaction transaction = bonds.transaction();
        if (!alone || !transaction.open()) {
            Tag tag = transaction.open() ? Tag.QUEUED : Tag.WRITE;
            return plainCommands.send(tag, spec, from, at, length);
        }
        Wait ready = own.ready();
        UpstreamConnection mine = own.get();
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        boolean exec = spec.kind() == CommandKind.EXEC;
        if (exec && transaction.mustNotRun()) {
            own.send(mine, Tag.NO_EXEC, DISCARD, 0, DISCARD.length);
            notExecuted = transaction.watchBroken() ? nothing() : Answer.ABORTED_BY_REFUSAL.line();
            transaction.end();
            return Wait.NONE;
        }
        boolean quiet = bonds.unanswered();
        if (quiet) {
            mine.stream(from, at, length);
        } else {
            own.send(mine, exec ? Tag.EXEC : Tag.DISCARD, from, at, length);
        }
        if (exec && quiet) {
            executedUnheard(mine);
        }
        if (exec && !quiet) {
            boolean watched = transaction.watching();
            List<byte[]> commands = watched ? List.of() : transaction.sent();
            executing.add(new Executing(commands, watched, transaction.queued()));
        }
        transaction.end();
        return Wait.NONE;
    }

    /** What an EXEC whose reply is not heard makes of the session, if Redis does as it is told. */
    private void executedUnheard(UpstreamConnection mine) {
        Handshake queued = identity.executed(_ -> true);
        if (queued != null) {
            own.accept(mine, queued);
        }
    }

    /** The master that had the transaction is gone: Hive answers until it ends (relay rule 6). */
    Wait inLost(CommandSpec spec) {
        Transaction transaction = bonds.transaction();
        boolean exec = spec.kind() == CommandKind.EXEC;
        boolean discard = spec.kind() == CommandKind.DISCARD;
        byte[] line;
        if (exec) {
            line = transaction.watchBroken() ? nothing() : Answer.ABORTED.line();
        } else {
            line = (discard ? Answer.OK : Answer.QUEUED).line();
        }
        Wait result = answers.give(line);
        if (result == Wait.NONE && (exec || discard)) {
            transaction.end();
        }
        return result;
    }

    /** Refuses a command in Hive's name; an open transaction is aborted by it, as by Redis. */
    Wait refuse(Answer answer) {
        Wait result = answers.give(answer);
        if (result == Wait.NONE) {
            bonds.transaction().refuse();
        }
        return result;
    }
}
